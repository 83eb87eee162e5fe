"""A database that is watched: how long each unit of work takes, and how many connections are at work."""

import time
from collections.abc import Awaitable, Callable
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar, runtime_checkable

from sqlalchemy import Connection

from watchword.errors import DatabaseUnavailable
from watchword.metrics.database import Access, DatabaseMetrics
from watchword.storage.database import Database
from watchword.storage.urls import Dialect
from watchword.traces import Traces

P = ParamSpec("P")
T = TypeVar("T")


@runtime_checkable
class _Pooled(Protocol):
    pool_size: int

    def connections_in_use(self) -> int: ...

    def crowded(self) -> bool: ...


def measured(database: Database, metrics: DatabaseMetrics, traces: Traces) -> Database:
    if isinstance(database, _Pooled):
        metrics.watch_pool(database.pool_size, database.connections_in_use)
    return MeasuredDatabase(database, metrics, traces)


def crowding(database: Database) -> Callable[[], bool]:
    """Tells whether more wait for the database than should. For one that is in the process nobody does."""
    return database.crowded if isinstance(database, _Pooled) else lambda: False


class MeasuredDatabase:
    def __init__(self, database: Database, metrics: DatabaseMetrics, traces: Traces) -> None:
        self._database = database
        self._metrics = metrics
        self._traces = traces
        self._names: dict[object, str] = {}

    @property
    def dialect(self) -> Dialect:
        return self._database.dialect

    async def run(self, fn: Callable[Concatenate[Connection, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._timed("write", fn, lambda: self._database.run(fn, *args, **kwargs))

    async def read(self, fn: Callable[Concatenate[Connection, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._timed("read", fn, lambda: self._database.read(fn, *args, **kwargs))

    async def close(self) -> None:
        await self._database.close()

    async def _timed(self, access: Access, fn: Callable[..., T], work: Callable[[], Awaitable[T]]) -> T:
        unit, began = self._name(fn), time.perf_counter()
        try:
            if not self._traces.on:
                return await work()
            with self._traces.span("database", "client", unit=unit, access=access, database=self.dialect):
                return await work()
        except DatabaseUnavailable:
            self._metrics.unavailable.inc()
            raise
        finally:
            self._metrics.took(access, unit, time.perf_counter() - began)

    def _name(self, fn: Callable[..., Any]) -> str:
        """Kept by its code, of which there is as much as was written: a function within another is made anew at every
        call.
        """
        code = getattr(fn, "__code__", type(fn))
        name = self._names.get(code)
        if name is None:
            name = self._names[code] = unit_name(fn)
        return name


def unit_name(fn: Callable[..., Any]) -> str:
    """As `visitors.find_visitor`: its module and function; of one within a function that one, of a method its name."""
    named = fn if hasattr(fn, "__qualname__") else type(fn)
    outermost = named.__qualname__.partition(".<locals>")[0]
    return f"{named.__module__.rpartition('.')[2]}.{outermost.rpartition('.')[2]}"
