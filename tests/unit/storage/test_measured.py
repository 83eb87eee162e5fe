"""A measured database does what the one behind it does, and says how long it took."""

from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, text

from tests.unit.metrics.scraped import series, value
from tests.unit.traces.spans import KeptTraces
from watchword.errors import DatabaseUnavailable
from watchword.metrics import Metrics
from watchword.storage.database import Database, open_database
from watchword.storage.measured import measured, unit_name
from watchword.traces import NO_TRACES


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
async def database(metrics: Metrics) -> AsyncIterator[Database]:
    opened = measured(open_database("sqlite://"), metrics.database, NO_TRACES)
    yield opened
    await opened.close()


def one(conn: Connection, plus: int = 0) -> int:
    return int(conn.execute(text("SELECT 1")).scalar_one()) + plus


def fails(conn: Connection) -> None:
    raise ZeroDivisionError


def away(conn: Connection) -> None:
    raise DatabaseUnavailable


class Shelf:
    def save(self, conn: Connection) -> int:
        return one(conn)


def make() -> Any:
    def work(conn: Connection) -> int:
        return one(conn)

    return work


async def test_it_answers_what_the_other_answers(database: Database) -> None:
    assert (await database.run(one, plus=1), await database.read(one, 2), database.dialect) == (2, 3, "sqlite")


async def test_units_are_counted_by_their_names_also_those_that_fail(database: Database, metrics: Metrics) -> None:
    for _ in range(2):
        await database.read(one)
    with pytest.raises(ZeroDivisionError):
        await database.run(fails)
    counts = series(metrics, "watchword_database_unit_seconds_count")
    assert counts == {("test_measured.one",): 2, ("test_measured.fails",): 1}
    by_access = "watchword_database_duration_seconds_count"
    assert (value(metrics, by_access, access="read"), value(metrics, by_access, access="write")) == (2, 1)
    assert value(metrics, "watchword_database_unavailable_total") == 0


async def test_a_database_that_is_away_is_counted_by_itself(database: Database, metrics: Metrics) -> None:
    for work in (database.run, database.read):
        with pytest.raises(DatabaseUnavailable):
            await work(away)
    assert value(metrics, "watchword_database_unavailable_total") == 2


@pytest.mark.parametrize(
    ("fn", "name"),
    [
        (one, "test_measured.one"),
        (Shelf().save, "test_measured.save"),
        (make(), "test_measured.make"),
        (lambda conn: one(conn), "test_measured.<lambda>"),
        (partial(one, plus=1), "functools.partial"),
    ],
)
def test_a_unit_is_named_by_what_was_written(fn: Any, name: str) -> None:
    assert unit_name(fn) == name


async def test_a_function_that_is_made_at_every_call_is_one_unit(database: Database, metrics: Metrics) -> None:
    for _ in range(5):
        await database.run(make())
        await database.run(Shelf().save)
    counts = series(metrics, "watchword_database_unit_seconds_count")
    assert counts == {("test_measured.make",): 5, ("test_measured.save",): 5}


async def test_each_unit_is_a_span(metrics: Metrics) -> None:
    traces = KeptTraces()
    database = measured(open_database("sqlite://"), metrics.database, traces)
    await database.read(one)
    await database.close()
    (span,) = traces.spans
    assert dict(span.attributes or {}) == {
        "watchword.database.unit": "test_measured.one",
        "watchword.access": "read",
        "db.system.name": "sqlite",
    }
