"""What must hold when many do the same at the same time.

On PostgreSQL these are as many transactions as the pool has connections; on SQLite they queue.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable

import pytest

from tests.contract.databases.make import (
    NOW,
    OTHER_STAGE,
    RIGHT,
    STAGE,
    WRONG,
    after,
    make_code,
    make_device,
    make_execution,
    make_hashed,
    make_session,
    make_user,
)
from watchword.errors import Conflict, NumberTaken, TooManyDevices, UsernameTaken, WatchwordError
from watchword.keyring import Keyring
from watchword.model.flow import Flow
from watchword.storage.codes import consume_code, live_code, try_code
from watchword.storage.config import load_revision, save_changes
from watchword.storage.database import Database, open_database
from watchword.storage.devices import count_devices, list_devices
from watchword.storage.executions import load_execution, save_execution
from watchword.storage.install import set_fact_once
from watchword.storage.sweep import Retention, sorts, sweep
from watchword.storage.throttles import Limit, count, give_back, take
from watchword.storage.user_lists import count_users


@pytest.fixture
async def second(database_url: str) -> AsyncIterator[Database]:
    """Another process, as it were, with connections of its own."""
    opened = open_database(database_url)
    yield opened
    await opened.close()


async def outcomes(*works: Awaitable[object]) -> Counter[str]:
    """How often each ended in what: an error by its name, an answer as text."""
    ends = await asyncio.gather(*works, return_exceptions=True)
    unexpected = [end for end in ends if isinstance(end, BaseException) and not isinstance(end, WatchwordError)]
    assert unexpected == []
    return Counter(type(end).__name__ if isinstance(end, WatchwordError) else str(end) for end in ends)


async def test_two_hundred_parallel_guesses_are_five(database: Database, second: Database) -> None:
    code_id = await database.run(make_code, tries=5)
    guesses = [(database, second)[number % 2].run(try_code, code_id, WRONG, NOW) for number in range(200)]
    verdicts = await asyncio.gather(*guesses)
    assert Counter(verdict.outcome for verdict in verdicts) == {"wrong": 5, "spent": 195}
    assert sorted(verdict.tries_left for verdict in verdicts if verdict.outcome == "wrong") == [0, 1, 2, 3, 4]
    assert (await database.run(try_code, code_id, RIGHT, NOW)).outcome == "spent"


async def test_a_code_is_consumed_once(database: Database, second: Database) -> None:
    code_id = await database.run(make_code)
    ends = await outcomes(*((database, second)[n % 2].run(consume_code, code_id, NOW) for n in range(40)))
    assert ends == {"True": 1, "False": 39}


async def test_one_subject_has_one_live_code(database: Database, second: Database) -> None:
    issued = await asyncio.gather(*((database, second)[n % 2].run(make_code) for n in range(20)))
    verdicts = [await database.run(try_code, code_id, RIGHT, NOW) for code_id in issued]
    assert Counter(verdict.outcome for verdict in verdicts) == {"dead": 19, "right": 1}
    live = await database.read(live_code, "enrol", "run-1")
    assert live is not None
    assert live.id == max(issued)


@pytest.mark.parametrize("plain", [True, False])
async def test_simultaneous_enrolments_of_one_number_end_with_one_device(
    database: Database, second: Database, plain: bool
) -> None:
    people = [(await database.run(make_user, f"user {number}")).id for number in range(20)]
    makers = (make_device, make_device if plain else make_hashed)
    ends = await asyncio.gather(
        *((database, second)[n % 2].run(makers[n % 2], user) for n, user in enumerate(people)),
        return_exceptions=True,
    )
    assert Counter(type(end) for end in ends)[NumberTaken] == 19
    assert len(await database.read(list_devices)) == 1


async def test_a_user_never_has_more_devices_than_he_may(database: Database, second: Database) -> None:
    mia = (await database.run(make_user)).id
    ends = await asyncio.gather(
        *((database, second)[n % 2].run(make_device, mia, f"+49{n}", max_devices=3) for n in range(20)),
        database.run(make_device, mia, "+4900", stage_pk=OTHER_STAGE, max_devices=1),
        return_exceptions=True,
    )
    assert Counter(type(end) for end in ends)[TooManyDevices] == 17
    assert await database.read(count_devices, mia, STAGE) == 3
    assert await database.read(count_devices, mia, OTHER_STAGE) == 1


async def test_a_throttle_is_never_exceeded(database: Database, second: Database) -> None:
    limit = Limit(7, 60)
    ends = await outcomes(*((database, second)[n % 2].run(take, "key", limit, after(n / 100)) for n in range(60)))
    assert ends["None"] == 7
    assert await database.read(count, "key", limit, after(1)) == 7


async def test_a_throttle_is_never_exceeded_while_the_sweep_takes_its_row(database: Database, second: Database) -> None:
    limit, sort = Limit(3, 1), next(one for one in sorts(Retention()) if one.table == "throttle")
    for moment in range(0, 20, 2):
        works = [second.run(take, "key", limit, after(moment)) for _ in range(6)]
        ends = await outcomes(*works[:3], database.run(sweep, sort, after(moment)), *works[3:])
        assert ends["None"] == 3


async def test_hits_given_back_and_taken_at_once_add_up(database: Database, second: Database) -> None:
    limit = Limit(1000, 60)
    for _ in range(10):
        await database.run(take, "key", limit, NOW)
    takes = [second.run(take, "key", limit, NOW) for _ in range(20)]
    await asyncio.gather(*takes, *(database.run(give_back, ["key"], NOW) for _ in range(10)))
    assert await database.read(count, "key", limit, NOW) == 20


async def test_throttles_taken_in_different_orders_end(database: Database, second: Database) -> None:
    """PostgreSQL ends the deadlock, and the unit runs again."""

    def both(conn: object, first: str, other: str) -> None:
        for key in (first, other):
            take(conn, key, Limit(100, 60), NOW)  # type: ignore[arg-type] # whatever run hands over

    await asyncio.gather(*((database, second)[n % 2].run(both, *("ab" if n % 2 else "ba")) for n in range(4)))
    assert await database.read(count, "a", Limit(100, 60), NOW) == 4


async def test_compare_and_set_lets_one_of_twenty_win(database: Database, second: Database) -> None:
    session = await database.run(make_session)
    row = await database.run(make_execution, session.id)
    ends = await outcomes(
        *((database, second)[n % 2].run(save_execution, row.id, 1, b"%d" % n, after(60)) for n in range(20))
    )
    assert ends == {"True": 1, "False": 19}
    saved = await database.read(load_execution, session.id, "flow", NOW)
    assert saved is not None
    assert saved.version == 2


async def test_one_session_and_flow_have_one_execution(database: Database, second: Database) -> None:
    session = await database.run(make_session)
    ends = await outcomes(
        *((database, second)[n % 2].run(make_execution, session.id, id=f"run {n}") for n in range(20))
    )
    assert sum(ends.values()) == 20
    assert not any("Conflict" in end for end in ends)
    assert await database.read(load_execution, session.id, "flow", NOW) is not None


async def test_a_user_name_is_given_once(database: Database, second: Database) -> None:
    ends = await asyncio.gather(
        *((database, second)[n % 2].run(make_user, ("mia", "MIA")[n % 2]) for n in range(20)), return_exceptions=True
    )
    assert Counter(type(end) for end in ends)[UsernameTaken] == 19
    assert await database.read(count_users) == 1


async def test_a_fact_has_one_value_for_all(database: Database, second: Database) -> None:
    ends = await outcomes(*((database, second)[n % 2].run(set_fact_once, "id", f"value {n}") for n in range(20)))
    assert list(ends.values()) == [20]


async def test_of_changes_upon_one_revision_one_is_saved(database: Database, second: Database) -> None:
    def change(number: int) -> Awaitable[int]:
        return (database, second)[number % 2].run(
            save_changes,
            put=[Flow(name="Flow", slug=f"flow-{number}", title="x", designation="authentication")],
            remove=[],
            catalogue={Flow.model: Flow},
            keyring=Keyring("k" * 32),
            author="mia",
            summary="",
            now=NOW,
            expected_revision=0,
        )

    ends = await asyncio.gather(*(change(number) for number in range(12)), return_exceptions=True)
    assert Counter(type(end) for end in ends)[Conflict] == 11
    assert await database.read(load_revision) in ends
