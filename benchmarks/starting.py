"""From the command to the first answer, on one core: installed already, and from nothing."""

import shutil
import time
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks.databases import NAMES, empty_database
from benchmarks.house import House
from benchmarks.load import Effort
from benchmarks.processes import Server
from benchmarks.table import Line, percent, spread

TARGET = 1.0
"""Second, of the clock on the wall."""


class Start(NamedTuple):
    """In seconds."""

    wall: float
    cpu: float


async def lines(house: House, effort: Effort) -> list[Line]:
    floors, installed, fresh = [], [], []
    timed(house.server())  # what is compiled and cached by the first start
    for number in range(effort.rounds):
        floors.append(timed(house.floor({})))
        installed.append(timed(house.server()))
        fresh.append(_from_nothing(house, house.folder / f"fresh-{number}"))
    return [
        _line("start to first answer, installed already", house, floors, installed, TARGET),
        _line("start to first answer, from an empty database", house, floors, fresh, None),
    ]


def timed(server: Server) -> Start:
    began = time.perf_counter()
    with server:
        return Start(time.perf_counter() - began, server.cpu_seconds())


def _from_nothing(house: House, folder: Path) -> Start:
    folder.mkdir()
    with empty_database(house.dialect, folder) as url:
        found = timed(house._replace(folder=folder, url=url).server())
    shutil.rmtree(folder)
    return found


def _line(what: str, house: House, floors: list[Start], ours: list[Start], most: float | None) -> Line:
    ratios = [floor.wall / mine.wall for floor, mine in zip(floors, ours, strict=True)]
    took = median(start.wall for start in ours)
    return Line(
        what,
        NAMES[house.dialect],
        floor=_figures(floors),
        ours=_figures(ours),
        ratio=percent(median(ratios)),
        spread=spread(ratios),
        target=f"at most {most:g} s" if most else "",
        met=took <= most if most else None,
        note="seconds on the wall, and of the processor",
    )


def _figures(starts: list[Start]) -> str:
    return f"{median(start.wall for start in starts):.2f} s, {median(start.cpu for start in starts):.2f} s"
