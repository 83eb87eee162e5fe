"""A closed loop of a few clients: each asks again as soon as it was answered. Two servers take turns."""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from benchmarks.acts import Script
from benchmarks.connection import Connection
from benchmarks.gateway import Gateway
from benchmarks.processes import Server
from benchmarks.visitor import Job, Visitor

CLIENTS = 4
_BODY = b'{"note": "what somebody typed"}'
_HEADERS = [("Content-Type", "application/json"), ("Accept", "application/json")]

Visit = Callable[[], Awaitable[None]]


class Round(NamedTuple):
    """`rate` is visits a second, `cpu` milliseconds of the server's processes a visit."""

    rate: float
    cpu: float


class Contest(NamedTuple):
    """Rounds of the floor and of Watchword in turns."""

    script: Script
    floor: list[Round]
    ours: list[Round]

    @property
    def ratios(self) -> list[float]:
        return [mine.rate / floor.rate for floor, mine in zip(self.floor, self.ours, strict=True)]

    @property
    def cpu_ratio(self) -> float:
        return statistics.median(floor.cpu / mine.cpu for floor, mine in zip(self.floor, self.ours, strict=True))


class Effort(NamedTuple):
    rounds: int
    seconds: float


async def contest(floor: Server, ours: Server, job: Job, script: Script, gateway: Gateway, effort: Effort) -> Contest:
    """The first round of each is for warming up."""
    ready = [await _floor_visits(floor, job.name, script), await _visits(ours, job, gateway)]
    found: tuple[list[Round], list[Round]] = ([], [])
    for _ in range(effort.rounds + 1):
        for server, visits, rounds in zip((floor, ours), ready, found, strict=True):
            rounds.append(await timed(server, visits, effort.seconds))
    return Contest(script, found[0][1:], found[1][1:])


async def timed(server: Server, visits: list[Visit], seconds: float) -> Round:
    before, began = server.cpu_seconds(), time.perf_counter()
    deadline = began + seconds
    done = sum(await asyncio.gather(*(_again(visit, deadline) for visit in visits)))
    took = time.perf_counter() - began
    return Round(done / took, (server.cpu_seconds() - before) / done * 1000)


async def _again(visit: Visit, deadline: float) -> int:
    done = 0
    while time.perf_counter() < deadline:
        await visit()
        done += 1
    return done


async def _visits(server: Server, job: Job, gateway: Gateway) -> list[Visit]:
    return [await _of_visitor(job, Visitor(await Connection.open(server.port), gateway)) for _ in range(CLIENTS)]


async def _of_visitor(job: Job, visitor: Visitor) -> Visit:
    if job.begin:
        await job.begin(visitor)
    return lambda: job.visit(visitor)


async def _floor_visits(server: Server, name: str, script: Script) -> list[Visit]:
    paths = [f"/{name}/{number}" for number in range(len(script.exchanges))]
    return [requests(await Connection.open(server.port), paths) for _ in range(CLIENTS)]


def requests(connection: Connection, paths: list[str]) -> Visit:
    """The same bodies again and again."""

    async def visit() -> None:
        for path in paths:
            answer = await connection.call("POST", path, _HEADERS, _BODY)
            assert answer.status == 200, answer

    return visit
