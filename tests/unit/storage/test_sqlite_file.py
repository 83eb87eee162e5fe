"""The bytes of the embedded database."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from watchword.errors import DatabaseUnavailable
from watchword.storage import sqlite_file
from watchword.storage.sqlite_file import empty_log, holds, rewrite

WANTED = ["a very particular word"]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """With a deleted word in its free pages, and in its log."""
    made = tmp_path / "watchword.db"
    with closing(sqlite3.connect(made, isolation_level=None)) as driver:
        driver.execute("PRAGMA journal_mode = WAL")
        driver.execute("PRAGMA secure_delete = OFF")
        driver.execute("CREATE TABLE word (text TEXT)")
        driver.execute("INSERT INTO word VALUES ('a very particular word'), ('another')")
        driver.execute("DELETE FROM word WHERE text LIKE 'a very%'")
    return made


def test_what_was_deleted_is_found_and_rewriting_takes_it_away(file: Path) -> None:
    assert holds(file, WANTED)
    rewrite(file)
    assert not holds(file, WANTED)
    assert holds(file, ["another"])


def test_the_log_is_searched_too_and_emptied(file: Path) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as driver:
        driver.execute("VACUUM")
        driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        assert not holds(file, WANTED)
        driver.execute("INSERT INTO word VALUES ('a very particular word')")
        assert b"particular" not in file.read_bytes()
        assert holds(file, WANTED)
        empty_log(file)
        assert b"particular" in file.read_bytes()
        assert Path(f"{file}-wal").stat().st_size == 0


def test_somebody_who_reads_without_end_is_told_of(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_file, "_PATIENCE_SECONDS", 0.01)
    with closing(sqlite3.connect(file, isolation_level=None)) as driver:
        driver.execute("INSERT INTO word VALUES ('one')")
        driver.execute("BEGIN")
        driver.execute("SELECT * FROM word").fetchall()
        with pytest.raises(DatabaseUnavailable, match="Stop the server"):
            empty_log(file)
