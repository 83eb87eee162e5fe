"""History goes by age, in batches that an index finds, and only where somebody wants it to."""

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import Connection, func, select

from tests.contract.databases.make import NOW, after, make_user
from tests.contract.databases.test_counting_is_cheap import MANY, fill, plans
from watchword.storage.database import Database
from watchword.storage.deliveries import list_deliveries, record_delivery
from watchword.storage.events import list_events, write_event
from watchword.storage.sweep import BATCH, Retention, Sort, sorts, sweep
from watchword.storage.tables import deliveries, events, metadata

DAY = 86_400
KEPT = Retention(deliveries=timedelta(days=90), events=timedelta(days=365))
HISTORY = {sort.table: sort for sort in sorts(KEPT) if sort.table in ("delivery", "event")}


def happened(conn: Connection, days_ago: float) -> None:
    record_delivery(conn, now=after(-days_ago * DAY), gateway="twilio", outcome="sent", masked=str(days_ago))
    write_event(conn, action="login", now=after(-days_ago * DAY), message=str(days_ago))


def sweep_history(conn: Connection, retention: Retention) -> dict[str, int]:
    return {sort.table: sweep(conn, sort, NOW) for sort in sorts(retention)}


async def remain(database: Database) -> tuple[list[str], list[str]]:
    sent, said = await database.read(list_deliveries), await database.read(list_events)
    return [one.masked for one in sent], [one.message for one in said]


async def test_each_goes_by_its_own_age(database: Database) -> None:
    for days_ago in (366, 364, 91, 89, 0):
        await database.run(happened, days_ago)
    swept = await database.run(sweep_history, KEPT)
    assert (swept["delivery"], swept["event"]) == (3, 1)
    assert await remain(database) == (["0", "89"], ["0", "89", "91", "364"])


async def test_what_is_just_so_old_goes_and_a_moment_younger_stays(database: Database) -> None:
    for days_ago in (90, 90 - 1e-9, 365, 365 - 1e-9):
        await database.run(happened, days_ago)
    await database.run(sweep_history, KEPT)
    assert await remain(database) == ([str(90 - 1e-9)], [str(365 - 1e-9), str(90 - 1e-9), "90"])


@pytest.mark.parametrize(
    ("retention", "tables"),
    [
        (Retention(), set()),
        (Retention(deliveries=KEPT.deliveries), {"delivery"}),
        (Retention(events=KEPT.events), {"event"}),
    ],
)
async def test_what_is_kept_for_good_is_never_touched(
    database: Database, retention: Retention, tables: set[str]
) -> None:
    await database.run(happened, 36_000)
    swept = await database.run(sweep_history, retention)
    assert {table for table in swept if table in HISTORY} == tables
    sent, said = await remain(database)
    assert (sent == [], said == []) == ("delivery" in tables, "event" in tables)


async def test_people_and_the_history_of_the_configuration_are_in_no_sweep(database: Database) -> None:
    await database.run(make_user)
    swept = await database.run(sweep_history, KEPT)
    assert set(swept) == {"execution", "session", "throttle", "code", "delivery", "event"}
    assert {"config_revision", "config_object", "users", "sms_device", "token"} <= set(metadata.tables) - set(swept)


def remaining(conn: Connection) -> tuple[int, int]:
    counted = [conn.execute(select(func.count()).select_from(table)).scalar_one() for table in (deliveries, events)]
    return counted[0], counted[1]


async def test_a_batch_of_a_long_history_is_bounded_and_found_by_an_index(database: Database) -> None:
    await database.run(fill)
    for table, sort in HISTORY.items():
        plan = await database.run(plans, partial(sweep, sort=sort, now=after(365 * DAY)))
        assert f"ix_{table}_created" in plan, plan
        assert "Seq Scan" not in plan, plan
        assert f"SCAN {table}" not in plan, plan
    assert await database.read(remaining) == (MANY - BATCH, MANY - BATCH)


@pytest.mark.parametrize("sort", HISTORY.values(), ids=HISTORY)
async def test_nothing_that_is_young_is_counted_as_old(database: Database, sort: Sort) -> None:
    await database.run(happened, 1)
    assert await database.run(sweep, sort, NOW) == 0
