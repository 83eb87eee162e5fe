"""Jobs that Watchword and the floor do in turns, on one core, and the lines they make."""

import statistics
from collections.abc import Sequence
from typing import NamedTuple

from benchmarks.databases import NAMES
from benchmarks.house import House
from benchmarks.load import CLIENTS, Contest, Effort, Rivals, Round, contest
from benchmarks.table import Line, percent, spread
from benchmarks.visitor import Job


class Subject(NamedTuple):
    """`least` is the target, a share of the floor. Where `by_request`, figures are requests a second, else visits."""

    what: str
    job: Job
    least: float | None = None
    by_request: bool = False


async def contests(house: House, subjects: Sequence[Subject], effort: Effort) -> list[Line]:
    scripts = {subject.job.name: await house.script_of(subject.job) for subject in subjects}
    with house.floor(scripts) as floor, house.server() as ours:
        return [
            line_of(
                subject,
                NAMES[house.dialect],
                await contest(Rivals([floor], [ours]), subject.job, scripts[subject.job.name], house.gateway, effort),
            )
            for subject in subjects
        ]


def line_of(subject: Subject, database: str, result: Contest) -> Line:
    each = len(result.script.exchanges) if subject.by_request else 1
    median = statistics.median(result.ratios)
    return Line(
        what=subject.what,
        database=database,
        floor=_figures(result.floor, each),
        ours=_figures(result.ours, each),
        ratio=percent(median),
        spread=spread(result.ratios),
        target=f"at least {percent(subject.least)}" if subject.least else "",
        met=median >= subject.least if subject.least else None,
        note=f"{result.script.words()}; by the processor's time {percent(result.cpu_ratio)}",
    )


def _figures(rounds: Sequence[Round], each: int) -> str:
    rate = statistics.median(one.rate for one in rounds) * each
    cpu = statistics.median(one.cpu for one in rounds) / each
    return f"{rate:,.0f} /s, {cpu:.2f} ms" if rate >= 100 else f"{rate:,.1f} /s, {cpu:.1f} ms"


METHOD = f"{CLIENTS} clients, each with a connection of its own, ask again as soon as they are answered"
