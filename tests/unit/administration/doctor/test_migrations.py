"""The doctor on the database's schema."""

from typing import Any

import pytest
from sqlalchemy import text

from tests.unit.administration.doctor.patients import not_checked, patient
from watchword.administration.doctor.checks.migrations import check
from watchword.administration.doctor.patient import NO_DATABASE
from watchword.storage.database import open_database
from watchword.storage.migrate import upgrade


@pytest.fixture
async def database() -> Any:
    opened = open_database("sqlite://")
    yield opened
    await opened.close()


async def test_a_database_that_no_migration_has_seen_lacks_all(database: Any) -> None:
    [told] = await check(patient(database=database, database_url="sqlite://"))
    assert told.code == "migrations_pending"
    assert "0001" in told.sentence
    assert "watchword migrate" in told.fix


async def test_one_that_is_up_to_date_is_fine(database: Any) -> None:
    await database.run(upgrade)
    [told] = await check(patient(database=database, database_url="sqlite://"))
    assert told.code == "migrations_done"


async def test_looking_migrates_nothing(database: Any) -> None:
    await check(patient(database=database, database_url="sqlite://"))
    [told] = await check(patient(database=database, database_url="sqlite://"))
    assert told.code == "migrations_pending"


async def test_one_of_a_newer_version_is_told(database: Any) -> None:
    await database.run(upgrade)
    await database.run(lambda conn: conn.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    [told] = await check(patient(database=database, database_url="sqlite://"))
    assert (told.code, told.severity) == ("migrations_newer", "warning")
    assert "9999" in told.sentence


async def test_without_a_database_nothing_is_said() -> None:
    assert await not_checked(check, patient()) == NO_DATABASE
