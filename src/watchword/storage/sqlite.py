"""SQLite: one connection, used in the event loop itself.

A read takes microseconds there, and a thread would cost more than it saves.
"""

import os
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.pool import StaticPool

from watchword.errors import DatabaseUnavailable
from watchword.storage.failures import translated
from watchword.storage.json_holds import json_holds
from watchword.storage.urls import Dialect

P = ParamSpec("P")
T = TypeVar("T")

_BUSY_MS = 5000
"""How long to wait for another process's write to end."""
_BEGIN = "watchword_begin"

_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = NORMAL",  # a power cut may lose the last transactions in WAL mode, never the file
    "secure_delete = ON",  # what is deleted is overwritten: numbers and codes leave nothing in free pages
    "trusted_schema = OFF",  # a file from elsewhere may not run functions through its schema
)


def sqlite_engine(url: URL, *, foreign_keys: bool = True, busy_ms: int = _BUSY_MS) -> Engine:
    """An engine over a single connection; transactions begin with a write lock, unless told to be for reading.

    `foreign_keys` off is for migrations alone: rebuilding a table would delete what refers to it.
    """
    _create_private(url.database)
    engine = create_engine(
        url,
        poolclass=StaticPool,
        hide_parameters=True,
        # Without this the driver begins transactions by itself, too late and never for writing.
        connect_args={"isolation_level": None, "check_same_thread": True},
    )

    @event.listens_for(engine, "connect")
    def set_up(connection: sqlite3.Connection, _record: Any) -> None:
        # The time-out comes first, for the next one may have to wait already.
        for pragma in (f"busy_timeout = {busy_ms}", *_PRAGMAS, f"foreign_keys = {int(foreign_keys)}"):
            connection.execute(f"PRAGMA {pragma}").close()
        connection.create_function("json_holds", 2, json_holds, deterministic=True)
        # SQLite's own knows the letters of ASCII alone: a search would find "ärzte" on one database, not on the other.
        connection.create_function("lower", 1, _lower, deterministic=True)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get(_BEGIN, "BEGIN IMMEDIATE"))

    return engine


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _create_private(path: str | None) -> None:
    """Makes the file for its owner alone; SQLite gives its side files the same rights.

    A file that exists is not even opened: closing it would release the locks this process has on it (fcntl).
    """
    if not path or path == ":memory:":
        return
    try:
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except OSError as error:
        raise DatabaseUnavailable from error


class SQLiteDatabase:
    """Belongs to the thread that opened it. A write waits up to 5 seconds for another process, the loop with it."""

    dialect: Final[Dialect] = "sqlite"

    def __init__(self, url: URL) -> None:
        self._engine = sqlite_engine(url)
        with translated():
            self._writer = self._engine.connect()
            self._reader = self._engine.connect().execution_options(**{_BEGIN: "BEGIN"})
        driver = self._writer.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)  # noqa: S101 - the engine above has no other
        self._driver = driver

    async def run(self, fn: Callable[Concatenate[Connection, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        with translated(), self._writer.begin():
            return fn(self._writer, *args, **kwargs)

    async def read(self, fn: Callable[Concatenate[Connection, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        before = self._driver.total_changes
        with translated(), self._reader.begin():
            result = fn(self._reader, *args, **kwargs)
            if self._driver.total_changes != before:
                raise RuntimeError(f"{getattr(fn, '__name__', fn)} writes: it must be given to run().")
            return result

    async def close(self) -> None:
        self._reader.close()
        self._writer.close()
        self._engine.dispose()
