"""A copy of one moment, whole or not there."""

import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from watchword.errors import Invalid
from watchword.storage import backup as module
from watchword.storage.backup import back_up
from watchword.storage.migrate import migrate

ROWS = 2000


def connect(file: Path) -> closing[sqlite3.Connection]:
    return closing(sqlite3.connect(file, isolation_level=None))


def put(driver: sqlite3.Connection, first: int, count: int) -> None:
    rows = [(f"{number}", "x" * 1000) for number in range(first, first + count)]
    driver.execute("BEGIN IMMEDIATE")
    driver.executemany("INSERT INTO fact (key, value) VALUES (?, ?)", rows)
    driver.execute("COMMIT")


def count(file: Path) -> int:
    with connect(file) as driver:
        return int(driver.execute("SELECT count(*) FROM fact").fetchone()[0])


@pytest.fixture
def database(tmp_path: Path) -> Path:
    file = tmp_path / "watchword.db"
    migrate(f"sqlite:///{file}")
    with connect(file) as driver:
        put(driver, 0, ROWS)
    return file


def test_a_copy_has_what_was_there_for_its_owner_alone_in_one_file(database: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    back_up(database, target)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert count(target) == ROWS
    assert sorted(path.name for path in tmp_path.iterdir() if "copy" in path.name) == ["copy.db"]


def test_what_is_written_meanwhile_neither_gets_in_nor_keeps_it_from_ending(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PAGES", 20)
    steps: list[int] = []
    with connect(database) as server:

        def watch(_what: str, done: int, _total: int) -> None:
            steps.append(done)
            assert len(steps) < 500, "It begins anew without end."
            put(server, ROWS * len(steps), 3)

        back_up(database, tmp_path / "copy.db", watch=watch)
    assert len(steps) > 10
    assert steps == sorted(steps)
    assert count(tmp_path / "copy.db") == ROWS
    assert count(database) == ROWS + 3 * len(steps)


def test_a_file_that_is_there_is_not_replaced_unless_that_is_wanted(database: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    target.write_text("precious")
    with pytest.raises(Invalid, match="--force"):
        back_up(database, target)
    assert target.read_text() == "precious"
    back_up(database, target, force=True)
    assert count(target) == ROWS


@pytest.mark.parametrize("step", ["copy", "check", "sync"])
def test_a_backup_that_was_interrupted_leaves_what_was_there(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    target = tmp_path / "copy.db"
    target.write_text("the backup of yesterday")
    before = set(tmp_path.iterdir())
    monkeypatch.setattr(module, step, interrupt)
    with pytest.raises(KeyboardInterrupt):
        back_up(database, target, force=True)
    assert target.read_text() == "the backup of yesterday"
    assert set(tmp_path.iterdir()) == before


def test_what_cannot_be_copied_is_said(tmp_path: Path, database: Path) -> None:
    nonsense = tmp_path / "nonsense"
    nonsense.write_bytes(b"no database at all" * 100)
    with pytest.raises(Invalid, match="is no SQLite database"):
        back_up(nonsense, tmp_path / "copy.db")
    with pytest.raises(Invalid, match="cannot be opened"):
        back_up(tmp_path / "nothing", tmp_path / "copy.db")
    with pytest.raises(Invalid, match="cannot be written"):
        back_up(database, tmp_path / "nowhere" / "copy.db")
    assert not (tmp_path / "copy.db").exists()


def damage(database: Path) -> None:
    """In the middle, where rows are."""
    with connect(database) as driver:
        driver.execute("PRAGMA journal_mode = DELETE")
    content = bytearray(database.read_bytes())
    middle = len(content) // 2 // 4096 * 4096
    content[middle : middle + 4096] = b"\xff" * 4096
    database.write_bytes(content)


def test_a_damaged_database_makes_no_backup(database: Path, tmp_path: Path) -> None:
    damage(database)
    with pytest.raises(Invalid, match="damaged"):
        back_up(database, tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()
