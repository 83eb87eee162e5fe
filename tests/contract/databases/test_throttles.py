"""Throttles: as many hits as allowed in any window, and the wait that is told is the wait that is."""

from datetime import timedelta

from tests.contract.databases.make import NOW, after
from watchword.flows.limits import Held, take_all, take_all_for_now
from watchword.storage.database import Database
from watchword.storage.throttles import Limit, count, give_back, reset, settle, take, wait_for

LIMIT = Limit(3, 60)
KEY = "send:number:1"


async def fill(database: Database, *seconds: float) -> None:
    for moment in seconds:
        assert await database.run(take, KEY, LIMIT, after(moment)) is None


async def test_there_is_room_for_so_many(database: Database) -> None:
    await fill(database, 0, 10, 20)
    assert await database.run(take, KEY, LIMIT, after(30)) == 30
    assert await database.read(count, KEY, LIMIT, after(30)) == 3


async def test_the_window_slides(database: Database) -> None:
    await fill(database, 0, 10, 20)
    assert await database.run(take, KEY, LIMIT, after(59.5)) == 1
    await fill(database, 60)
    assert await database.run(take, KEY, LIMIT, after(60.25)) == 10
    await fill(database, 70, 200)
    assert await database.read(count, KEY, LIMIT, after(200)) == 1


async def test_the_wait_is_what_it_takes_and_at_least_a_second(database: Database) -> None:
    await fill(database, 0, 0, 0)
    wait = await database.run(take, KEY, LIMIT, after(0.5))
    assert wait == 60
    assert await database.run(take, KEY, LIMIT, after(59.999999)) == 1
    assert await database.run(take, KEY, LIMIT, after(0.5 + wait)) is None


async def test_a_refused_hit_does_not_count(database: Database) -> None:
    await fill(database, 0, 1, 2)
    for _ in range(5):
        await database.run(take, KEY, LIMIT, after(30))
    await fill(database, 60, 61, 62)


async def test_keys_do_not_share(database: Database) -> None:
    await fill(database, 0, 0, 0)
    assert await database.run(take, "send:number:2", LIMIT, NOW) is None
    assert await database.read(count, "send:number:2", LIMIT, NOW) == 1


async def test_looking_takes_nothing(database: Database) -> None:
    assert await database.read(wait_for, KEY, LIMIT, NOW) == 0
    await fill(database, 0, 0)
    for _ in range(5):
        assert await database.read(wait_for, KEY, LIMIT, NOW) == 0
    await fill(database, 0)
    assert await database.read(wait_for, KEY, LIMIT, after(20)) == 40


async def test_giving_back_makes_room_for_one(database: Database) -> None:
    await fill(database, 0, 10, 20)
    await database.run(give_back, [KEY], after(25))
    assert await database.read(count, KEY, LIMIT, after(25)) == 2
    await fill(database, 25)
    assert await database.run(take, KEY, LIMIT, after(26)) == 34


async def test_giving_back_what_was_not_taken_gives_no_credit(database: Database) -> None:
    for _ in range(3):
        await database.run(give_back, [KEY], NOW)
    await fill(database, 0, 0, 0)
    assert await database.run(take, KEY, LIMIT, NOW) == 60


async def test_a_reset_forgets_one_key(database: Database) -> None:
    await fill(database, 0, 0, 0)
    await database.run(take, "other", Limit(1, 60), NOW)
    await database.run(reset, KEY)
    assert await database.read(count, KEY, LIMIT, NOW) == 0
    assert await database.run(take, "other", Limit(1, 60), NOW) == 60


async def test_a_limit_of_none_lets_nobody_through(database: Database) -> None:
    assert await database.run(take, KEY, Limit(0, 60), NOW) == 60
    assert await database.run(take, KEY, Limit(0, 0), NOW) == 1


SPACED = Limit(10, 3600, (30, 60))


async def test_after_each_hit_there_is_a_wait_and_the_last_one_repeats(database: Database) -> None:
    moment = 0
    for wait in (30, 60, 60, 60):
        assert await database.run(take, KEY, SPACED, after(moment)) is None
        assert await database.read(wait_for, KEY, SPACED, after(moment)) == wait
        assert await database.run(take, KEY, SPACED, after(moment + wait - 0.5)) == 1
        moment += wait


async def test_an_hour_later_the_waits_begin_anew(database: Database) -> None:
    await database.run(take, KEY, SPACED, after(0))
    await database.run(take, KEY, SPACED, after(30))
    assert await database.run(take, KEY, SPACED, after(3600)) is None
    assert await database.read(wait_for, KEY, SPACED, after(3600)) == 60, "the second is still one of the hour"
    assert await database.run(take, KEY, SPACED, after(7300)) is None
    assert await database.read(wait_for, KEY, SPACED, after(7300)) == 30


async def test_what_is_given_back_leaves_no_wait(database: Database) -> None:
    await database.run(take, KEY, SPACED, after(0))
    await database.run(give_back, [KEY], after(1))
    assert await database.run(take, KEY, SPACED, after(1)) is None


async def test_who_is_held_by_a_wait_takes_of_no_other_limit_and_is_told_which_it_was(database: Database) -> None:
    limits = [("resend:wait:a", SPACED), (KEY, LIMIT)]
    assert await database.run(take_all, limits, after(0)) is None
    assert await database.run(take_all, limits, after(10)) == Held(20, "resend_wait")
    assert await database.read(count, KEY, LIMIT, after(10)) == 1


async def test_a_wait_holds_on_a_server_whose_clock_is_a_little_behind(database: Database) -> None:
    await database.run(take, KEY, SPACED, after(2))
    assert await database.run(take, KEY, SPACED, after(0)) == 30


async def test_nobody_waits_for_a_moment_before_which_a_clock_was_set_back(database: Database) -> None:
    await database.run(take, KEY, SPACED, after(600))
    assert await database.run(take, KEY, SPACED, after(0)) is None
    assert await database.run(take, KEY, SPACED, after(59)) == 1


async def test_a_clock_that_went_back_gives_nothing_away(database: Database) -> None:
    await fill(database, 10, 10, 10)
    assert await database.run(take, KEY, LIMIT, NOW) == 70


async def test_a_hit_of_a_clock_that_was_far_ahead_holds_nobody_for_longer_than_its_limit_and_an_hour(
    database: Database,
) -> None:
    """Measured from the first look, whichever of several limits it was that held somebody back."""
    ahead = NOW + timedelta(days=30)
    for key in (KEY, "second"):
        for _ in range(LIMIT.count):
            await database.run(take, key, LIMIT, ahead)
    limits = [(KEY, LIMIT), ("second", LIMIT)]
    longest = LIMIT.seconds + 3600
    assert await database.run(take_all, limits, NOW) == Held(longest, "other")
    later = NOW + timedelta(seconds=longest)
    assert await database.run(take_all, limits, later - timedelta(seconds=1)) == Held(1, "other")
    assert await database.run(take_all, limits, later) is None


async def test_what_was_counted_is_there_when_a_clock_comes_back(database: Database) -> None:
    for _ in range(LIMIT.count):
        await database.run(take, KEY, LIMIT, NOW)
    behind = NOW - timedelta(hours=1)
    assert await database.run(take, KEY, LIMIT, behind) == LIMIT.seconds + 3600
    assert await database.run(take, KEY, LIMIT, NOW) == LIMIT.seconds
    assert await database.read(count, KEY, LIMIT, NOW) == LIMIT.count


LONG = Limit(3, 600)
FOR_NOW = [(KEY, LONG), ("send:all", LONG)]


async def counts(database: Database, seconds: float) -> list[int]:
    return [await database.read(count, key, limit, after(seconds)) for key, limit in FOR_NOW]


async def test_a_hit_for_now_counts_at_once_and_for_a_minute(database: Database) -> None:
    for moment in (0, 1, 2):
        assert await database.run(take_all_for_now, FOR_NOW, after(moment)) is None
    held = await database.run(take_all_for_now, FOR_NOW, after(3))
    assert isinstance(held, Held)
    assert held.seconds == 57
    assert await counts(database, 59.9) == [3, 3]
    assert await counts(database, 62) == [0, 0], "whoever took them was killed"


async def test_a_hit_that_is_settled_counts_from_when_it_began_or_not_at_all(database: Database) -> None:
    await database.run(take, KEY, LONG, after(0))
    for moment in (10, 11):
        assert await database.run(take_all_for_now, FOR_NOW, after(moment)) is None
    await database.run(settle, FOR_NOW, after(10), counts=True)
    await database.run(settle, FOR_NOW, after(11), counts=False)
    assert await counts(database, 12) == [2, 1]
    assert await counts(database, 599) == [2, 1]
    assert await counts(database, 600) == [1, 1], "the one of before is as old as it was"
    assert await counts(database, 610) == [0, 0]


async def test_a_hit_that_is_settled_too_late_counts_all_the_same(database: Database) -> None:
    assert await database.run(take_all_for_now, FOR_NOW, after(0)) is None
    assert await counts(database, 61) == [0, 0]
    await database.run(settle, FOR_NOW, after(0), counts=True)
    assert await counts(database, 61) == [1, 1]
