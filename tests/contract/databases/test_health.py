"""How a database is, by its own word."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, text

from tests.contract.databases.make import NOW, after, make_execution, make_session, make_user
from watchword.administration.doctor.checks.database import of_postgresql
from watchword.storage.aside import read_aside
from watchword.storage.database import Database, open_database
from watchword.storage.events import write_event
from watchword.storage.health import (
    newest_event,
    overdue,
    ping,
    postgresql_state,
    sqlite_damage,
    sqlite_state,
    table_sizes,
)
from watchword.storage.migrate import migrate, missing, unknown
from watchword.storage.tables import metadata


async def test_a_database_answers(database: Database) -> None:
    await database.read(ping)


async def test_which_it_is_is_known(database: Database) -> None:
    if database.dialect == "sqlite":
        state = await database.read(sqlite_state)
        assert state.journal == "wal"
        assert state.version.startswith("3.")
        assert await database.read(sqlite_damage) == ""


async def test_what_a_server_says_of_itself_is_read(postgres: Database) -> None:
    before = datetime.now(UTC)
    state = await postgres.run(postgresql_state)
    assert state.number >= 130_000
    assert state.version[0].isdigit()
    assert " " not in state.version
    assert state.encoding == "UTF8"
    assert 1 <= state.used <= state.most
    assert not state.read_only
    assert abs(state.now - before) < timedelta(seconds=30)
    assert list(of_postgresql(state)) == []


async def test_one_that_takes_no_writes_is_known(postgres: Database, postgres_url: str) -> None:
    """As a standby, or a role that may only read."""
    forbidding = open_database(f"{postgres_url}?options=-c%20default_transaction_read_only%3Don")
    state = await forbidding.run(postgresql_state)
    await forbidding.close()
    assert state.read_only


async def test_every_table_is_counted(database: Database, database_url: str) -> None:
    await database.run(lambda conn: [make_user(conn, f"user{number}") for number in range(7)])
    await database.run(_analyse)
    for sizes in (await database.read(table_sizes), await read_aside(database, database_url, 5.0, table_sizes)):
        assert {size.name for size in sizes} == set(metadata.tables)
        [users] = [size for size in sizes if size.name == "users"]
        assert users.rows == 7
        assert all((size.size or 0) > 0 for size in sizes) == (database.dialect == "postgresql")


def _analyse(conn: Connection) -> None:
    conn.execute(text("ANALYZE"))


async def test_the_largest_come_first(database: Database) -> None:
    if database.dialect == "postgresql":  # rows of other tests that were deleted still take room
        await database.run(lambda conn: conn.execute(text("TRUNCATE event, delivery, code, config_revision CASCADE")))
    await database.run(lambda conn: [make_user(conn, f"user{number}") for number in range(400)])
    await database.run(_analyse)
    assert (await database.read(table_sizes))[0].name == "users"


async def test_tables_that_are_no_business_of_ours_are_not_counted(database: Database) -> None:
    """The migrations' own is in no list of ours; nor is what an administrator made."""
    assert "alembic_version" not in {size.name for size in await database.read(table_sizes)}


async def test_a_table_that_is_not_there_yet_is_left_out(empty_url: str) -> None:
    database = open_database(empty_url)
    assert await database.read(table_sizes) == []
    await database.close()


async def test_what_should_have_been_swept_is_counted(database: Database) -> None:
    old = await database.run(make_session, token_hash="old", expires=after(-10))
    await database.run(make_session, token_hash="new", expires=after(10))
    await database.run(make_execution, session_id=old.id, expires=after(-5))
    assert await database.read(overdue, NOW, 1000) == (1, 1)
    assert await database.read(overdue, after(-7), 1000) == (1, 0)
    assert await database.read(overdue, after(60), 1000) == (2, 1)
    assert await database.read(overdue, after(60), 1) == (1, 1), "no further than was asked"


async def test_the_newest_event_is_known(database: Database) -> None:
    assert await database.read(newest_event) is None
    for seconds in (5, 90, 30):
        await database.run(write_event, action="login", now=after(seconds))
    assert await database.read(newest_event) == after(90)


async def test_a_schema_of_this_version_has_nothing_unknown(database: Database) -> None:
    assert await database.read(unknown) == []
    assert await database.read(missing) == []


async def test_a_schema_of_a_newer_version_is_known_by_its_revision(empty_url: str) -> None:
    migrate(empty_url)
    database = open_database(empty_url)
    await database.run(lambda conn: conn.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    assert await database.read(unknown) == ["9999"]
    assert await database.read(missing) == []
    await database.close()


@pytest.mark.parametrize("look", [unknown, missing])
async def test_looking_at_the_schema_makes_no_table(empty_url: str, look: object) -> None:
    database = open_database(empty_url)
    await database.read(look)  # type: ignore[arg-type] # one of two functions of a connection
    rows = await database.read(lambda conn: conn.dialect.get_table_names(conn))
    await database.close()
    assert rows == []
