"""PostgreSQL: a pool of asynchronous connections, by psycopg 3."""

import asyncio
from collections.abc import Callable
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

from sqlalchemy import URL, Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import QueuePool

from watchword.storage.failures import may_be_retried, translated
from watchword.storage.urls import Dialect

P = ParamSpec("P")
T = TypeVar("T")

POOL_SIZE = 10
"""Connections for each process unless told otherwise; a server takes 100 in all by default."""
TIMEOUT_SECONDS = 5.0
_RETRIES = 3

_SERVER_OPTIONS = "-c idle_in_transaction_session_timeout=10000 -c timezone=UTC"
_CONNECT: dict[str, Any] = {
    "application_name": "watchword",
    "connect_timeout": 5,
    "keepalives_idle": 30,
    "tcp_user_timeout": 10_000,  # milliseconds: a server that vanished without a word is noticed
}


class PostgreSQLDatabase:
    dialect: Final[Dialect] = "postgresql"

    def __init__(self, url: URL, pool: int = POOL_SIZE, timeout: float = TIMEOUT_SECONDS) -> None:
        self.pool_size = pool
        self._engine = create_async_engine(
            url.difference_update_query(["options"]),
            pool_size=pool,
            max_overflow=0,
            pool_timeout=timeout,
            pool_recycle=1800,
            hide_parameters=True,
            connect_args=_connect_args(url, timeout),
        )
        self._reading = self._engine.execution_options(postgresql_readonly=True)

    async def run(self, fn: Callable[Concatenate[Connection, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await _transact(self._engine, lambda connection: fn(connection, *args, **kwargs))

    async def read(self, fn: Callable[Concatenate[Connection, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await _transact(self._reading, lambda connection: fn(connection, *args, **kwargs))

    def connections_in_use(self) -> int:
        """Of `pool_size`, by this process."""
        pool = self._engine.pool
        assert isinstance(pool, QueuePool)  # noqa: S101 - the engine above has no other
        return pool.checkedout()

    async def close(self) -> None:
        await self._engine.dispose()


def _connect_args(url: URL, timeout: float = TIMEOUT_SECONDS) -> dict[str, Any]:
    """What the address says goes before what we say."""
    theirs = url.query.get("options", ())
    ours = f"-c statement_timeout={timeout * 1000:.0f} {_SERVER_OPTIONS}"
    options = [ours, *([theirs] if isinstance(theirs, str) else theirs)]
    return {name: value for name, value in _CONNECT.items() if name not in url.query} | {"options": " ".join(options)}


def arguments(url: URL) -> dict[str, Any]:
    """For a connection beside the pool: what psycopg's `connect` takes."""
    _, named = url.get_dialect()().create_connect_args(url)
    return {**named, **_connect_args(url)}


async def _transact(engine: AsyncEngine, unit: Callable[[Connection], T]) -> T:
    """Tries again after a deadlock, and where a connection from the pool had died: nothing was committed then.

    Whether a COMMIT without an answer took place nobody knows, so it is never repeated.
    """
    with translated():
        for attempt in range(_RETRIES + 1):
            committing = False
            try:
                async with engine.connect() as connection:
                    result = await connection.run_sync(unit)
                    committing = True
                    await connection.commit()
                    return result
            except DBAPIError as error:
                lost = error.connection_invalidated and not committing
                if attempt == _RETRIES or not (lost or may_be_retried(error)):
                    raise
            await asyncio.sleep(0.01 * 2**attempt)
    raise AssertionError("The last attempt returns or raises.")
