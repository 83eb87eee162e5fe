"""What goes wrong with a server, and what the visitor is told."""

import asyncio
import time

import psycopg
import pytest
from sqlalchemy import Connection, text

from tests.contract.databases.make import make_user
from watchword.errors import DatabaseUnavailable
from watchword.storage.database import POOL_SIZE, Database, open_database
from watchword.storage.install import get_fact, set_fact_once
from watchword.storage.user_lists import count_users
from watchword.storage.users import update_user

NOWHERE = "postgresql://postgres@127.0.0.1:1/nothing"


def end_backend(url: str, pid: int) -> None:
    with psycopg.connect(url, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])


def backend(conn: Connection) -> int:
    return int(conn.execute(text("SELECT pg_backend_pid()")).scalar_one())


def shown(conn: Connection, setting: str) -> object:
    return conn.execute(text(f"SHOW {setting}")).scalar()


async def test_a_server_that_does_not_answer_is_unavailable() -> None:
    database = open_database(NOWHERE)
    with pytest.raises(DatabaseUnavailable) as caught:
        await database.read(get_fact, "place")
    assert "127.0.0.1" not in caught.value.message
    with pytest.raises(DatabaseUnavailable):
        await database.run(set_fact_once, "place", "Kiel")
    await database.close()


async def test_a_database_that_does_not_exist_is_unavailable(postgres_url: str) -> None:
    database = open_database(postgres_url + "_nowhere")
    with pytest.raises(DatabaseUnavailable):
        await database.read(get_fact, "place")
    await database.close()


async def test_connections_that_died_in_the_pool_cost_no_request(postgres: Database, postgres_url: str) -> None:
    pids = await asyncio.gather(*(postgres.read(backend) for _ in range(POOL_SIZE)))
    for pid in set(pids):
        end_backend(postgres_url, pid)
    answers = await asyncio.gather(*(postgres.run(set_fact_once, "place", "Kiel") for _ in range(POOL_SIZE)))
    assert answers == ["Kiel"] * POOL_SIZE


async def test_a_connection_that_dies_in_a_unit_makes_it_run_again(postgres: Database, postgres_url: str) -> None:
    calls = []

    def unit(conn: Connection) -> str:
        calls.append(backend(conn))
        set_fact_once(conn, f"call {len(calls)}", "made")
        if len(calls) == 1:
            end_backend(postgres_url, calls[0])
        return set_fact_once(conn, "place", "Kiel")

    assert await postgres.run(unit) == "Kiel"
    assert len(calls) == 2
    assert await postgres.read(get_fact, "call 1") is None


async def test_a_commit_without_an_answer_is_never_repeated(postgres: Database, postgres_url: str) -> None:
    calls = []

    def unit(conn: Connection) -> None:
        calls.append(backend(conn))
        end_backend(postgres_url, calls[-1])

    with pytest.raises(DatabaseUnavailable):
        await postgres.run(unit)
    assert len(calls) == 1


async def test_a_deadlock_is_tried_again(postgres: Database) -> None:
    mia, tom = [await postgres.run(make_user, name) for name in ("mia", "tom")]
    gate, calls = asyncio.Barrier(2), []

    def both(conn: Connection, first: int, second: int) -> None:
        calls.append(first)
        update_user(conn, first, name="changed")
        if calls.count(first) == 1:
            conn.execute(text("SELECT pg_sleep(0.2)"))
        update_user(conn, second, name="changed")

    async def one(first: int, second: int) -> None:
        await gate.wait()
        await postgres.run(both, first, second)

    await asyncio.gather(one(mia.id, tom.id), one(tom.id, mia.id))
    assert len(calls) == 3


async def test_a_unit_that_never_gets_through_ends_as_unavailable(postgres: Database) -> None:
    calls = []

    def unlucky(conn: Connection) -> None:
        calls.append(1)
        conn.execute(text("DO $$ BEGIN RAISE EXCEPTION 'no luck' USING ERRCODE = '40001'; END $$"))

    with pytest.raises(DatabaseUnavailable):
        await postgres.run(unlucky)
    assert len(calls) == 4


async def test_a_statement_that_takes_too_long_is_given_up(postgres: Database) -> None:
    def slow(conn: Connection) -> None:
        conn.execute(text("SET LOCAL statement_timeout = 100"))
        conn.execute(text("SELECT pg_sleep(4)"))

    began = time.monotonic()
    with pytest.raises(DatabaseUnavailable):
        await postgres.run(slow)
    assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("statement_timeout", "5s"),
        ("idle_in_transaction_session_timeout", "10s"),
        ("TimeZone", "UTC"),
        ("application_name", "watchword"),
        ("transaction_isolation", "read committed"),
        ("transaction_read_only", "off"),
    ],
)
async def test_what_a_connection_is_set_to(postgres: Database, setting: str, value: str) -> None:
    assert await postgres.run(shown, setting) == value


async def test_what_the_address_says_goes_before(postgres_url: str) -> None:
    database = open_database(f"{postgres_url}?application_name=mine&options=-c%20statement_timeout%3D2000")
    settings = [await database.read(shown, name) for name in ("application_name", "statement_timeout", "TimeZone")]
    await database.close()
    assert settings == ["mine", "2s", "UTC"]


async def test_reading_does_not_make_the_next_writer_read_only(postgres: Database) -> None:
    for number in range(3):
        await postgres.read(count_users)
        await postgres.run(make_user, f"user {number}")
    assert await postgres.read(count_users) == 3


async def test_a_cancelled_unit_leaves_nothing_and_the_pool_whole(postgres: Database) -> None:
    def slow(conn: Connection) -> None:
        set_fact_once(conn, "place", "Kiel")
        conn.execute(text("SELECT pg_sleep(3)"))

    for _ in range(POOL_SIZE + 1):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(postgres.run(slow), 0.05)
    assert await postgres.read(get_fact, "place") is None


async def test_the_pool_and_its_patience_are_what_they_are_told_to_be(postgres_url: str) -> None:
    """Half of the connections are for reading: here two are not."""
    database = open_database(postgres_url, pool=4, timeout=0.4)
    assert await database.read(shown, "statement_timeout") == "400ms"

    def busy(conn: Connection) -> None:
        conn.execute(text("SET LOCAL statement_timeout = 5000"))
        conn.execute(text("SELECT pg_sleep(1.5)"))

    holding = [asyncio.create_task(database.run(busy)) for _ in range(2)]
    await asyncio.sleep(0.2)
    assert await database.read(get_fact, "place") is None
    with pytest.raises(DatabaseUnavailable):
        await database.run(get_fact, "place")
    await asyncio.gather(*holding)
    assert await database.run(get_fact, "place") is None
    await database.close()


async def test_what_is_under_way_ends_before_the_pool_is_closed(postgres_url: str) -> None:
    """Else its connection would come back to a pool that nobody closes any more."""
    database, begun = open_database(postgres_url), asyncio.Event()

    def sleep(conn: Connection) -> int:
        begun.set()
        return int(conn.execute(text("SELECT 7 FROM pg_sleep(0.3)")).scalar_one())

    sleeping = asyncio.create_task(database.read(sleep))
    await begun.wait()
    await database.close()
    assert await sleeping == 7
    with psycopg.connect(postgres_url, autocommit=True) as other:
        until = time.monotonic() + 5  # a backend ends a moment after its connection
        while (left := others(other)) and time.monotonic() < until:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.01)
    assert left == 0


def others(connection: psycopg.Connection) -> int:
    """Connections to the same database."""
    found = connection.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    ).fetchone()
    assert found
    return int(found[0])
