"""With a hundred million deliveries, what pages and the housekeeping ask goes by an index, or says why it does not."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from benchmarks.engines import filling_engine
from benchmarks.explaining import Explained, believe, explain
from benchmarks.filling import NOW, TABLES, fill, number_key, unchecked
from benchmarks.queries import LARGE, Query, explained
from watchword.storage.deliveries import confirm_delivery
from watchword.storage.devices import number_enrolled

ROWS = 3_000

Plans = dict[str, tuple[Query, Explained]]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def filled(request: pytest.FixtureRequest, migrated_sqlite: Path) -> Iterator[Connection]:
    """Some thousand rows a table, and a planner that believes in millions; all in a transaction that is given up."""
    sqlite = request.param == "sqlite"
    engine = filling_engine(f"sqlite:///{migrated_sqlite}" if sqlite else request.getfixturevalue("migrated_postgres"))
    with engine.connect() as conn:
        unchecked(conn)
        for table in TABLES:
            fill(conn, table, ROWS)
        believe(conn, LARGE)
        yield conn
        conn.rollback()
    engine.dispose()


@pytest.fixture(scope="module")
def plans(filled: Connection) -> Plans:
    return {query.name: (query, found) for query, found in explained(filled)}


def test_no_query_reads_a_large_table_from_end_to_end(plans: Plans) -> None:
    unbounded = {
        name: found for name, (query, found) in plans.items() if not query.scan and not found.is_bounded(LARGE)
    }
    assert unbounded == {}
    assert len(plans) > 90


def test_the_devices_of_a_number_are_found_by_an_index_of_their_own(plans: Plans) -> None:
    """The unique index begins with the stage: it would have to be read from end to end."""
    assert "ix_sms_device_number_key" in plans["devices of a number"][1].plan


def test_the_counts_of_deliveries_go_by_their_moment(plans: Plans) -> None:
    for name in ("a day by the hour", "a month by the day", "the sweep: delivery"):
        assert "ix_delivery_created" in plans[name][1].plan, name


def test_what_may_read_everything_does_so_on_a_database(plans: Plans) -> None:
    """Else it needs no leave."""
    allowed = {name for name, (query, found) in plans.items() if query.scan and not found.is_bounded(LARGE)}
    assert {"users in the API", "events in the API", "devices in the API"} <= allowed


def test_a_lookup_without_its_index_would_be_seen(filled: Connection) -> None:
    undone = filled.begin_nested()
    filled.execute(text("DROP INDEX ix_delivery_code_id"))
    found = explain(filled, lambda conn: confirm_delivery(conn, 77, NOW))
    undone.rollback()
    assert not found.is_bounded(LARGE)
    assert explain(filled, lambda conn: confirm_delivery(conn, 77, NOW)).is_bounded(LARGE)


def test_what_was_filled_is_what_units_of_work_find(filled: Connection) -> None:
    assert number_enrolled(filled, "stage-1", (number_key(1),))
    assert not number_enrolled(filled, "stage-2", (number_key(1),))
