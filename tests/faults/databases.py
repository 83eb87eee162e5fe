"""What can go wrong with a database, each with its own way to be mended."""

import resource
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from pathlib import Path
from typing import NamedTuple

import psycopg
from sqlalchemy import Connection, make_url, text

from tests.own_postgres import OwnPostgres
from tests.unit.web.house import House

Wreck = AbstractAsyncContextManager[None]


class Fault(NamedTuple):
    """`reads` says whether what only reads still works, `ready` whether a small write does as well; `log` is what the
    log gives as the reason, one of these.
    """

    name: str
    breaks: Callable[["Place"], Wreck]
    log: tuple[str, ...]
    reads: bool = False
    ready: bool = False


class Place(NamedTuple):
    """A house, and what its database stands on."""

    house: House
    url: str
    server: OwnPostgres | None = None

    @property
    def file(self) -> Path:
        return Path(make_url(self.url).database or "")

    async def pragma(self, words: str) -> int:
        return await self.house.services.database.run(_pragma, words)


def _pragma(conn: Connection, words: str) -> int:
    """What it answers, 0 where it is nothing."""
    told = conn.execute(text(f"PRAGMA {words}"))
    return int(told.scalar_one()) if told.returns_rows else 0


@asynccontextmanager
async def full_disk(place: Place) -> AsyncIterator[None]:
    """No file of this process may be written to any further; the kernel says so, as it does of a disk without room."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


_HEAVY = """
    CREATE TRIGGER heavy_{what} BEFORE {what} ON execution BEGIN INSERT INTO ballast VALUES (zeroblob(100000)); END
"""


@asynccontextmanager
async def full_file(place: Place) -> AsyncIterator[None]:
    """Not a page more than there are: what SQLite says where the disk has no room for one."""
    await place.house.write("CREATE TABLE IF NOT EXISTS ballast (bytes BLOB)")
    for what in ("UPDATE", "DELETE"):
        await place.house.write(_HEAVY.format(what=what))
    await place.pragma(f"max_page_count = {await place.pragma('page_count')}")
    try:
        yield
    finally:
        await place.pragma("max_page_count = 1000000000")
        for what in ("UPDATE", "DELETE"):
            await place.house.write(f"DROP TRIGGER heavy_{what}")


@asynccontextmanager
async def locked(place: Place) -> AsyncIterator[None]:
    """Another process writes, and does not end."""
    await place.pragma("busy_timeout = 20")
    with closing(sqlite3.connect(place.file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
    await place.pragma("busy_timeout = 5000")


@asynccontextmanager
async def read_only_file(place: Place) -> AsyncIterator[None]:
    """By SQLite's own means: rights of files do not hold up root, who may run these tests."""
    await place.pragma("query_only = ON")
    try:
        yield
    finally:
        await place.house.services.database.read(_pragma, "query_only = OFF")


ON_SQLITE = (
    Fault("cannot be written", full_disk, ("OperationalError",), reads=True),
    Fault("has a full disk", full_file, ("OperationalError",), reads=True, ready=True),
    Fault("is locked by another process", locked, ("OperationalError",), reads=True),
    Fault("is read-only", read_only_file, ("OperationalError",), reads=True),
)


@asynccontextmanager
async def stopped(place: Place) -> AsyncIterator[None]:
    """Cut off without a word, as when its machine dies; started again afterwards."""
    assert place.server
    place.server.stop()
    try:
        yield
    finally:
        place.server.start()


def _administrator(place: Place) -> psycopg.Connection:
    assert place.server
    return psycopg.connect(place.server.url, autocommit=True)


def _name(place: Place) -> str:
    return str(make_url(place.url).database)


@asynccontextmanager
async def no_connection_left(place: Place) -> AsyncIterator[None]:
    """Others have taken all there are, and ours were cut."""
    with _administrator(place) as conn:
        conn.execute(f"ALTER DATABASE {_name(place)} CONNECTION LIMIT 0")
        _cut(conn, place)
        try:
            yield
        finally:
            conn.execute(f"ALTER DATABASE {_name(place)} CONNECTION LIMIT -1")


@asynccontextmanager
async def standby(place: Place) -> AsyncIterator[None]:
    """As after a switch to a server that nobody has promoted yet: it reads, and does not write."""
    assert place.server
    with _administrator(place) as conn:
        [folder] = conn.execute("SHOW data_directory").fetchone() or [""]
    place.server.stop("fast")
    _touch(Path(folder, "standby.signal"))
    place.server.start()
    try:
        yield
    finally:
        with _administrator(place) as conn:
            conn.execute("SELECT pg_promote()")


def _touch(path: Path) -> None:
    path.touch()


@asynccontextmanager
async def held_tables(place: Place) -> AsyncIterator[None]:
    """Another transaction holds what visitors write to, longer than a statement may take."""
    assert place.server
    with psycopg.connect(make_url(place.server.url).set(database=_name(place)).render_as_string()) as other:
        other.execute("LOCK TABLE execution, session, throttle, code IN SHARE MODE")
        try:
            yield
        finally:
            other.rollback()


def _cut(conn: psycopg.Connection, place: Place) -> None:
    conn.execute(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
        [_name(place)],
    )


@asynccontextmanager
async def set_read_only(place: Place) -> AsyncIterator[None]:
    """As some hosts do where their disk is nearly full."""
    with _administrator(place) as conn:
        conn.execute(f"ALTER DATABASE {_name(place)} SET default_transaction_read_only = on")
        _cut(conn, place)
        try:
            yield
        finally:
            conn.execute(f"ALTER DATABASE {_name(place)} RESET default_transaction_read_only")
            _cut(conn, place)


@asynccontextmanager
async def taken_away(place: Place) -> AsyncIterator[None]:
    """Dropped, and restored as it was."""
    name = _name(place)
    with _administrator(place) as conn:
        conn.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        _cut(conn, place)
        conn.execute(f"ALTER DATABASE {name} RENAME TO {name}_away")
        try:
            yield
        finally:
            conn.execute(f"ALTER DATABASE {name}_away RENAME TO {name}")
            conn.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")


def cut(place: Place) -> None:
    with _administrator(place) as conn:
        _cut(conn, place)


ON_POSTGRESQL = (
    Fault("was killed", stopped, ("OperationalError",)),
    Fault("has no connection left", no_connection_left, ("OperationalError",)),
    Fault("does not exist", taken_away, ("OperationalError",)),
    Fault("is set to be read only", set_read_only, ("ReadOnlySqlTransaction",), reads=True),
    Fault("is a standby", standby, ("ReadOnlySqlTransaction", "FeatureNotSupported"), reads=True),
    Fault("is held up", held_tables, ("QueryCanceled",), reads=True),
)
