"""What stands in place of the world: a clock that is set, a sender with an outbox, a database that gives way."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection

from watchword.gateways.base import GatewaySettings
from watchword.gateways.http import HttpClient
from watchword.gateways.memory.settings import MemorySettings
from watchword.gateways.message import Message, Receipt
from watchword.gateways.sender import Sender
from watchword.metrics.sends import SendMetrics
from watchword.storage.database import Database
from watchword.storage.urls import Dialect
from watchword.traces import NO_TRACES, Traces

P = ParamSpec("P")
T = TypeVar("T")


class SettableClock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class MemorySender(Sender):
    """Hands every stage's messages to the memory gateway, and keeps the settings they were to go out with."""

    def __init__(self, clock: SettableClock, metrics: SendMetrics | None = None, traces: Traces = NO_TRACES) -> None:
        super().__init__(HttpClient(), demo=True, clock=clock, metrics=metrics, traces=traces)
        self.used: list[GatewaySettings] = []
        self.hanging = asyncio.Event()
        """Set once a message hangs."""
        self._answers = True

    def hang(self) -> None:
        """No send ends any more."""
        self._answers = False

    def go_on(self) -> None:
        self._answers = True

    async def send(self, settings: GatewaySettings, message: Message) -> Receipt:
        self.used.append(settings)
        if not self._answers:
            self.hanging.set()
            await asyncio.get_running_loop().create_future()
        await asyncio.sleep(0)  # a real gateway lets other requests go on meanwhile
        return await super().send(MemorySettings(), message)


class GivingWay:
    """A database that lets other requests run before each unit of work, as one behind a network does.

    SQLite alone would let every request run to its end, and no race would ever be seen.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def dialect(self) -> Dialect:
        return self._database.dialect

    async def run(self, fn: Callable[Concatenate[Connection, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        await asyncio.sleep(0)
        return await self._database.run(fn, *args, **kwargs)

    async def read(self, fn: Callable[Concatenate[Connection, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        await asyncio.sleep(0)
        return await self._database.read(fn, *args, **kwargs)

    async def close(self) -> None:
        await self._database.close()
