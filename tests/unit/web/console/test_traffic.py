"""The month, read in pieces: nothing is missed, nothing counted twice; and sums that are right to the millionth."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from tests.unit.web.house import NOW, House
from watchword.money import Price
from watchword.storage.deliveries import record_delivery
from watchword.storage.traffic import Tally
from watchword.web.pages.console.traffic import Cost, beginnings, read_traffic, sums


def tally(**values: Any) -> Tally:
    given = {"beginning": NOW, "gateway": "twilio", "country": "DE", "currency": "EUR", "sent": True, "coded": True}
    return Tally(**{**given, "messages": 1, "confirmed": 0, "segments": 1, "cost": 0, **values})


def test_hours_and_days_begin_where_utc_has_them() -> None:
    now = datetime(2026, 3, 1, 0, 59, 59, 9, tzinfo=UTC)
    assert beginnings(now, "hour", 2) == [datetime(2026, 2, 28, 23, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)]
    assert beginnings(now, "day", 2) == [datetime(2026, 2, 28, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)]


def test_the_clocks_own_time_zone_makes_no_difference() -> None:
    there = datetime(2026, 3, 1, 2, 30, tzinfo=timezone(timedelta(hours=5, minutes=45)))
    assert beginnings(there, "day", 1) == [datetime(2026, 2, 28, tzinfo=UTC)]
    assert beginnings(there, "hour", 1) == [datetime(2026, 2, 28, 20, tzinfo=UTC)]


async def test_every_message_of_the_month_is_read_once(house: House) -> None:
    day = NOW.replace(hour=0)
    moments = [day - timedelta(days=number) for number in range(31)]
    moments += [NOW, day + timedelta(hours=23), NOW - timedelta(hours=24)]
    for moment in moments:
        await house.services.database.run(record_delivery, now=moment, gateway="demo", outcome="sent")
    traffic = await read_traffic(house.services.database, NOW)
    days = {tally.beginning: tally.messages for tally in traffic.days}
    assert len(days) == 30
    assert sum(days.values()) == len(moments) - 1
    assert (days[day], days[day - timedelta(days=1)], days[day - timedelta(days=29)]) == (3, 2, 1)
    assert sum(tally.messages for tally in traffic.hours) == 3


async def test_hours_go_on_into_this_hours_last_second(house: House) -> None:
    await house.services.database.run(record_delivery, now=NOW, gateway="demo", outcome="sent")
    late = NOW + timedelta(minutes=59, seconds=59)
    assert sum(tally.messages for tally in (await read_traffic(house.services.database, late)).hours) == 1


def test_nothing_sums_up_to_nothing() -> None:
    assert sums([]) == (0, 0, 0, 0, 0, 0, ())


def test_notices_and_tests_are_messages_and_no_codes() -> None:
    found = sums([tally(messages=3, confirmed=2, segments=4), tally(coded=False, messages=2, segments=2)])
    assert (found.sent, found.codes, found.confirmed, found.segments, found.total) == (5, 3, 2, 6, 5)


def test_what_failed_has_neither_segments_nor_a_cost() -> None:
    found = sums([tally(sent=False, messages=3, segments=3, cost=99), tally(sent=False, currency=None, segments=5)])
    assert (found.failed, found.codes, found.segments, found.unpriced, found.costs) == (4, 0, 0, 0, ())


def test_what_only_pretends_to_send_needs_no_price() -> None:
    found = sums([tally(currency=None, gateway=gateway) for gateway in ("demo", "console", "generic", "gone since")])
    assert (found.segments, found.unpriced) == (4, 2)


def test_currencies_are_not_mixed() -> None:
    found = sums(
        [
            tally(cost=10, confirmed=1),
            tally(cost=20, messages=2, coded=False),
            tally(cost=7, currency="USD", confirmed=1, messages=3),
            tally(currency=None, segments=4),
        ]
    )
    assert found.costs == (Cost("EUR", 30, Decimal(10)), Cost("USD", 7, Decimal(7)))
    assert found.unpriced == 4


@pytest.mark.parametrize(("confirmed", "per_code"), [(3, Decimal(10) / 3), (1, Decimal(10)), (0, None)])
def test_a_code_that_came_back_pays_for_those_that_did_not(confirmed: int, per_code: Decimal | None) -> None:
    (cost,) = sums([tally(cost=10, messages=4, confirmed=confirmed)]).costs
    assert cost.per_code == per_code


def test_a_price_of_nothing_is_a_price() -> None:
    found = sums([tally(cost=0, confirmed=1)])
    assert (found.unpriced, found.costs) == (0, (Cost("EUR", 0, Decimal(0)),))


async def test_prices_add_up_exactly(house: House) -> None:
    """A tenth of a cent three times, which binary fractions cannot."""
    for _ in range(3):
        await house.services.database.run(
            record_delivery, now=NOW, gateway="demo", outcome="sent", price=Price(100_000, "EUR")
        )
    (cost,) = sums((await read_traffic(house.services.database, NOW)).days).costs
    assert cost.micros == 300_000
