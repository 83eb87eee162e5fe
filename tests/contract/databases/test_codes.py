"""One-time codes: so many tries, one use, and no life after death."""

import pytest
from sqlalchemy import Connection

from tests.contract.databases.make import NOW, RIGHT, WRONG, after, make_code
from watchword.storage.codes import (
    Code,
    Verdict,
    consume_code,
    kill_codes,
    live_code,
    tries_left,
    try_code,
)
from watchword.storage.database import Database


async def test_a_code_comes_back_as_issued(database: Database) -> None:
    code_id = await database.run(make_code, tries=3, expires=after(60))
    assert await database.read(live_code, "enrol", "run-1") == Code(
        id=code_id,
        purpose="enrol",
        subject="run-1",
        number_key="n" * 64,
        code_hash=RIGHT,
        created=NOW,
        expires=after(60),
        tries_left=3,
        state="live",
    )
    assert await database.read(live_code, "enrol", "run-2") is None
    assert await database.read(live_code, "login", "run-1") is None


async def test_right_and_wrong_both_cost_a_try(database: Database) -> None:
    code_id = await database.run(make_code)
    assert await database.run(try_code, code_id, WRONG, NOW) == Verdict("wrong", 4)
    assert await database.run(try_code, code_id, RIGHT, NOW) == Verdict("right", 3)
    assert await database.run(try_code, code_id, RIGHT, NOW) == Verdict("right", 2)
    assert await database.read(tries_left, code_id, NOW) == 2


async def test_the_right_code_comes_too_late_after_the_last_try(database: Database) -> None:
    code_id = await database.run(make_code, tries=2)
    for left in (1, 0):
        assert await database.run(try_code, code_id, WRONG, NOW) == Verdict("wrong", left)
    assert await database.run(try_code, code_id, RIGHT, NOW) == Verdict("spent", 0)
    assert await database.read(tries_left, code_id, NOW) == 0


async def test_the_last_try_may_be_right_and_is_then_used(database: Database) -> None:
    code_id = await database.run(make_code, tries=1)
    assert await database.run(try_code, code_id, RIGHT, NOW) == Verdict("right", 0)
    assert await database.run(consume_code, code_id, NOW)


@pytest.mark.parametrize(("seconds", "outcome"), [(299.9, "right"), (300, "expired"), (301, "expired")])
async def test_a_code_expires_on_the_second(database: Database, seconds: float, outcome: str) -> None:
    code_id = await database.run(make_code)
    assert (await database.run(try_code, code_id, RIGHT, after(seconds))).outcome == outcome
    assert await database.run(consume_code, code_id, after(seconds)) is (outcome == "right")
    assert (await database.read(tries_left, code_id, after(300))) == 0


async def test_an_expired_try_takes_nothing(database: Database) -> None:
    code_id = await database.run(make_code)
    await database.run(try_code, code_id, WRONG, after(300))
    assert await database.read(tries_left, code_id, NOW) == 5


async def test_a_code_is_used_once(database: Database) -> None:
    code_id = await database.run(make_code)
    assert await database.run(consume_code, code_id, NOW)
    assert not await database.run(consume_code, code_id, NOW)
    assert await database.run(try_code, code_id, RIGHT, NOW) == Verdict("dead", 0)
    assert await database.read(live_code, "enrol", "run-1") is None
    assert await database.read(tries_left, code_id, NOW) == 0


async def test_a_killed_code_is_dead_for_every_purpose(database: Database) -> None:
    code_id = await database.run(make_code)
    assert await database.run(kill_codes, "enrol", "run-1") == 1
    assert await database.run(kill_codes, "enrol", "run-1") == 0
    assert await database.run(try_code, code_id, RIGHT, NOW) == Verdict("dead", 0)
    assert not await database.run(consume_code, code_id, NOW)


async def test_a_code_that_never_was_is_dead(database: Database) -> None:
    assert await database.run(try_code, 4711, RIGHT, NOW) == Verdict("dead", 0)
    assert not await database.run(consume_code, 4711, NOW)
    assert await database.read(tries_left, 4711, NOW) == 0


async def test_a_new_code_kills_the_old_one_of_its_subject_alone(database: Database) -> None:
    def unit(conn: Connection) -> None:
        old, used = make_code(conn), make_code(conn, subject="run-3")
        consume_code(conn, used, NOW)
        other_purpose, other_subject = make_code(conn, purpose="login"), make_code(conn, subject="run-2")
        new = make_code(conn, code_hash="c" * 64)
        assert try_code(conn, old, RIGHT, NOW).outcome == "dead"
        assert try_code(conn, new, RIGHT, NOW).outcome == "wrong"
        assert try_code(conn, new, "c" * 64, NOW).outcome == "right"
        for untouched in (other_purpose, other_subject):
            assert try_code(conn, untouched, RIGHT, NOW).outcome == "right"
        live = live_code(conn, "enrol", "run-1")
        assert live is not None
        assert live.id == new

    await database.run(unit)


async def test_killing_leaves_used_codes_as_they_are(database: Database) -> None:
    code_id = await database.run(make_code)
    await database.run(consume_code, code_id, NOW)
    assert await database.run(kill_codes, "enrol", "run-1") == 0


async def test_a_verdict_of_one_code_says_nothing_of_another(database: Database) -> None:
    first, second = await database.run(make_code), await database.run(make_code, subject="run-2")
    await database.run(try_code, first, WRONG, NOW)
    assert await database.read(tries_left, second, NOW) == 5


@pytest.mark.parametrize("typed", ["", "ä", RIGHT[:-1], RIGHT + "a", RIGHT.upper()])
async def test_what_is_no_hash_is_wrong(database: Database, typed: str) -> None:
    code_id = await database.run(make_code)
    assert await database.run(try_code, code_id, typed, NOW) == Verdict("wrong", 4)


async def test_a_code_from_the_future_counts_as_expired(database: Database) -> None:
    """The clock was set back since: how old it is nobody knows. Clocks of servers may differ by a minute."""
    code_id = await database.run(make_code, expires=after(300))
    for moment in (after(-61), after(-3600)):
        assert await database.run(try_code, code_id, RIGHT, moment) == Verdict("expired")
        assert await database.read(tries_left, code_id, moment) == 0
        assert await database.run(consume_code, code_id, moment) is False
    assert await database.run(try_code, code_id, RIGHT, after(-60)) == Verdict("right", 4)
    assert await database.run(consume_code, code_id, after(-60)) is True
