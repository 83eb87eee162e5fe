"""What the two databases say differently, or what a unit of work must say to be safe on both."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import BigInteger, Column, ColumnElement, Connection, Table, bindparam, func, select, type_coerce
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from watchword.errors import WatchwordError
from watchword.storage.prepared import Prepared
from watchword.storage.types import BeginningOfMoment, Moment

Step = Literal["hour", "day"]


def insert_into(conn: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that may say ON CONFLICT."""
    return insert_for(conn.dialect.name, table)


def insert_for(dialect: str, table: Table) -> postgresql.Insert | sqlite.Insert:
    """The same for a statement that is prepared."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


_LOCK = Prepared(select(func.pg_advisory_xact_lock(bindparam("name", type_=BigInteger))))


def lock(conn: Connection, *name: str) -> None:
    """Holds a named lock until the transaction ends.

    On SQLite there is nothing to do: a transaction that writes is alone from its beginning.
    """
    if conn.dialect.name == "postgresql":
        digest = hashlib.sha256("\x1f".join(name).encode()).digest()
        _LOCK.run(conn, name=int.from_bytes(digest[:8], signed=True))


def announce(conn: Connection, channel: str) -> None:
    """Tells whoever listens, once the transaction is committed; nobody where it is not. SQLite has nobody to tell."""
    if conn.dialect.name == "postgresql":
        conn.execute(select(func.pg_notify(channel, "")))


def beginning(conn: Connection, moment: Column[Any], step: Step) -> ColumnElement[datetime]:
    """When the hour or day of a moment began, in UTC."""
    if conn.dialect.name == "postgresql":
        return func.date_trunc(step, moment, "UTC", type_=Moment())
    return type_coerce(func.substr(moment, 1, {"hour": 13, "day": 10}[step]), BeginningOfMoment)


@contextmanager
def constraints_mean(conn: Connection, error: type[WatchwordError]) -> Iterator[None]:
    """Raises `error` where a unique or foreign key forbids what the block does.

    The block stands in a savepoint, so that the transaction can go on: PostgreSQL would refuse it otherwise.
    """
    try:
        with conn.begin_nested():
            yield
    except IntegrityError:
        raise error from None
