"""A closed loop of a few clients: each asks again as soon as it was answered. Two servers take turns."""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
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
    """`quick` leaves out what takes minutes."""

    rounds: int
    seconds: float
    quick: bool = False


class Rivals(NamedTuple):
    """Each of one server or more, among which the clients are spread."""

    floor: Sequence[Server]
    ours: Sequence[Server]
    clients: int = CLIENTS


async def contest(rivals: Rivals, job: Job, script: Script, gateway: Gateway, effort: Effort) -> Contest:
    """The first round of each is for warming up."""
    ready = [
        await _floor_visits(_spread(rivals.floor, rivals.clients), job.name, script),
        await _visits(_spread(rivals.ours, rivals.clients), job, gateway),
    ]
    found: tuple[list[Round], list[Round]] = ([], [])
    for _ in range(effort.rounds + 1):
        for servers, visits, rounds in zip((rivals.floor, rivals.ours), ready, found, strict=True):
            rounds.append(await timed(servers, visits, effort.seconds))
    return Contest(script, found[0][1:], found[1][1:])


def _spread(servers: Sequence[Server], clients: int) -> list[Server]:
    return [servers[client % len(servers)] for client in range(clients)]


async def timed(servers: Sequence[Server], visits: list[Visit], seconds: float) -> Round:
    before, began = _cpu_seconds(servers), time.perf_counter()
    deadline = began + seconds
    done = sum(await asyncio.gather(*(_again(visit, deadline) for visit in visits)))
    took = time.perf_counter() - began
    return Round(done / took, (_cpu_seconds(servers) - before) / done * 1000)


def _cpu_seconds(servers: Sequence[Server]) -> float:
    return sum(server.cpu_seconds() for server in servers)


async def _again(visit: Visit, deadline: float) -> int:
    done = 0
    while time.perf_counter() < deadline:
        await visit()
        done += 1
    return done


async def _visits(servers: list[Server], job: Job, gateway: Gateway) -> list[Visit]:
    return [await _of_visitor(job, Visitor(await Connection.open(server.port), gateway)) for server in servers]


async def _of_visitor(job: Job, visitor: Visitor) -> Visit:
    if job.begin:
        await job.begin(visitor)
    return lambda: job.visit(visitor)


async def _floor_visits(servers: list[Server], name: str, script: Script) -> list[Visit]:
    paths = [f"/{name}/{number}" for number in range(len(script.exchanges))]
    return [requests(await Connection.open(server.port), paths) for server in servers]


def requests(connection: Connection, paths: list[str]) -> Visit:
    """The same bodies again and again."""

    async def visit() -> None:
        for path in paths:
            answer = await connection.call("POST", path, _HEADERS, _BODY)
            assert answer.status == 200, answer

    return visit
