"""Several limits at once are taken together or not at all; and how a wait is put into words."""

import pytest

from tests.unit.engine.engine import Engine
from watchword.flows.limits import Held, Limits, in_words, network_of, take_all
from watchword.metrics.labels import OTHER
from watchword.storage.throttles import Limit, count, give_back

WIDE, NARROW = Limit(10, 3600), Limit(1, 60)
BOTH: Limits = [("wide", WIDE), ("narrow", NARROW)]


async def used(engine: Engine) -> list[int]:
    read, now = engine.services.database.read, engine.clock()
    return [await read(count, key, limit, now) for key, limit in BOTH]


async def test_all_are_taken_or_none(engine: Engine) -> None:
    take = engine.services.database.run
    assert await take(take_all, BOTH, engine.clock()) is None
    assert await used(engine) == [1, 1]
    assert await take(take_all, BOTH, engine.clock()) == Held(60, OTHER)
    assert await used(engine) == [1, 1], "the wide one was given back"
    engine.clock.advance(60)
    assert await take(take_all, BOTH, engine.clock()) is None
    assert await used(engine) == [2, 1]


async def test_what_is_given_back_can_be_taken_again(engine: Engine) -> None:
    run = engine.services.database.run
    for _ in range(3):
        assert await run(take_all, BOTH, engine.clock()) is None
        await run(give_back, [key for key, _ in BOTH], engine.clock())
    assert await used(engine) == [0, 0]


async def test_giving_back_what_nobody_took_changes_nothing(engine: Engine) -> None:
    await engine.services.database.run(give_back, ["wide"], engine.clock())
    assert await used(engine) == [0, 0]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1, "a second"),
        (2, "2 seconds"),
        (119, "119 seconds"),
        (120, "2 minutes"),
        (121, "3 minutes"),
        (7199, "120 minutes"),
        (7200, "2 hours"),
        (7201, "3 hours"),
        (86_400, "24 hours"),
    ],
)
def test_a_wait_in_words_is_never_too_short(seconds: int, words: str) -> None:
    assert in_words(seconds) == words


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("", ""),
        ("unknown", "unknown"),
    ],
)
def test_a_subscriber_cannot_use_up_his_addresses_one_by_one(address: str, network: str) -> None:
    assert network_of(address) == network
