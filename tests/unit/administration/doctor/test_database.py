"""The doctor on the database: whether it answers, and whether it is whole."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.unit.administration.doctor.patients import NOW, codes, memory, not_checked, only, patient
from watchword.administration.doctor.admission import admit
from watchword.administration.doctor.checks import database
from watchword.administration.doctor.checks.database import _CAUSES, away, check, of_postgresql, whole
from watchword.administration.doctor.finding import Finding
from watchword.administration.doctor.patient import NO_DATABASE
from watchword.errors import DatabaseUnavailable
from watchword.settings import look
from watchword.storage.health import PostgreSQLState, SQLiteState
from watchword.storage.migrate import migrate

WELL = PostgreSQLState(150004, "15.4", "UTF8", used=7, most=100, read_only=False, now=NOW)


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("migrated")
    migrate(f"sqlite:///{folder / 'watchword.db'}")
    return folder / "watchword.db"


@pytest.fixture
def file(migrated: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "watchword.db"
    copy.write_bytes(migrated.read_bytes())
    copy.chmod(0o600)
    return copy


def overwrite(file: Path, content: bytes, at: int = 0) -> None:
    with file.open("r+b") as opened:
        opened.seek(at)
        opened.write(content)


async def examined(file: Path, what: Any = check) -> list[Finding]:
    settings = look({}, data_dir=file.parent)
    async with admit(settings, {}, offline=True) as ill:
        found: list[Finding] = await what(ill)
        return found


async def test_a_database_that_answers_is_told_with_its_version(file: Path) -> None:
    [told] = await examined(file)
    assert (told.code, told.sentence) == ("database_answers", f"SQLite {sqlite3.sqlite_version} answers.")


async def test_one_in_memory_answers_too() -> None:
    opened = await memory()
    assert codes(await check(patient(database=opened, database_url="sqlite://"))) == ["database_answers"]
    assert codes(await whole(patient(database=opened, database_url="sqlite://"))) == ["database_whole"]
    await opened.close()


async def test_a_file_that_others_can_read_is_told(file: Path) -> None:
    os.chmod(file, 0o644)
    found = await examined(file)
    assert codes(found) == ["database_answers", "database_readable"]
    assert str(file) in found[1].sentence


async def test_no_file_is_told_and_none_is_made(tmp_path: Path) -> None:
    missing = tmp_path / "elsewhere" / "watchword.db"
    [told] = await examined(missing)
    assert (told.code, str(missing) in told.sentence) == ("database_missing", True)
    assert not missing.parent.exists()


async def test_a_file_that_is_no_database_is_damaged(file: Path) -> None:
    overwrite(file, b"this is no database, and never was one" * 100)
    assert codes(await examined(file)) == ["database_damaged"]


async def test_a_page_that_was_overwritten_is_found(file: Path) -> None:
    assert codes(await examined(file, whole)) == ["database_whole"]
    overwrite(file, b"\xff" * 4096, at=4096 * 3)
    assert codes(await examined(file, whole)) == ["database_damaged"]


async def test_a_file_in_another_journal_mode_is_put_right_by_opening_it(file: Path) -> None:
    with closing(sqlite3.connect(file)) as opened:
        opened.execute("PRAGMA journal_mode = DELETE")
    assert codes(await examined(file)) == ["database_answers"]


async def test_one_that_cannot_be_in_wal_mode_is_told(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "sqlite_state", lambda _: SQLiteState("3.40.1", "delete"))
    assert codes(await examined(file)) == ["database_answers", "database_not_wal"]


async def test_while_another_program_writes_it_is_read_all_the_same(file: Path) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as busy:
        busy.execute("PRAGMA journal_mode = WAL")
        busy.execute("BEGIN IMMEDIATE")
        busy.execute("INSERT INTO fact VALUES ('a', 'b')")
        assert codes(await examined(file)) == ["database_answers"]
        assert codes(await examined(file, whole)) == ["database_whole"]
        busy.execute("ROLLBACK")


async def test_a_file_that_takes_too_long_is_not_checked(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "QUICK_CHECK_SECONDS", -1.0)
    monkeypatch.setattr("watchword.storage.aside._STEPS", 1)
    settings = look({}, data_dir=file.parent)
    async with admit(settings, {}, offline=True) as ill:
        assert "too large" in await not_checked(whole, ill)


async def test_a_server_that_is_away_is_told_with_the_cause() -> None:
    settings = look({}, database_url="postgresql://nobody:s3cret@127.0.0.1:1/none", secret_key="k" * 64)
    async with admit(settings, {}, offline=True) as ill:
        [told] = await check(ill)
        assert await not_checked(whole, ill) == NO_DATABASE
    assert (told.code, told.sentence) == ("database_away", "Nothing listens at the database’s address.")
    assert "s3cret" not in told.fix
    assert "nobody" not in told.fix


def test_every_cause_has_a_sentence_and_a_fix() -> None:
    assert [cause for cause, words in _CAUSES.items() if not all(text.endswith(".") for text in words)] == []
    assert away(DatabaseUnavailable()).code == "database_away"


@pytest.mark.parametrize(
    ("changes", "code", "words"),
    [
        ({"number": 120_010, "version": "12.10"}, "database_old", "12.10"),
        ({"read_only": True}, "database_read_only", ""),
        ({"encoding": "SQL_ASCII"}, "database_encoding", "SQL_ASCII"),
        ({"used": 81}, "database_crowded", "81 of the database server’s 100"),
    ],
)
def test_what_a_server_says_of_itself_is_judged(changes: dict[str, Any], code: str, words: str) -> None:
    [told] = of_postgresql(WELL._replace(**changes))
    assert told.code == code
    assert words in told.sentence


@pytest.mark.parametrize("changes", [{}, {"number": 130_000}, {"used": 80}])
def test_a_server_that_is_well_is_not_told_of(changes: dict[str, Any]) -> None:
    assert list(of_postgresql(WELL._replace(**changes))) == []


async def test_a_database_that_goes_away_meanwhile_is_told() -> None:
    class Gone:
        dialect = "postgresql"

        async def run(self, *_: Any) -> Any:
            raise DatabaseUnavailable

    ill = patient(database=Gone())
    assert only(await check(ill), database.AWAY).fix
