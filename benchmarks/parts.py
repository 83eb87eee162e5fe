"""The parts of the whole, in the order of the table."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks import (
    client,
    enrolment,
    framework,
    lookups,
    memory,
    planned,
    policies,
    sign_in,
    snapshots,
    starting,
    steps,
    workers,
)
from benchmarks.contests import Subject, contests
from benchmarks.databases import NAMES, Dialect, available
from benchmarks.gateway import Gateway
from benchmarks.house import House, house
from benchmarks.load import Effort
from benchmarks.table import Line, unavailable

Lines = Callable[[House, Effort], Awaitable[list[Line]]]


class Part(NamedTuple):
    """`on` are the databases for which it is made."""

    lines: Lines
    on: Sequence[Dialect] = ("sqlite", "postgresql")


def _contests(subjects: Sequence[Subject]) -> Lines:
    return lambda house, effort: contests(house, subjects, effort)


PARTS: dict[str, Part] = {
    "client": Part(client.lines, ["sqlite"]),
    "steps": Part(_contests(steps.SUBJECTS)),
    "framework": Part(framework.lines),
    "enrolment": Part(_contests(enrolment.SUBJECTS)),
    "sign-in": Part(_contests(sign_in.SUBJECTS)),
    "policies": Part(policies.lines, ["sqlite"]),
    "snapshots": Part(snapshots.lines),
    "lookups": Part(lookups.lines),
    "plans": Part(planned.lines),
    "start": Part(starting.lines),
    "memory": Part(memory.lines),
    "workers": Part(workers.lines, ["postgresql"]),
}


async def measure(
    wanted: Sequence[str], databases: Sequence[Dialect] | None, folder: Path, effort: Effort
) -> AsyncIterator[Line]:
    """All parts, or those that are wanted; what cannot be measured has a line that says why."""
    there = available()
    for dialect in databases or NAMES:
        if dialect not in there:
            yield unavailable("everything", "no server answers at WATCHWORD_TEST_POSTGRES", NAMES[dialect])
            continue
        place = folder / dialect
        await asyncio.to_thread(place.mkdir)
        async with Gateway() as gateway, house(dialect, place, gateway) as built:
            for name, part in PARTS.items():
                if dialect in part.on and (not wanted or name in wanted):
                    for line in await part.lines(built, effort):
                        yield line
