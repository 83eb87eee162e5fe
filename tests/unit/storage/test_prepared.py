"""Statements that are compiled once: what goes in, what comes out, and what goes wrong."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import BigInteger, Connection, bindparam, select
from sqlalchemy.exc import DBAPIError, IntegrityError

from watchword.storage.migrate import upgrade
from watchword.storage.prepared import Prepared, PreparedRows, given
from watchword.storage.rows import Row, pick
from watchword.storage.sqlite import sqlite_engine
from watchword.storage.statements import insert_for
from watchword.storage.tables import throttles
from watchword.storage.urls import read_url

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Throttle(Row, frozen=True, kw_only=True):
    key: str
    hits: list[int]
    expires: datetime


WRITE = Prepared(lambda dialect: insert_for(dialect, throttles).values(given("key", "hits", "expires")))
READ = PreparedRows(Throttle, pick(throttles, Throttle).where(throttles.c.key == bindparam("this")))
BEFORE = PreparedRows(
    Throttle, pick(throttles, Throttle).where(throttles.c.expires < bindparam("end")).order_by(throttles.c.key)
)
ALWAYS_A = PreparedRows(Throttle, pick(throttles, Throttle).where(throttles.c.key == "a"))
CAST = Prepared(select(bindparam("number", type_=BigInteger).label("number")))


@pytest.fixture
def conn() -> Iterator[Connection]:
    engine = sqlite_engine(read_url("sqlite://"))
    with engine.begin() as connection:
        upgrade(connection)
        WRITE.run(connection, key="a", hits=[1, 2], expires=NOON)
        WRITE.run(connection, key="b", hits=[], expires=NOON + timedelta(hours=1))
        yield connection
    engine.dispose()


def test_rows_come_back_as_values(conn: Connection) -> None:
    assert READ.first(conn, this="a") == Throttle(key="a", hits=[1, 2], expires=NOON)
    assert READ.first(conn, this="c") is None
    assert [row.key for row in BEFORE.every(conn, end=NOON + timedelta(days=1))] == ["a", "b"]
    assert READ.one(conn, this="b") == {"key": "b", "hits": [], "expires": NOON + timedelta(hours=1)}
    assert READ.scalar(conn, this="b") == "b"
    assert READ.scalar(conn, this="c") is None


def test_values_go_in_as_their_columns_have_them(conn: Connection) -> None:
    """A moment of another zone is the same moment: compared as texts these two would not be."""
    elsewhere = NOON.astimezone(timezone(timedelta(hours=9)))
    assert BEFORE.every(conn, end=elsewhere) == []
    with pytest.raises(ValueError, match="time zone"):
        BEFORE.every(conn, end=NOON.replace(tzinfo=None))


def test_what_the_statement_says_itself_is_not_asked_for(conn: Connection) -> None:
    assert ALWAYS_A.only(conn).key == "a"


@pytest.mark.parametrize("values", [{}, {"this": "a", "that": "b"}, {"that": "a"}])
def test_each_value_is_given_and_no_other(conn: Connection, values: dict[str, str]) -> None:
    with pytest.raises(TypeError, match="Wanted are"):
        READ.first(conn, **values)


def test_errors_are_those_of_sqlalchemy(conn: Connection) -> None:
    with pytest.raises(IntegrityError) as caught:
        WRITE.run(conn, key="a", hits=[], expires=NOON)
    assert "INSERT" not in str(caught.value)
    assert WRITE.run(conn, key="c", hits=[], expires=NOON) == 1


def test_a_number_that_no_column_holds_is_an_overflow(conn: Connection) -> None:
    with pytest.raises(OverflowError):
        CAST.scalar(conn, number=2**70)


def test_a_connection_without_a_transaction_begins_one() -> None:
    engine = sqlite_engine(read_url("sqlite://"))
    with engine.connect() as conn:
        assert CAST.scalar(conn, number=7) == 7
        assert conn.in_transaction()
    engine.dispose()


def test_a_statement_that_is_wrong_says_so(conn: Connection) -> None:
    conn.exec_driver_sql("DROP TABLE throttle")
    with pytest.raises(DBAPIError, match="no such table"):
        READ.first(conn, this="a")
