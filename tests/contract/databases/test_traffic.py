"""Deliveries, counted: by hour and day of UTC, with what came back of them and what they cost."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import Connection

from tests.contract.databases.make import NOW, after, make_code
from watchword.money import Price
from watchword.storage.codes import consume_code, kill_codes
from watchword.storage.database import Database, open_database
from watchword.storage.deliveries import Delivery, confirm_delivery, list_deliveries, record_delivery
from watchword.storage.statements import Step
from watchword.storage.traffic import Failing, Tally, failing, tallies

HOUR, DAY = 3600, 86_400
BEGAN, ENDS = after(-30 * DAY), after(DAY)
MIDNIGHT = datetime(2026, 3, 1, tzinfo=UTC)
EUR = Price(7_500, "EUR")


async def record(database: Database, seconds: float = 0, **values: Any) -> int:
    given = {"now": after(seconds), "gateway": "twilio", "outcome": "sent", "country": "DE", **values}
    return await database.run(record_delivery, **given)


async def counted(database: Database, step: Step = "day", **between: datetime) -> list[Tally]:
    return await database.read(tallies, between.get("since", BEGAN), between.get("until", ENDS), step)


def tally(**values: Any) -> Tally:
    given = {"beginning": NOW.replace(hour=0, minute=0, second=0, microsecond=0), "gateway": "twilio", "country": "DE"}
    none = {"currency": None, "sent": True, "coded": False, "messages": 1, "confirmed": 0, "segments": 1, "cost": 0}
    return Tally(**{**given, **none, **values})


async def test_nothing_is_counted_where_nothing_happened(database: Database) -> None:
    assert await counted(database) == []


async def test_messages_that_are_alike_are_counted_together(database: Database) -> None:
    for code_id in (1, 2, 3):
        await record(database, code_id=code_id, price=EUR, segments=code_id)
    await database.run(confirm_delivery, 2, after(9))
    await record(database, purpose="notice", price=EUR)
    await record(database, outcome="failed", category="network", code_id=4, price=EUR)
    await record(database, gateway="generic", country=None, purpose="test")
    found = sorted(await counted(database), key=lambda one: (one.gateway, one.sent, one.coded))
    assert found == [
        tally(gateway="generic", country=None),
        tally(currency="EUR", sent=False, coded=True, cost=7_500),
        tally(currency="EUR", cost=7_500),
        tally(currency="EUR", coded=True, messages=3, confirmed=1, segments=6, cost=45_000),
    ]


async def test_each_currency_is_summed_by_itself(database: Database) -> None:
    for price in (EUR, Price(1, "EUR"), Price(9_999_999_999, "USD"), Price(9_999_999_999, "USD"), None):
        await record(database, price=price)
    costs = {found.currency: (found.cost, found.segments) for found in await counted(database)}
    assert costs == {"EUR": (7_501, 2), "USD": (19_999_999_998, 2), None: (0, 1)}


@pytest.mark.parametrize(
    ("step", "moments"),
    [
        ("hour", [MIDNIGHT - timedelta(hours=1), MIDNIGHT, MIDNIGHT + timedelta(hours=1)]),
        ("day", [MIDNIGHT - timedelta(days=1), MIDNIGHT]),
    ],
)
async def test_hours_and_days_are_those_of_utc(database: Database, step: Step, moments: list[datetime]) -> None:
    there = timezone(timedelta(hours=5, minutes=45))
    for hour, minute, second in ((23, 59, 59), (24, 0, 0), (24, 59, 59), (25, 0, 0)):
        at = datetime(2026, 2, 28, tzinfo=UTC) + timedelta(hours=hour, minutes=minute, seconds=second)
        await database.run(record_delivery, now=at.astimezone(there), gateway="twilio", outcome="sent")
    assert [found.beginning for found in await counted(database, step)] == moments


async def test_only_what_lies_between_is_counted(database: Database) -> None:
    for seconds in (-DAY - 1, -DAY, -1, 0):
        await record(database, seconds)
    found = await counted(database, since=after(-DAY), until=NOW)
    assert sum(one.messages for one in found) == 2


async def test_a_code_that_came_back_was_sent_whatever_the_gateway_said(database: Database) -> None:
    await record(database, outcome="failed", category="network", code_id=1)
    await database.run(confirm_delivery, 1, after(9))
    assert await counted(database) == [tally(coded=True, confirmed=1)]


# ---- What is remembered of a delivery ----


async def test_a_delivery_is_confirmed_by_its_code_alone(database: Database) -> None:
    await record(database, code_id=7, price=EUR)
    await record(database, code_id=8)
    await record(database)
    await database.run(confirm_delivery, 7, after(30))
    none, other, confirmed = await database.read(list_deliveries)
    assert (confirmed.code_id, confirmed.confirmed) == (7, after(30))
    assert (confirmed.segment_price, confirmed.currency) == (7_500, "EUR")
    assert (other.code_id, other.confirmed, other.segment_price, other.currency) == (8, None, None, None)
    assert (none.code_id, none.confirmed) == (None, None)


def _use_up(conn: Connection, code_id: int) -> None:
    assert consume_code(conn, code_id, after(2))
    confirm_delivery(conn, code_id, after(2))


async def test_a_code_may_come_back_before_the_gateway_has_answered(database: Database) -> None:
    used, dead = await database.run(make_code), await database.run(make_code, subject="run-2")
    await database.run(_use_up, used)
    await database.run(kill_codes, "enrol", "run-2")
    for code_id in (used, dead, 4711):
        await record(database, 5, code_id=code_id)
    newest_first: list[Delivery] = await database.read(list_deliveries)
    assert [delivery.confirmed for delivery in newest_first] == [None, None, after(5)]


async def test_a_code_that_comes_back_as_its_delivery_is_recorded_is_not_missed(
    database: Database, database_url: str
) -> None:
    second = open_database(database_url)
    for number in range(30):
        code_id = await database.run(make_code, subject=f"run-{number}")
        await asyncio.gather(record(database, code_id=code_id), second.run(_use_up, code_id))
    await second.close()
    assert all(delivery.confirmed for delivery in await database.read(list_deliveries))


# ---- Stages whose messages no longer go out ----


async def fails(database: Database, seconds: float, **values: Any) -> int:
    return await record(database, seconds, **{"outcome": "failed", "category": "network", "stage_pk": "one", **values})


async def test_failures_count_from_the_last_success_on(database: Database) -> None:
    await fails(database, -500)
    await record(database, -400, stage_pk="one")
    assert await database.read(failing, "one", BEGAN) is None
    await fails(database, -300)
    await fails(database, -200, category=None)
    await fails(database, -250, stage_pk="other")
    assert await database.read(failing, "one", BEGAN) == Failing(count=2, since=after(-300), last=after(-200))
    await record(database, -100, stage_pk="other")
    assert await database.read(failing, "one", BEGAN) == Failing(count=2, since=after(-300), last=after(-200))
    assert await database.read(failing, "other", BEGAN) is None
    assert await database.read(failing, "nothing", BEGAN) is None


@pytest.mark.parametrize("category", ["number", "abuse"])
async def test_a_number_that_gets_no_message_is_no_fault_of_the_stage(database: Database, category: str) -> None:
    await fails(database, -3, category=category)
    assert await database.read(failing, "one", BEGAN) is None
    await fails(database, -2, category="configuration")
    assert await database.read(failing, "one", BEGAN) == Failing(count=1, since=after(-2), last=after(-2))


async def test_what_failed_long_ago_is_over(database: Database) -> None:
    await fails(database, -31 * DAY)
    assert await database.read(failing, "one", BEGAN) is None
    await fails(database, -HOUR)
    assert await database.read(failing, "one", BEGAN) == Failing(count=1, since=after(-HOUR), last=after(-HOUR))
