"""What `run` and `read` promise."""

import traceback

import pytest
from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from tests.contract.databases.make import NOW, make_user
from watchword.errors import Invalid, NameTaken, NotFound
from watchword.storage.database import Database, open_database
from watchword.storage.install import get_fact, set_fact_once
from watchword.storage.statements import constraints_mean, lock
from watchword.storage.tables import events, users
from watchword.storage.user_lists import count_users
from watchword.storage.users import create_user, find_user, get_user


def test_the_dialect_is_named_after_the_address(database: Database, database_url: str) -> None:
    assert database_url.startswith(database.dialect)


async def test_a_unit_is_given_its_arguments_and_its_answer_is_returned(database: Database) -> None:
    assert await database.run(set_fact_once, "place", value="Kiel") == "Kiel"
    assert await database.read(get_fact, "place") == "Kiel"


async def test_what_run_did_is_there_for_other_connections(database: Database, database_url: str) -> None:
    await database.run(set_fact_once, "place", "Kiel")
    other = open_database(database_url)
    try:
        assert await other.read(get_fact, "place") == "Kiel"
    finally:
        await other.close()


async def test_an_exception_rolls_back_and_is_passed_on(database: Database) -> None:
    def half(conn: Connection) -> None:
        set_fact_once(conn, "place", "Kiel")
        raise NotFound

    with pytest.raises(NotFound):
        await database.run(half)
    assert await database.read(get_fact, "place") is None


async def test_the_database_works_on_after_an_exception(database: Database) -> None:
    def impossible(conn: Connection) -> None:
        conn.execute(text("SELECT * FROM there_is_no_such_table"))

    for _ in range(12):
        with pytest.raises(DBAPIError):
            await database.run(impossible)
    assert await database.run(set_fact_once, "place", "Kiel") == "Kiel"


async def test_read_writes_nothing_and_says_so(database: Database) -> None:
    with pytest.raises((RuntimeError, DBAPIError)):
        await database.read(set_fact_once, "place", "Kiel")
    assert await database.read(get_fact, "place") is None
    assert await database.run(set_fact_once, "place", "Lübeck") == "Lübeck"


async def test_a_savepoint_undoes_only_what_is_in_it(database: Database) -> None:
    def refused(conn: Connection) -> None:
        with constraints_mean(conn, NameTaken):
            make_user(conn, "tom")
            conn.execute(events.insert().values(uuid=None))

    def unit(conn: Connection) -> int:
        make_user(conn, "mia")
        with pytest.raises(NameTaken):
            refused(conn)
        make_user(conn, "ada")
        return count_users(conn)

    assert await database.run(unit) == 2
    assert await database.read(find_user, username="tom") is None


async def test_a_defect_is_not_taken_for_a_database_that_is_away(database: Database) -> None:
    with pytest.raises(IntegrityError):
        await database.run(lambda conn: conn.execute(events.insert().values(uuid=None)))


async def test_errors_show_no_values(database: Database) -> None:
    values = {"username": "+4917612345678", "password_hash": "s3cret"}
    with pytest.raises(IntegrityError) as caught:
        await database.run(lambda conn: conn.execute(users.insert().values(values)))
    shown = "".join(traceback.format_exception(caught.value))
    assert "username" in shown
    assert "s3cret" not in shown
    assert "17612345678" not in shown


async def test_a_text_that_no_database_holds_is_invalid(database: Database) -> None:
    with pytest.raises(Invalid):
        await database.run(create_user, username="half a pair: \ud800", now=NOW)


async def test_a_nul_byte_never_ends_in_a_server_error(database: Database) -> None:
    try:
        found = await database.read(find_user, username="a\x00b")
    except Invalid:
        found = None
    assert found is None


async def test_a_number_beyond_64_bits_is_nobodys_or_invalid(database: Database) -> None:
    try:
        found = await database.read(get_user, 2**80)
    except Invalid:
        found = None
    assert found is None


async def test_a_lock_can_be_taken_twice_by_one_transaction(database: Database) -> None:
    def unit(conn: Connection) -> int:
        lock(conn, "a", "b")
        lock(conn, "a", "b")
        return conn.execute(select(func.count()).select_from(users)).scalar_one()

    assert await database.run(unit) == 0
