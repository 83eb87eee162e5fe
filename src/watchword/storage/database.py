"""The database: runs units of work, each in one transaction."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from sqlalchemy import Connection

from watchword.storage.sqlite import SQLiteDatabase
from watchword.storage.urls import Dialect, dialect_of, read_url

POOL_SIZE = 10
"""Connections of one process; a server takes 100 in all by default."""
TIMEOUT_SECONDS = 5.0

P = ParamSpec("P")
T = TypeVar("T")


class Database(Protocol):
    """A unit of work is a plain function of a connection; an exception in it rolls back.

    `run` may call it again after a deadlock: it must change nothing but the database. Both raise
    `DatabaseUnavailable` where the database cannot be reached, or takes too long, and `Invalid` where a value cannot
    be stored at all.
    """

    @property
    def dialect(self) -> Dialect: ...

    async def run(self, fn: Callable[Concatenate[Connection, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """In a transaction that may write."""
        ...

    async def read(self, fn: Callable[Concatenate[Connection, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """In a transaction that may not: a unit that writes raises, and nothing is written."""
        ...

    async def close(self) -> None: ...


def open_database(url: str, *, pool: int = POOL_SIZE, timeout: float = TIMEOUT_SECONDS) -> Database:
    """`sqlite:///path`, `sqlite://` (in memory) or `postgresql://...`; it must be migrated.

    `pool` connections are held at most, and `timeout` seconds are given to a statement, or to the wait for a
    connection: both on PostgreSQL alone.

    Raises `SettingsInvalid` for another address, `DatabaseUnavailable` where an SQLite file cannot be opened. A
    PostgreSQL server is first asked when it is needed.
    """
    address = read_url(url)
    if dialect_of(address) == "sqlite":
        return SQLiteDatabase(address)
    # Only here: psycopg and SQLAlchemy's asynchronous dialect are nothing that SQLite uses.
    from watchword.storage.postgresql import PostgreSQLDatabase

    return PostgreSQLDatabase(address, pool, timeout)
