"""Tables as CSV files (RFC 4180), made and sent a batch at a time: never the whole table in memory."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from litestar.response import Stream

R = TypeVar("R")

Cells = Sequence[object]
"""One row: None is an empty cell, a truth is yes or no, a moment is UTC as 2026-08-01T09:30:00Z."""

BATCH = 500
"""Rows that one unit of work reads; between two of them the database is free, however slowly they are sent."""

_FORMULA = frozenset("=+-@\t\r\n＝＋－＠")
"""What makes a spreadsheet take a cell for a formula (OWASP, CSV Injection)."""


async def csv_response(name: str, columns: Sequence[str], batches: AsyncIterator[Sequence[Cells]]) -> Stream:
    """`name` is the file's, without .csv. Reads the first batch before it returns: what goes wrong in it is an answer
    of its own, not half a file.
    """
    first: Sequence[Cells] = await anext(batches, [])
    return Stream(
        _lines(columns, first, batches),
        media_type="text/csv",
        headers={"content-disposition": f'attachment; filename="{name}.csv"'},
    )


async def batches_of(
    read: Callable[[R | None], Awaitable[Sequence[R]]], cells: Callable[[R], Cells]
) -> AsyncIterator[Sequence[Cells]]:
    """Of everything that `read` finds: it is given the last that it found, None at first, and returns those after it.

    An offset would count from the start for every batch, and lose or repeat rows where others come and go.
    """
    last = None
    while found := await read(last):
        yield [cells(one) for one in found]
        last = found[-1]


async def _lines(
    columns: Sequence[str], first: Sequence[Cells], batches: AsyncIterator[Sequence[Cells]]
) -> AsyncIterator[bytes]:
    yield await asyncio.to_thread(_encoded, [columns, *first])
    async for batch in batches:
        yield await asyncio.to_thread(_encoded, batch)


def _encoded(rows: Iterable[Cells]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue().encode()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, int | float):
        return str(value)
    text = str(value)
    return f"'{text}" if text[:1] in _FORMULA else text
