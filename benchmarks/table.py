"""The table: each line a ratio to the floor of the same run, and whether its target is met."""

from collections.abc import Sequence
from typing import NamedTuple


class Line(NamedTuple):
    """`floor` and `ours` are figures with their unit; `ratio` is the median of the rounds, `spread` the least and the
    greatest. `met` is None where there is no target, and where nothing could be measured.
    """

    what: str
    database: str = ""
    floor: str = ""
    ours: str = ""
    ratio: str = ""
    spread: str = ""
    target: str = ""
    met: bool | None = None
    note: str = ""


HEAD = ("what", "database", "floor", "Watchword", "ratio", "spread", "target", "met", "how")


def percent(ratio: float) -> str:
    return f"{ratio:.0%}" if ratio >= 0.1 else f"{ratio:.1%}"


def spread(ratios: Sequence[float]) -> str:
    return f"{percent(min(ratios))} to {percent(max(ratios))}"


def unavailable(what: str, why: str, database: str = "") -> Line:
    return Line(what, database, ours="not available", note=why)


def rendered(lines: Sequence[Line]) -> str:
    rows = [HEAD, tuple("---" for _ in HEAD), *map(_cells, lines)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in rows)


def _cells(line: Line) -> tuple[str, ...]:
    met = {None: "", True: "yes", False: "**no**"}[line.met]
    cells = (*line[:7], met, line.note)
    return tuple(str(cell).replace("|", "\\|") for cell in cells)
