"""SQLite: the file is private, the connection careful, and other processes may write."""

import asyncio
import os
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import ProgrammingError

from watchword.errors import DatabaseUnavailable
from watchword.storage.database import Database, open_database
from watchword.storage.install import get_fact, set_fact_once
from watchword.storage.migrate import migrate, upgrade
from watchword.storage.sqlite import sqlite_engine
from watchword.storage.urls import read_url


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "watchword.db"


@pytest.fixture
async def database(path: Path) -> AsyncIterator[Database]:
    migrate(f"sqlite:///{path}")
    opened = open_database(f"sqlite:///{path}")
    yield opened
    await opened.close()


def pragma(conn: Connection, name: str) -> object:
    return conn.execute(text(f"PRAGMA {name}")).scalar()


async def impatient(database: Database) -> None:
    """Five seconds are too long for a test."""
    await database.run(lambda conn: conn.execute(text("PRAGMA busy_timeout = 50")).close())


async def test_files_are_for_their_owner_alone(path: Path) -> None:
    before = os.umask(0)
    try:
        migrate(f"sqlite:///{path}")
        database = open_database(f"sqlite:///{path}")
        await database.run(set_fact_once, "place", "Kiel")
        files = list(path.parent.iterdir())
        assert len(files) == 3
        assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
        await database.close()
    finally:
        os.umask(before)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 1),
        ("foreign_keys", 1),
        ("busy_timeout", 5000),
        ("secure_delete", 1),
        ("trusted_schema", 0),
    ],
)
async def test_what_a_connection_is_set_to(database: Database, name: str, value: object) -> None:
    assert await database.read(pragma, name) == value
    assert await database.run(pragma, name) == value


async def test_a_writer_is_alone_before_it_writes(database: Database, path: Path) -> None:
    """Else two could read the same, and the second would fail when it writes."""
    other = sqlite3.connect(path, timeout=0, isolation_level=None)

    def unit(conn: Connection) -> None:
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")

    await database.run(unit)
    other.execute("BEGIN IMMEDIATE")
    other.close()


async def test_readers_wait_for_nobody_and_see_one_moment(database: Database, path: Path) -> None:
    other = sqlite3.connect(path, timeout=0, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    other.execute("INSERT INTO fact VALUES ('place', 'Kiel')")

    def unit(conn: Connection) -> tuple[object, object]:
        before = get_fact(conn, "place")
        other.execute("COMMIT")
        return before, get_fact(conn, "place")

    assert await database.read(unit) == (None, None)
    assert await database.read(get_fact, "place") == "Kiel"
    other.close()


async def test_a_write_waits_for_another_process(database: Database, path: Path) -> None:
    begun = threading.Event()

    def elsewhere() -> None:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        begun.set()
        time.sleep(0.2)
        other.execute("INSERT INTO fact VALUES ('place', 'Kiel')")
        other.execute("COMMIT")
        other.close()

    thread = threading.Thread(target=elsewhere)
    thread.start()
    await asyncio.to_thread(begun.wait)
    assert await database.run(set_fact_once, "place", "Lübeck") == "Kiel"
    thread.join()


async def test_a_write_that_waits_too_long_is_unavailable(database: Database, path: Path) -> None:
    await impatient(database)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseUnavailable):
        await database.run(set_fact_once, "place", "Kiel")
    assert await database.read(get_fact, "place") is None
    other.execute("ROLLBACK")
    assert await database.run(set_fact_once, "place", "Kiel") == "Kiel"
    other.close()


async def test_a_reader_that_writes_is_told_and_undone(database: Database) -> None:
    with pytest.raises(RuntimeError, match="set_fact_once writes"):
        await database.read(set_fact_once, "place", "Kiel")
    assert await database.read(get_fact, "place") is None


async def test_opening_it_again_releases_nobodys_lock(database: Database, path: Path) -> None:
    """Closing any handle of a file drops the locks that this process has on it (fcntl).

    Another process could then leave the WAL mode, and delete what this one has written to the log.
    """
    program = "import sqlite3, sys; sqlite3.connect(sys.argv[1], timeout=0).execute('PRAGMA journal_mode = DELETE')"

    def unit(conn: Connection) -> tuple[int, str]:
        sqlite_engine(read_url(f"sqlite:///{path}")).dispose()
        process = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=False
        )
        return process.returncode, process.stderr

    code, shown = await database.run(unit)
    assert code == 1
    assert "database is locked" in shown


async def test_a_database_belongs_to_the_thread_that_opened_it(database: Database) -> None:
    """In two threads, one's statements would run within the other's transaction."""

    def elsewhere() -> None:
        asyncio.run(database.read(get_fact, "place"))

    with pytest.raises(ProgrammingError, match="thread"):
        await asyncio.to_thread(elsewhere)
    assert await database.read(get_fact, "place") is None


async def test_many_tasks_share_it(database: Database) -> None:
    answers = await asyncio.gather(*(database.run(set_fact_once, "place", f"{n}") for n in range(50)))
    assert set(answers) == {"0"}


@pytest.mark.parametrize("make", ["directory", "nowhere", "garbage"])
def test_what_cannot_be_opened_is_unavailable(tmp_path: Path, make: str) -> None:
    path = tmp_path / make / "deeper" / "x.db" if make == "nowhere" else tmp_path / make
    if make == "directory":
        path.mkdir()
    elif make == "garbage":
        path.write_bytes(b"This is no database. " * 100)
    with pytest.raises(DatabaseUnavailable) as caught:
        open_database(f"sqlite:///{path}")
    assert str(tmp_path) not in caught.value.message


async def test_a_full_disk_is_unavailable_and_undone(database: Database) -> None:
    def fill(conn: Connection) -> None:
        conn.execute(text("PRAGMA max_page_count = 1")).close()
        set_fact_once(conn, "long", "x" * 1_000_000)

    with pytest.raises(DatabaseUnavailable):
        await database.run(fill)
    assert await database.read(get_fact, "long") is None


async def test_memory_is_one_databases_own() -> None:
    one, other = open_database("sqlite://"), open_database("sqlite:///:memory:")
    for database in (one, other):
        await database.run(upgrade)
    await one.run(set_fact_once, "place", "Kiel")
    assert await other.read(get_fact, "place") is None
    await one.close()
    await other.close()


def test_what_was_deleted_is_overwritten(path: Path) -> None:
    migrate(f"sqlite:///{path}")
    asyncio.run(write_and_delete(f"sqlite:///{path}", "+4917612345678"))
    assert b"17612345678" not in path.read_bytes()


async def write_and_delete(url: str, value: str) -> None:
    database = open_database(url)
    await database.run(set_fact_once, "number", value)
    assert await database.read(get_fact, "number") == value
    await database.run(lambda conn: conn.execute(text("DELETE FROM fact")))
    await database.close()
