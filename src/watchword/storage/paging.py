"""A whole table, read by key a few rows at a time: for commands that look at everything while visitors go on."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Table, func, select, tuple_

from watchword.storage.database import Database

BATCH = 500
PORTION = 100
REST_SECONDS = 0.005


def batch_of(conn: Connection, table: Table, after: Sequence[Any] | None, limit: int = BATCH) -> Sequence[Row[Any]]:
    """The next rows behind a key, which has a value for each column of the primary key; None begins."""
    key = list(table.primary_key)
    page = select(table).order_by(*key).limit(limit)
    if after is not None:
        page = page.where(tuple_(*key) > tuple_(*after))
    return conn.execute(page).all()


def key_of(table: Table, row: Row[Any]) -> tuple[Any, ...]:
    return tuple(row._mapping[column.name] for column in table.primary_key)


def count_rows(conn: Connection, table: Table) -> int:
    return conn.execute(select(func.count()).select_from(table)).scalar_one()


async def in_portions(database: Database, keys: Sequence[Any], work: Callable[[Connection, Sequence[Any]], int]) -> int:
    """Changes rows by their keys, a few in a transaction, with a rest after it: on SQLite a server waits meanwhile, and
    would get no turn otherwise. Returns the sum of what `work` returns.
    """
    changed = 0
    for start in range(0, len(keys), PORTION):
        changed += await database.run(work, keys[start : start + PORTION])
        await asyncio.sleep(REST_SECONDS)
    return changed


async def batches(database: Database, table: Table) -> AsyncIterator[Sequence[Row[Any]]]:
    """Each in a transaction of its own, which has ended when the caller sees the rows."""
    after = None
    while rows := await database.read(batch_of, table, after):
        yield rows
        after = key_of(table, rows[-1])
