"""Long reads stand in nobody's way."""

import asyncio
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from watchword.errors import DatabaseUnavailable
from watchword.storage import aside
from watchword.storage.aside import read_aside
from watchword.storage.database import Database, open_database
from watchword.storage.urls import read_url

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "some.db"
    with closing(sqlite3.connect(path)) as made, made:
        made.execute("CREATE TABLE t (a)")
        made.execute("INSERT INTO t VALUES (7)")
    return path


@pytest.fixture
async def database(file: Path) -> Database:
    return open_database(f"sqlite:///{file}")


def first(conn: Connection, factor: int = 1) -> tuple[int, int]:
    value = int(conn.execute(text("SELECT a FROM t")).scalar_one())
    return value * factor, threading.get_ident()


def endless(conn: Connection) -> int:
    return int(conn.execute(text(ENDLESS)).scalar_one())


async def test_a_file_is_read_in_another_thread(database: Database, file: Path) -> None:
    value, thread = await read_aside(database, f"sqlite:///{file}", 5.0, first, factor=3)
    assert value == 21
    assert thread != threading.get_ident()
    await database.close()


async def test_the_loop_goes_on_meanwhile(database: Database, file: Path) -> None:
    began = threading.Event()

    def waiting(conn: Connection) -> bool:
        began.set()
        return going.wait(5)

    going = threading.Event()
    reading = asyncio.create_task(read_aside(database, f"sqlite:///{file}", 5.0, waiting))
    await asyncio.to_thread(began.wait, 5)
    going.set()
    assert await reading
    await database.close()


async def test_what_takes_too_long_is_given_up(database: Database, file: Path) -> None:
    with pytest.raises(TimeoutError):
        await read_aside(database, f"sqlite:///{file}", 0.05, endless)
    await database.close()


async def test_nothing_can_be_written(database: Database, file: Path) -> None:
    with pytest.raises(DatabaseUnavailable):
        await read_aside(database, f"sqlite:///{file}", 5.0, lambda conn: conn.execute(text("DELETE FROM t")))
    assert (await read_aside(database, f"sqlite:///{file}", 5.0, first))[0] == 7
    await database.close()


async def test_what_is_wrong_with_a_question_is_raised_as_it_is(database: Database, file: Path) -> None:
    with pytest.raises(OperationalError, match="no such table"):
        await read_aside(database, f"sqlite:///{file}", 5.0, lambda conn: conn.execute(text("SELECT * FROM u")))
    await database.close()


async def test_what_lives_in_memory_is_read_where_it_is() -> None:
    database = open_database("sqlite://")
    await database.run(lambda conn: conn.execute(text("CREATE TABLE t AS SELECT 4 AS a")))
    value, thread = await read_aside(database, "sqlite://", 5.0, first)
    assert (value, thread) == (4, threading.get_ident())
    await database.close()


async def test_how_the_file_is_kept_stays_as_it_was(file: Path) -> None:
    """Opening it as usual would change that."""
    await asyncio.to_thread(aside._read_file, read_url(f"sqlite:///{file}"), 5.0, first)
    with closing(sqlite3.connect(file)) as looked:
        assert looked.execute("PRAGMA journal_mode").fetchone() == ("delete",)
