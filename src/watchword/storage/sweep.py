"""Housekeeping: what has expired is deleted, a few rows at a time."""

from datetime import datetime, timedelta

from sqlalchemy import Column, Connection, delete, select

from watchword.storage.tables import codes, executions, sessions, throttles

CODES_KEPT = timedelta(days=1)
"""A dead code still explains to its visitor why it does not work."""


def sweep(conn: Connection, now: datetime, limit: int = 500) -> int:
    """Deletes up to `limit` rows of each kind, and returns how many there were; call again while there are many."""
    return (
        _delete(conn, executions.c.id, executions.c.expires, now, limit)
        + _delete(conn, sessions.c.id, sessions.c.expires, now, limit)
        + _delete(conn, throttles.c.key, throttles.c.expires, now, limit)
        + _delete(conn, codes.c.id, codes.c.created, now - CODES_KEPT, limit)
    )


def _delete(
    conn: Connection, key: Column[str] | Column[int], since: Column[datetime], now: datetime, limit: int
) -> int:
    """Rows that somebody works on are left for the next time: waiting for them could end in a deadlock.

    A CTE, for PostgreSQL may run a subquery with a LIMIT more than once, and delete more than that.
    """
    over = select(key).where(since <= now).order_by(since).limit(limit).with_for_update(skip_locked=True).cte("over")
    deleted = delete(key.table).where(key.in_(select(over))).returning(key)
    return len(conn.execute(deleted).all())  # Python's sqlite3 counts no rows for a statement that begins with WITH
