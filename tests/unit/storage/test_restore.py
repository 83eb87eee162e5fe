"""Put back whole or not at all; what was there is kept."""

import os
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.unit.storage.test_backup import ROWS, connect, count, damage, put
from watchword.errors import Invalid
from watchword.storage import restore as module
from watchword.storage.backup import back_up
from watchword.storage.in_use import in_use
from watchword.storage.migrate import migrate, pending
from watchword.storage.restore import restore

NOW = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """In use until a moment ago: its last rows stand in its log alone."""
    file = tmp_path / "watchword.db"
    migrate(f"sqlite:///{file}")
    crashed = tmp_path / "crashed.db"
    with connect(file) as driver:
        put(driver, 0, 10)
        for part in ("", "-wal"):
            shutil.copy(f"{file}{part}", f"{crashed}{part}")
    for part in ("", "-wal"):
        Path(f"{crashed}{part}").replace(f"{file}{part}")
    return file


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("saved")
    migrate(f"sqlite:///{place / 'old.db'}")
    with connect(place / "old.db") as driver:
        put(driver, 0, ROWS)
    back_up(place / "old.db", place / "copy.db")
    return place / "copy.db"


def test_a_copy_is_put_back_and_what_was_there_is_kept_with_its_last_rows(database: Path, saved: Path) -> None:
    kept = restore(saved, database, now=NOW)
    assert count(database) == ROWS
    assert kept == database.with_name("watchword.db.before-20260301-123000")
    assert count(kept) == 10
    assert restore(kept, database, now=NOW) == database.with_name(f"{kept.name}.1")
    assert count(database) == 10
    assert count(saved) == ROWS


def test_where_there_was_none(tmp_path: Path, saved: Path) -> None:
    assert restore(saved, tmp_path / "watchword.db", now=NOW) is None
    assert count(tmp_path / "watchword.db") == ROWS


def test_an_older_copy_is_brought_to_this_versions_schema(database: Path, saved: Path, tmp_path: Path) -> None:
    older = Path(shutil.copy(saved, tmp_path / "older.db"))
    with connect(older) as driver:
        driver.execute("DROP INDEX ix_sms_device_number_key")
        driver.execute("DROP INDEX ix_event_created")
        driver.execute("DROP INDEX ix_session_signed_in")
        driver.execute("ALTER TABLE delivery DROP COLUMN error_code")
        driver.execute("ALTER TABLE delivery DROP COLUMN answer")
        driver.execute("UPDATE alembic_version SET version_num = '0004'")
    restore(older, database, now=NOW)
    assert pending(f"sqlite:///{database}") == []
    assert count(database) == ROWS


class Killed(BaseException):
    """As by a signal that nobody handles: what stands behind it does not happen."""


STEPS = ["copy", "check", "migrate", "alone", "_put_log_away", "os.link", "os.replace", "sync"]


@pytest.mark.parametrize("step", STEPS)
def test_a_restore_that_was_interrupted_leaves_a_whole_database(
    database: Path, saved: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def kill(*_: Any) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(f"watchword.storage.restore.{step}", kill)
        with pytest.raises(Killed):
            restore(saved, database, now=NOW)
    assert count(database) == 10
    restore(saved, database, now=NOW)
    assert count(database) == ROWS


def test_interrupted_at_the_very_end_the_new_one_is_there(
    database: Path, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def kill(path: Path) -> None:
        if path.is_dir():
            raise Killed

    monkeypatch.setattr(module, "sync", kill)
    with pytest.raises(Killed):
        restore(saved, database, now=NOW)
    assert count(database) == ROWS


def test_while_a_server_runs_nothing_is_restored(database: Path, saved: Path) -> None:
    with in_use(f"sqlite:///{database}"), pytest.raises(Invalid, match="Stop it first"):
        restore(saved, database, now=NOW)
    assert count(database) == 10


def test_nor_while_a_program_without_our_lock_has_it_open(
    database: Path, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_PATIENCE_SECONDS", 0.01)
    with connect(database) as other:
        other.execute("SELECT * FROM fact").fetchall()
        with pytest.raises(Invalid, match="Somebody uses"):
            restore(saved, database, now=NOW)
    assert count(database) == 10


def test_a_damaged_database_is_replaced_and_kept_as_it_is(database: Path, saved: Path) -> None:
    damage(database)
    kept = restore(saved, database, now=NOW)
    assert kept
    assert kept.exists()
    assert count(database) == ROWS


def test_a_database_that_is_none_any_more_keeps_its_log_beside_its_new_name(database: Path, saved: Path) -> None:
    database.write_bytes(b"overwritten by accident" * 500)
    log = Path(f"{database}-wal")
    log.write_bytes(b"its log")
    kept = restore(saved, database, now=NOW)
    assert kept
    assert Path(f"{kept}-wal").read_bytes() == b"its log"
    assert not log.exists()
    assert count(database) == ROWS


def other_program(file: Path) -> None:
    with closing(sqlite3.connect(file)) as driver:
        driver.execute("CREATE TABLE users (name TEXT)")


def newer(file: Path) -> None:
    migrate(f"sqlite:///{file}")
    with connect(file) as driver:
        driver.execute("UPDATE alembic_version SET version_num = '9999'")


def torn(file: Path) -> None:
    migrate(f"sqlite:///{file}")
    with connect(file) as driver:
        put(driver, 0, ROWS)
    damage(file)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (other_program, "is no database of Watchword's"),
        (newer, r"newer version \(schema 9999\)"),
        (torn, "damaged"),
        (lambda file: file.write_bytes(b"plain text" * 500), "is no SQLite database"),
        (lambda file: file.write_bytes(b""), "is no database of Watchword's"),
        (lambda _: None, "There is no file"),
    ],
)
def test_what_is_none_of_ours_is_refused(database: Path, tmp_path: Path, make: Any, says: str) -> None:
    source = tmp_path / "source.db"
    make(source)
    with pytest.raises(Invalid, match=says):
        restore(source, database, now=NOW)
    assert count(database) == 10
    assert [path for path in os.listdir(tmp_path) if path.endswith(".partial")] == []


def test_the_database_itself_is_no_copy_of_it(database: Path) -> None:
    with pytest.raises(Invalid, match="is the database itself"):
        restore(database, database, now=NOW)
