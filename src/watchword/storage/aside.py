"""Long reads: on a connection of their own, so that they hold up nobody."""

import asyncio
import sqlite3
import time
from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import URL, Connection, NullPool, create_engine

from watchword.errors import DatabaseUnavailable
from watchword.storage.database import Database
from watchword.storage.failures import translated
from watchword.storage.urls import dialect_of, read_url

P = ParamSpec("P")
T = TypeVar("T")

_STEPS = 10_000
"""Of SQLite's virtual machine, between two looks at the clock: some tenth of a millisecond."""


async def read_aside(
    database: Database,
    address: str,
    seconds: float,
    fn: Callable[Concatenate[Connection, P], T],
    /,
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    """A unit of work that may read a whole file: of SQLite in a thread, which changes nothing, not even how the file is
    kept. PostgreSQL, and what lives in memory, is read as usual.

    Raises TimeoutError where SQLite takes longer than `seconds`, and `DatabaseUnavailable`.
    """
    url = read_url(address)
    if dialect_of(url) != "sqlite" or url.database in (None, "", ":memory:"):
        return await database.read(fn, *args, **kwargs)
    return await asyncio.to_thread(_read_file, url, seconds, lambda conn: fn(conn, *args, **kwargs))


def _read_file(url: URL, seconds: float, unit: Callable[[Connection], T]) -> T:
    until = time.monotonic() + seconds
    engine = create_engine("sqlite://", creator=lambda: _opened(str(url.database), until), poolclass=NullPool)
    try:
        with translated(), engine.connect() as conn:
            return unit(conn)
    except DatabaseUnavailable:
        raise
    except Exception as error:
        if time.monotonic() > until:
            raise TimeoutError from error
        raise
    finally:
        engine.dispose()


def _opened(path: str, until: float) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=max(0.1, until - time.monotonic()))
    connection.execute("PRAGMA query_only = ON").close()
    connection.set_progress_handler(lambda: time.monotonic() > until, _STEPS)
    return connection
