"""Housekeeping: what has expired goes away by itself, and nothing else does."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from tests.people import OWNER
from tests.unit.engine.engine import Engine
from tests.unit.engine.flows import asks, flow, prompt, sms
from tests.unit.engine.visitor import Visitor
from tests.unit.metrics.scraped import series
from watchword.errors import DatabaseUnavailable
from watchword.flows import housekeeping as module
from watchword.flows.housekeeping import Housekeeping
from watchword.storage.deliveries import record_delivery
from watchword.storage.sweep import BATCH, Retention, Sort
from watchword.storage.sweep import sweep as one_batch

DAY = 86_400
KEPT = Retention(deliveries=timedelta(days=90))


class Watched(Housekeeping):
    """Says when it has gone round."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.went_round = asyncio.Event()

    async def once(self) -> None:
        await super().once()
        self.went_round.set()


@pytest.fixture
async def housekeeping(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Watched]:
    """Not started yet; it will not rest."""
    monkeypatch.setattr(module, "EVERY_SECONDS", 0.0)
    monkeypatch.setattr(module, "REST_SECONDS", 0.0)
    made = Watched(engine.services.database, engine.clock, engine.services.metrics, KEPT)
    yield made
    await made.stop()


async def sweep(housekeeping: Watched) -> None:
    housekeeping.went_round.clear()
    housekeeping.start()
    async with asyncio.timeout(20):
        await housekeeping.went_round.wait()
    await housekeeping.stop()


async def test_a_run_that_has_expired_goes_and_one_that_has_not_stays(
    engine: Engine, owner: Visitor, other: Visitor, housekeeping: Watched
) -> None:
    await engine.install(flow(asks(prompt("a"), name="one"), asks(prompt("b"), name="two")))
    await owner.answer(a="x")
    engine.clock.advance(1800)
    await other.answer(a="x")
    engine.clock.advance(1800)
    await sweep(housekeeping)
    assert [row.session_id for row in await engine.rows("execution")] == [(await other.session()).id]
    assert (await other.look())["fields"][0]["field_key"] == "b"
    assert (await owner.look())["fields"][0]["field_key"] == "a"


async def test_codes_throttles_and_sessions_go_when_they_are_of_no_more_use(
    engine: Engine, owner: Visitor, housekeeping: Watched
) -> None:
    await engine.install(flow(sms()))
    await owner.start()
    await owner.answer(phone_number=OWNER.number)
    await sweep(housekeeping)
    assert [await engine.count(table) for table in ("code", "throttle", "session")] == [1, 3, 1]
    engine.clock.advance(DAY)
    await sweep(housekeeping)
    assert [await engine.count(table) for table in ("code", "throttle", "session")] == [0, 0, 1]
    engine.clock.advance(30 * DAY)
    await sweep(housekeeping)
    assert await engine.count("session") == 0


async def test_what_was_written_down_stays_as_long_as_it_is_wanted(
    engine: Engine, owner: Visitor, housekeeping: Watched
) -> None:
    await engine.install(flow(sms()))
    await owner.start()
    await owner.answer(phone_number=OWNER.number)
    await owner.answer(code=engine.code)
    engine.clock.advance(90 * DAY - 1)
    await sweep(housekeeping)
    assert [await engine.count(table) for table in ("event", "delivery", "sms_device", "users")] == [1, 1, 1, 2]
    engine.clock.advance(275 * DAY)
    await sweep(housekeeping)
    assert [await engine.count(table) for table in ("event", "delivery", "sms_device", "users")] == [1, 0, 1, 2]


def sent(conn: Connection, now: datetime) -> None:
    for _ in range(2 * BATCH + 1):
        record_delivery(conn, now=now, gateway="memory", outcome="sent")


async def test_a_long_history_goes_in_batches_in_one_round_and_is_counted(
    engine: Engine, housekeeping: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    batches = []

    def counting(conn: Connection, sort: Sort, now: datetime) -> int:
        batches.append((sort.table, rows := one_batch(conn, sort, now)))
        return rows

    monkeypatch.setattr(module, "sweep", counting)
    await engine.services.database.run(sent, engine.clock())
    engine.clock.advance(90 * DAY)
    await sweep(housekeeping)
    assert [rows for table, rows in batches if table == "delivery"][:3] == [BATCH, BATCH, 1]
    swept = series(engine.services.metrics, "watchword_swept_rows_total")
    assert swept[("delivery",)] == 2 * BATCH + 1
    assert ("event",) not in swept


async def test_a_database_that_is_away_ends_nothing(
    engine: Engine, owner: Visitor, housekeeping: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def away(_: Connection, __: Sort, ___: datetime) -> int:
        asked.append(1)
        raise DatabaseUnavailable

    monkeypatch.setattr(module, "sweep", away)
    for _ in range(2):
        await sweep(housekeeping)
    assert len(asked) > 1
