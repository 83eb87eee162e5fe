"""What goes wrong in a database, in words of our own: SQL and its values never reach a caller."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import DataError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from watchword.errors import DatabaseUnavailable, Invalid

log = structlog.get_logger(__name__)

_SQLITE_AWAY = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_NOTADB,
    }
)
_PRIMARY_CODE = 0xFF
_SERIALIZATION_FAILURE, _DEADLOCK, _READ_ONLY = "40001", "40P01", "25006"
_POSTGRESQL_AWAY = frozenset(
    {
        _READ_ONLY,  # a standby, or a server that was set so
        "0A000",  # feature_not_supported: a standby says so of a transaction that is to write
        "25P03",  # idle_in_transaction_session_timeout
        "25P04",  # transaction_timeout
    }
)
"""States that psycopg files under other classes than OperationalError."""
_DAMAGED = ("F0", "XX")
"""Classes of states: config_file_error and internal_error, a damaged file among them."""


def primary_code(error: sqlite3.Error) -> int:
    """The low byte of SQLite's extended result codes is the plain one (sqlite.org/rescode.html). 0 where there is none:
    the driver's own complaints have no code.
    """
    return getattr(error, "sqlite_errorcode", 0) & _PRIMARY_CODE


def may_be_retried(error: DBAPIError) -> bool:
    """Whether PostgreSQL gave this transaction up for another's sake."""
    return getattr(error.orig, "sqlstate", None) in {_SERIALIZATION_FAILURE, _DEADLOCK}


def is_refused_write(error: DBAPIError) -> bool:
    """Whether PostgreSQL was to write in a transaction, or by a connection, that may not."""
    return getattr(error.orig, "sqlstate", None) == _READ_ONLY


def must_be_run(fn: object) -> RuntimeError:
    """For a unit of work that was given to `read`, and writes."""
    return RuntimeError(f"{getattr(fn, '__name__', fn)} writes: it must be given to run().")


def is_away(error: DBAPIError) -> bool:
    """Whether the database, not the statement, is at fault.

    With psycopg an OperationalError is always that: no connection, no room, a time-out, a shutdown. SQLite uses
    the same class for a table that does not exist, so its result code decides.
    """
    state = getattr(error.orig, "sqlstate", None) or ""
    if state in _POSTGRESQL_AWAY or state[:2] in _DAMAGED:
        return True
    if isinstance(error.orig, sqlite3.Error):
        return primary_code(error.orig) in _SQLITE_AWAY
    return error.connection_invalidated or isinstance(error, OperationalError | InterfaceError)


@contextmanager
def translated() -> Iterator[None]:
    """Raises `DatabaseUnavailable` where the database is at fault, `Invalid` where no column can hold a value.

    The latter: a NUL within a text, half a surrogate pair, a number beyond 64 bits.
    """
    try:
        yield
    except (DataError, OverflowError, UnicodeEncodeError):
        raise Invalid from None
    except PoolTimeout as error:
        raise unavailable("no_free_connection") from error
    except DBAPIError as error:
        if not is_away(error):
            _hide_values(error)
            raise
        raise unavailable(type(error.orig).__name__) from error


def of_driver(conn: Connection, error: Any) -> Exception:
    """What SQLAlchemy would have raised, had it asked the driver; a connection that is lost is given up."""
    dialect = conn.dialect
    lost = dialect.is_disconnect(error, conn.connection.dbapi_connection, None)
    if lost:
        conn.invalidate(error)
    wrapped: Exception = DBAPIError.instance(
        "", None, error, dialect.loaded_dbapi.Error, hide_parameters=True, connection_invalidated=lost, dialect=dialect
    )
    return wrapped


def _hide_values(error: DBAPIError) -> None:
    """PostgreSQL repeats the whole row it refused, and psycopg puts that into the error's text."""
    primary = getattr(getattr(error.orig, "diag", None), "message_primary", None)
    if primary and error.orig is not None:
        error.orig.args = (primary,)
        error.args = (f"({type(error.orig).__name__}) {primary}",)


def unavailable(reason: str) -> DatabaseUnavailable:
    """To be raised; the log is told."""
    log.warning("database_unavailable", reason=reason)
    return DatabaseUnavailable()
