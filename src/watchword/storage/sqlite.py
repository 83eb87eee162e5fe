"""SQLite: one connection, used in the event loop itself.

A read takes microseconds there, and a thread would cost more than it saves.
"""

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.pool import StaticPool

from watchword.errors import DatabaseUnavailable
from watchword.storage.failures import must_be_run, of_driver, primary_code, translated
from watchword.storage.file_in_place import FileInPlace
from watchword.storage.json_holds import json_holds
from watchword.storage.urls import Dialect

P = ParamSpec("P")
T = TypeVar("T")

_BUSY_MS = 5000
"""How long to wait for another process's write to end."""
_BEGIN = "watchword_begin"
_BETWEEN_TRIES = 0.02

_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = NORMAL",  # a power cut may lose the last transactions in WAL mode, never the file
    "secure_delete = ON",  # what is deleted is overwritten: numbers and codes leave nothing in free pages
    "trusted_schema = OFF",  # a file from elsewhere may not run functions through its schema
)


def sqlite_engine(url: URL, *, foreign_keys: bool = True, busy_ms: int = _BUSY_MS) -> Engine:
    """An engine over a single connection; transactions begin with a write lock.

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
            _patiently(connection, f"PRAGMA {pragma}", busy_ms / 1000)
        connection.create_function("json_holds", 2, json_holds, deterministic=True)
        # SQLite's own knows the letters of ASCII alone: a search would find "ärzte" on one database, not on the other.
        connection.create_function("lower", 1, _lower, deterministic=True)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if statement := connection.get_execution_options().get(_BEGIN, "BEGIN IMMEDIATE"):
            connection.exec_driver_sql(statement)

    return engine


def _patiently(connection: sqlite3.Connection, statement: str, seconds: float) -> None:
    """SQLite does not wait by itself where several connections change the journal of a new file at once: each of them
    has a lock that the others want (sqlite.org/c3ref/busy_handler.html).
    """
    deadline = time.monotonic() + seconds
    while True:
        try:
            return connection.execute(statement).close()
        except sqlite3.OperationalError as error:
            if primary_code(error) != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
        time.sleep(_BETWEEN_TRIES)


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
    """Belongs to the thread that opened it. A write waits up to 5 seconds for another process, the loop with it.

    Transactions are begun and ended at the driver: for SQLAlchemy its connection is within one from first to last.
    """

    dialect: Final[Dialect] = "sqlite"

    def __init__(self, url: URL) -> None:
        self._engine = sqlite_engine(url)
        self._place = FileInPlace(url.database)
        with translated():
            self._connection = self._engine.connect().execution_options(**{_BEGIN: ""})
        driver = self._connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)  # noqa: S101 - the engine above has no other
        self._driver = driver

    async def run(self, fn: Callable[Concatenate[Connection, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        with translated(), self._transaction("BEGIN IMMEDIATE"):
            return fn(self._connection, *args, **kwargs)

    async def read(self, fn: Callable[Concatenate[Connection, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        before = self._driver.total_changes
        with translated(), self._transaction("BEGIN"):
            result = fn(self._connection, *args, **kwargs)
            if self._driver.total_changes != before:
                raise must_be_run(fn)
            return result

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[None]:
        self._place.check()
        self._tell(begin)
        try:
            yield
            self._tell("COMMIT")
        except BaseException:
            if self._driver.in_transaction:  # where the disk is full SQLite has rolled back by itself
                self._tell("ROLLBACK")
            raise

    def _tell(self, statement: str) -> None:
        try:
            self._driver.execute(statement)
        except sqlite3.Error as error:
            raise of_driver(self._connection, error) from error

    async def close(self) -> None:
        self._connection.close()
        self._engine.dispose()
