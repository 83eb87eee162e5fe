"""Which failures are the database's, which the request's, and which are defects."""

import sqlite3

import psycopg
import pytest
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from watchword.errors import DatabaseUnavailable, Invalid, NotFound
from watchword.storage.failures import may_be_retried, translated


def sqlite_error(code: int) -> OperationalError:
    original = sqlite3.OperationalError("database is locked, or so")
    original.sqlite_errorcode = code
    return OperationalError("SELECT 1", {}, original)


@pytest.mark.parametrize(
    "code",
    [
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_BUSY_SNAPSHOT,
        sqlite3.SQLITE_IOERR_WRITE,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_READONLY,
    ],
)
def test_sqlite_is_away_by_its_result_code(code: int) -> None:
    with pytest.raises(DatabaseUnavailable), translated():
        raise sqlite_error(code)


def test_an_unknown_table_in_sqlite_is_a_defect() -> None:
    with pytest.raises(OperationalError), translated():
        raise sqlite_error(sqlite3.SQLITE_ERROR)


@pytest.mark.parametrize(
    "original",
    [
        psycopg.OperationalError("connection refused"),
        psycopg.errors.AdminShutdown("terminating"),
        psycopg.errors.QueryCanceled("statement timeout"),
        psycopg.errors.TooManyConnections("too many clients"),
        psycopg.errors.DeadlockDetected("deadlock"),
    ],
)
def test_postgresql_is_away_by_the_class_of_its_error(original: psycopg.Error) -> None:
    with pytest.raises(DatabaseUnavailable) as caught, translated():
        raise OperationalError("SELECT 1", {}, original)
    assert str(original) not in caught.value.message


def test_a_connection_that_was_lost_is_away_whatever_the_error() -> None:
    with pytest.raises(DatabaseUnavailable), translated():
        raise DBAPIError("SELECT 1", {}, psycopg.InternalError("closed"), connection_invalidated=True)


def test_no_free_connection_is_away() -> None:
    with pytest.raises(DatabaseUnavailable), translated():
        raise PoolTimeout("QueuePool limit")


def test_a_value_that_fits_no_column_is_the_requests_fault() -> None:
    for error in (DataError("SELECT 1", {}, psycopg.DataError("NUL")), OverflowError("too large")):
        with pytest.raises(Invalid) as caught, translated():
            raise error
        assert caught.value.status == 400


@pytest.mark.parametrize(
    "error",
    [
        IntegrityError("INSERT", {}, psycopg.errors.UniqueViolation("twice")),
        ProgrammingError("SELECT", {}, psycopg.errors.UndefinedTable("nothing")),
        NotFound(),
        KeyError("x"),
    ],
)
def test_all_else_is_passed_on(error: Exception) -> None:
    with pytest.raises(type(error)) as caught, translated():
        raise error
    assert caught.value is error


@pytest.mark.parametrize(
    ("original", "retried"),
    [
        (psycopg.errors.DeadlockDetected("deadlock"), True),
        (psycopg.errors.SerializationFailure("try again"), True),
        (psycopg.errors.QueryCanceled("statement timeout"), False),
        (psycopg.errors.UniqueViolation("twice"), False),
        (psycopg.OperationalError("connection refused"), False),
        (sqlite3.OperationalError("locked"), False),
    ],
)
def test_only_what_was_given_up_for_another_is_retried(original: Exception, retried: bool) -> None:
    assert may_be_retried(DBAPIError("SELECT 1", {}, original)) is retried
