"""Facts that are set once, and what the housekeeping takes away."""

import pytest
from sqlalchemy import Connection, func, select

from tests.contract.databases.make import NOW, after, make_code, make_device, make_execution, make_session, make_user
from tests.sessions import find_session
from watchword.storage.database import Database
from watchword.storage.executions import load_execution
from watchword.storage.install import get_fact, set_fact_once
from watchword.storage.sweep import Retention, sorts, sweep
from watchword.storage.tables import codes, executions, metadata, sessions, throttles
from watchword.storage.throttles import Limit, take

SORTS = {sort.table: sort for sort in sorts(Retention())}
SESSIONS = SORTS["session"]

DAY = 24 * 3600


async def test_a_fact_is_set_once(database: Database) -> None:
    assert await database.read(get_fact, "id") is None
    assert await database.run(set_fact_once, "id", "first") == "first"
    assert await database.run(set_fact_once, "id", "second") == "first"
    assert await database.run(set_fact_once, "other", "") == ""
    assert await database.read(get_fact, "id") == "first"


def counts(conn: Connection) -> dict[str, int]:
    return {
        table.name: conn.execute(select(func.count()).select_from(table)).scalar_one()
        for table in (codes, executions, sessions, throttles)
    }


def sweep_all(conn: Connection, seconds: float) -> int:
    return sum(sweep(conn, sort, after(seconds)) for sort in SORTS.values())


def furnish(conn: Connection) -> None:
    """Of each kind one row that ends after a minute and one after an hour."""
    for number, seconds in enumerate((60, 3600)):
        session = make_session(conn, f"s{number}", expires=after(10 * DAY))
        make_session(conn, f"t{number}", expires=after(seconds))
        make_execution(conn, session.id, id=f"e{number}", expires=after(seconds))
        take(conn, f"k{number}", Limit(1, seconds), NOW)
        make_code(conn, subject=f"c{number}", now=after(seconds - DAY))


async def test_only_what_has_ended_is_swept(database: Database) -> None:
    await database.run(furnish)
    assert await database.run(sweep_all, 59) == 0
    assert await database.run(sweep_all, 60) == 4
    assert await database.read(counts) == {"code": 1, "execution": 1, "session": 3, "throttle": 1}
    assert await database.run(sweep_all, 3600) == 4
    assert await database.read(counts) == {"code": 0, "execution": 0, "session": 2, "throttle": 0}


async def test_a_code_is_kept_a_day_however_it_ended(database: Database) -> None:
    await database.run(make_code, expires=after(1))
    assert await database.run(sweep_all, DAY - 1) == 0
    assert await database.run(sweep_all, DAY) == 1


async def test_an_expired_session_takes_its_executions_with_it(database: Database) -> None:
    session = await database.run(make_session, expires=after(60))
    await database.run(make_execution, session.id, expires=after(DAY))
    await database.run(sweep, SESSIONS, after(61))
    assert await database.read(load_execution, session.id, "flow", after(61)) is None


@pytest.mark.parametrize(("limit", "rounds"), [(3, 4), (10, 1), (500, 1)])
async def test_a_sweep_takes_no_more_than_its_limit_oldest_first(database: Database, limit: int, rounds: int) -> None:
    def many(conn: Connection) -> None:
        for number in range(10):
            make_session(conn, f"s{number}", expires=after(10 - number))

    await database.run(many)
    swept = [await database.run(sweep, SESSIONS, after(100), limit) for _ in range(rounds)]
    assert swept[0] == min(limit, 10)
    assert sum(swept) == 10
    assert await database.run(sweep, SESSIONS, after(100), limit) == 0


async def test_the_oldest_go_first(database: Database) -> None:
    for number in (5, 1, 3):
        await database.run(make_session, f"s{number}", expires=after(number))
    await database.run(sweep, SESSIONS, after(100), 2)
    assert await database.read(find_session, "s5", after(4)) is not None


async def test_people_their_devices_and_history_are_never_swept(database: Database) -> None:
    mia = await database.run(make_user)
    await database.run(make_device, mia.id)
    assert await database.run(sweep_all, 10_000 * DAY) == 0
    assert set(SORTS) == {"code", "execution", "session", "throttle"}
    assert set(SORTS) < set(metadata.tables)
