"""Writes the tables of docs/doctor.md from what the doctor can find; a test compares the two."""

from collections.abc import Iterable
from pathlib import Path

from watchword.administration.doctor import examine, unreadable
from watchword.administration.doctor.finding import Kind
from watchword.administration.doctor.registry import CHECKS

FILE = Path(__file__).parents[1] / "docs" / "doctor.md"
_HEADING = "\n### "


def filled(text: str) -> str:
    """The page with all that follows its last paragraph, the tables, made anew."""
    head = text.partition(_HEADING)[0].rstrip("\n") + "\n"
    return head + "".join(f"\n### {title}\n\n{_table(kinds)}" for title, kinds in _parts())


def _parts() -> Iterable[tuple[str, tuple[Kind, ...]]]:
    for check in CHECKS:
        if check.kinds:
            yield check.title, check.kinds
    yield "The examination itself", (*unreadable.KINDS, *examine.KINDS)


def _table(kinds: Iterable[Kind]) -> str:
    rows = "".join(f"| `{kind.code}` | {kind.severity} | {kind.means} | {kind.fix} |\n" for kind in kinds)
    return f"| code | severity | what it means | what to do |\n|---|---|---|---|\n{rows}"


if __name__ == "__main__":
    FILE.write_text(filled(FILE.read_text()))
