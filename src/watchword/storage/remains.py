"""Proof that nothing names somebody any more: every column of every table that can hold a text is read."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Column, LargeBinary, Row, Table, Text

from watchword.storage.database import Database
from watchword.storage.paging import batches
from watchword.storage.tables import metadata
from watchword.storage.traces import Traces
from watchword.storage.types import Json


def text_columns(table: Table) -> list[Column[Any]]:
    return [column for column in table.columns if isinstance(column.type, Text | Json | LargeBinary)]


async def remains(database: Database, traces: Traces) -> Counter[str]:
    """How many rows of each column, as `event.message`, name somebody."""
    found: Counter[str] = Counter()
    for table in metadata.sorted_tables:
        if columns := text_columns(table):
            async for rows in batches(database, table):
                found.update(_places(table, columns, rows, traces))
    return found


def _places(table: Table, columns: list[Column[Any]], rows: Iterable[Row[Any]], traces: Traces) -> Iterator[str]:
    for row in rows:
        for column in columns:
            if traces.stand_in(row._mapping[column.name]):
                yield f"{table.name}.{column.name}"
