"""Several processes: workers of one server, and servers side by side; the floor has as many processes."""

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

from benchmarks.acts import Script
from benchmarks.contests import Subject, line_of
from benchmarks.databases import NAMES
from benchmarks.house import House
from benchmarks.jobs import ENROL
from benchmarks.load import Effort, Rivals, contest
from benchmarks.processes import Server
from benchmarks.table import Line, unavailable

WORKERS = (1, 2, 4)
REPLICAS = (1, 2)
_CLIENTS = 16
"""Spread by chance among workers, so that each has some."""


async def lines(house: House, effort: Effort) -> list[Line]:
    """They share all cores with the load and the database, so more processes help only where cores are idle."""
    script = await house.script_of(ENROL)
    found = []
    for count in WORKERS:
        what = "enrolment with a worker" if count == 1 else f"enrolment with {count} workers"
        servers = [_everywhere(house, "--workers", str(count))]
        found.append(await _line(what, house, script, count, servers, effort))
    for count in REPLICAS:
        what = "enrolment with a replica" if count == 1 else f"enrolment with {count} replicas"
        servers = [_everywhere(house) for _ in range(count)]
        found.append(await _line(what, house, script, count, servers, effort))
    return found


def _everywhere(house: House, *arguments: str) -> Server:
    return house.server(*arguments, on=sorted(os.sched_getaffinity(0)))


async def _line(what: str, house: House, script: Script, count: int, servers: Sequence[Server], effort: Effort) -> Line:
    floors = [house.floor({ENROL.name: script}, on=sorted(os.sched_getaffinity(0))) for _ in range(count)]
    try:
        with _running(floors), _running(servers):
            rivals = Rivals(floors, servers, _CLIENTS)
            result = await contest(rivals, ENROL, script, house.gateway, effort)
    except RuntimeError as error:
        return unavailable(what, str(error).splitlines()[-1], NAMES[house.dialect])
    line = line_of(Subject(what, ENROL), NAMES[house.dialect], result)
    return line._replace(note=f"on {os.cpu_count()} cores, shared with the load and the database")


@contextmanager
def _running(servers: Sequence[Server]) -> Iterator[None]:
    with ExitStack() as stack:
        for server in servers:
            stack.enter_context(server)
        yield
