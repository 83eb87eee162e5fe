"""Housekeeping: what has expired, and history that is old enough, is deleted, a few rows at a time."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Column, Connection, delete, select

from watchword.storage.tables import codes, deliveries, events, executions, sessions, throttles

CODES_KEPT = timedelta(days=1)
"""A dead code still explains to its visitor why it does not work."""

BATCH = 500
"""Rows a transaction: on SQLite everybody waits for it."""


class Retention(msgspec.Struct, frozen=True, kw_only=True):
    """How long history is kept; None is for good. The history of the configuration always is."""

    deliveries: timedelta | None = None
    events: timedelta | None = None


class Sort(msgspec.Struct, frozen=True):
    """One table to sweep: rows go once `moment`, which an index has, is `kept` ago."""

    key: Column[Any]
    moment: Column[datetime]
    kept: timedelta = timedelta(0)

    @property
    def table(self) -> str:
        return self.key.table.name


def sorts(retention: Retention) -> Iterator[Sort]:
    """Runs before sessions: with a session go all its runs, however many they are."""
    yield Sort(executions.c.id, executions.c.expires)
    yield Sort(sessions.c.id, sessions.c.expires)
    yield Sort(throttles.c.key, throttles.c.expires)
    yield Sort(codes.c.id, codes.c.created, CODES_KEPT)
    if retention.deliveries is not None:
        yield Sort(deliveries.c.id, deliveries.c.created, retention.deliveries)
    if retention.events is not None:
        yield Sort(events.c.id, events.c.created, retention.events)


def sweep(conn: Connection, sort: Sort, now: datetime, limit: int = BATCH) -> int:
    """Deletes up to `limit` rows, the oldest first, and returns how many there were; call again while there are many.

    Rows that somebody works on are left for the next time: waiting for them could end in a deadlock. A CTE, for
    PostgreSQL may run a subquery with a LIMIT more than once, and delete more than that.
    """
    key, moment = sort.key, sort.moment
    old = select(key).where(moment <= now - sort.kept).order_by(moment).limit(limit)
    over = old.with_for_update(skip_locked=True).cte("over")
    deleted = delete(key.table).where(key.in_(select(over))).returning(key)
    return len(conn.execute(deleted).all())  # Python's sqlite3 counts no rows for a statement that begins with WITH
