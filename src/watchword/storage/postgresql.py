"""PostgreSQL: a pool of asynchronous connections, by psycopg 3."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool
from sqlalchemy.util import greenlet_spawn

from watchword.storage.failures import is_refused_write, may_be_retried, must_be_run, translated
from watchword.storage.prepared import DRIVEN, Prepared
from watchword.storage.urls import Dialect

P = ParamSpec("P")
T = TypeVar("T")

_RETRIES = 3
_STUCK_SECONDS = 1.0
"""Without a unit of work that ends: then it is not busy but ill, and whoever comes shall hear so in his time."""
_LISTENING_SECONDS = 5.0

_CLOSING_SECONDS = 5.0

_SERVER_OPTIONS = "-c idle_in_transaction_session_timeout=10000 -c timezone=UTC"
_READ_ONLY = "-c default_transaction_read_only=on"
_BEGIN, _COMMIT = Prepared(text("BEGIN")), Prepared(text("COMMIT"))
_CONNECT: dict[str, Any] = {
    "application_name": "watchword",
    "connect_timeout": 5,
    "keepalives_idle": 30,
    "tcp_user_timeout": 10_000,  # milliseconds: a server that vanished without a word is noticed
}


class PostgreSQLDatabase:
    """A unit that reads needs no transaction: at READ COMMITTED each statement sees what was committed before it, with
    one or without, and two round trips are saved. It has connections of its own, which refuse to write; whether the
    others may is for the server to say. Of `pool` connections half are for reading.
    """

    dialect: Final[Dialect] = "postgresql"

    def __init__(self, url: URL, pool: int, timeout: float) -> None:
        self.pool_size = pool
        self._under_way, self._idle = 0, asyncio.Event()
        self._idle.set()
        self._latest_end = 0.0
        self._writing = _engine(url, pool - pool // 2, timeout)
        # To a pool, 0 is no limit. What never began a transaction has none to roll back.
        self._reading = _engine(url, max(1, pool // 2), timeout, _READ_ONLY, pool_reset_on_return=None)

    async def run(self, fn: Callable[Concatenate[Connection, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        with self._counted():
            return await _patiently(self._writing, lambda unit: _write(unit, lambda conn: fn(conn, *args, **kwargs)))

    async def read(self, fn: Callable[Concatenate[Connection, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        with self._counted():
            return await _patiently(self._reading, lambda unit: _read(unit, fn, lambda conn: fn(conn, *args, **kwargs)))

    def connections_in_use(self) -> int:
        """Of `pool_size`, by this process."""
        return sum(map(_in_use, (self._writing, self._reading)))

    def crowded(self) -> bool:
        """Whether as many wait for a connection as there are, and get one in a moment."""
        return self._under_way >= 2 * self.pool_size and time.monotonic() - self._latest_end < _STUCK_SECONDS

    @contextmanager
    def _counted(self) -> Iterator[None]:
        self._under_way += 1
        self._idle.clear()
        try:
            yield
            self._latest_end = time.monotonic()
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._idle.set()

    async def close(self) -> None:
        """What is under way ends first, for nobody closes a connection that comes back later."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._idle.wait(), _CLOSING_SECONDS)
        for engine in (self._writing, self._reading):
            await greenlet_spawn(engine.dispose)


class _Unit:
    """One attempt at a unit of work, with a connection from the pool."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.committing = False

    def do(self, work: Callable[["_Unit"], T]) -> T:
        with self._engine.connect() as self.connection:
            return work(self)


async def _patiently(engine: Engine, work: Callable[[_Unit], T]) -> T:
    """Tries again after a deadlock, and where a connection from the pool had died: nothing was committed then.

    Whether a COMMIT without an answer took place nobody knows, so it is never repeated.
    """
    with translated():
        for attempt in range(_RETRIES + 1):
            unit = _Unit(engine)
            try:
                # One greenlet for all of it: each costs as much as a small query does.
                return await greenlet_spawn(unit.do, work)
            except DBAPIError as error:
                lost = error.connection_invalidated and not unit.committing
                if attempt == _RETRIES or not (lost or may_be_retried(error)):
                    raise
            await asyncio.sleep(0.01 * 2**attempt)
    raise AssertionError("The last attempt returns or raises.")


def _read(unit: _Unit, fn: object, work: Callable[[Connection], T]) -> T:
    try:
        return work(unit.connection)
    except DBAPIError as error:
        raise (must_be_run(fn) if is_refused_write(error) else error) from error


def _write(unit: _Unit, fn: Callable[[Connection], T]) -> T:
    """An exception leaves the transaction open: the pool rolls back whatever it is given back."""
    _BEGIN.run(unit.connection)
    result = fn(unit.connection)
    unit.committing = True
    _COMMIT.run(unit.connection)
    return result


def _engine(url: URL, size: int, timeout: float, *options: str, **about: Any) -> Engine:
    """Of SQLAlchemy's asynchronous dialect, without its `AsyncEngine`: that would bring the ORM along, a tenth of a
    second and 9 MB.
    """
    return create_engine(
        url.difference_update_query(["options"]).set(drivername="postgresql+psycopg_async"),
        pool_size=size,
        max_overflow=0,
        pool_timeout=timeout,
        pool_recycle=1800,
        hide_parameters=True,
        isolation_level="AUTOCOMMIT",
        connect_args=_connect_args(url, timeout, *options),
        execution_options={DRIVEN: True},
        **about,
    )


def _in_use(engine: Engine) -> int:
    pool = engine.pool
    assert isinstance(pool, QueuePool)  # noqa: S101 - the engines above have no other
    return pool.checkedout()


def _connect_args(url: URL, timeout: float, *more: str) -> dict[str, Any]:
    """What the address says goes before what we say."""
    theirs = url.query.get("options", ())
    ours = f"-c statement_timeout={timeout * 1000:.0f} {_SERVER_OPTIONS}"
    options = [ours, *([theirs] if isinstance(theirs, str) else theirs), *more]
    return {name: value for name, value in _CONNECT.items() if name not in url.query} | {"options": " ".join(options)}


def arguments(url: URL) -> dict[str, Any]:
    """For a connection beside the pool: what psycopg's `connect` takes."""
    _, named = url.get_dialect()().create_connect_args(url)
    return {**named, **_connect_args(url, _LISTENING_SECONDS)}
