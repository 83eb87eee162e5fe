"""Lists of what happened: asked in the address, read from the newest back, and saved as files as they are asked."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from litestar import Response
from litestar.response import Redirect, Stream
from msgspec import structs
from sqlalchemy import Connection

from watchword.storage.newest import COUNTED, LOOKED_AT, Sought, Stretch
from watchword.storage.rows import Row
from watchword.web.csv_export import BATCH, Cells
from watchword.web.pages.console.asking import Asked
from watchword.web.pages.console.control import Option
from watchword.web.pages.console.desk import Desk, desk_of
from watchword.web.pages.console.exporting import export
from watchword.web.pages.console.paging import address
from watchword.web.pages.console.records_shown import Records
from watchword.web.pages.console.rendering import render_records
from watchword.web.pages.console.sections import CONSOLE
from watchword.web.pages.console.tables import Cell, Table
from watchword.web.types import WebRequest

R = TypeVar("R", bound=Row)


@dataclass(frozen=True, kw_only=True)
class Kind(Generic[R]):
    """One kind of list. `rows` makes what the page shows, `cells` what the file has; both are given a whole page, so
    that what rows refer to is looked up once.
    """

    slug: str
    title: str
    lede: str
    noun: str
    nouns: str
    none: str
    kept: str
    search_label: str
    columns: tuple[str, ...]
    file_columns: tuple[str, ...]
    ask: Callable[[Connection, Asked, Desk], None]
    read: Callable[[Connection, Sought, Desk], Stretch[R]]
    count: Callable[[Connection, Sought, Desk], int | None]
    rows: Callable[[Connection, Sequence[R], Desk], list[tuple[Cell, ...]]]
    cells: Callable[[Connection, Sequence[R], Desk], list[Cells]]
    deeds: Callable[[Asked], tuple[Option, ...]] = lambda _: ()

    @property
    def url(self) -> str:
        return f"{CONSOLE}{self.slug}/"

    @property
    def file(self) -> str:
        return f"{self.url}csv/"


async def show(kind: Kind[Any], request: WebRequest) -> Response[Any]:
    desk = await desk_of(request)
    return desk if isinstance(desk, Redirect) else await _page(kind, desk)


async def save(kind: Kind[Any], request: WebRequest) -> Response[Any] | Stream:
    """What is wrong with the questions is said on the list's page."""
    desk = await desk_of(request)
    if isinstance(desk, Redirect):
        return desk
    asked = await desk.services.database.read(_asked, kind, desk)
    if asked.wrong:
        return await _page(kind, desk)
    return await export(desk, kind.slug, kind.file_columns, _batches(kind, desk, asked.sought), asked.given)


async def _page(kind: Kind[Any], desk: Desk) -> Response[Any]:
    shown = await desk.services.database.read(_records, kind, desk)
    return desk.answer(render_records(await desk.page(kind.url), shown), 400 if shown.wrong else 200)


def _asked(conn: Connection, kind: Kind[Any], desk: Desk) -> Asked:
    asked = Asked(desk)
    kind.ask(conn, asked, desk)
    return asked


def _records(conn: Connection, kind: Kind[R], desk: Desk) -> Records:
    """Of what was asked wrongly nothing is shown: it would be taken for the answer."""
    asked = _asked(conn, kind, desk)
    sought = asked.sought
    found = Stretch[R]([]) if asked.wrong else kind.read(conn, sought, desk)
    count = None if asked.wrong else kind.count(conn, sought, desk)
    if count is None and found.older is None and sought.before is None and not asked.wrong:
        count = len(found.rows)
    return Records(
        title=kind.title,
        lede=kind.lede,
        nouns=kind.nouns,
        none=kind.none,
        kept=kind.kept,
        url=kind.url,
        table=Table(label=kind.title, columns=kind.columns, rows=tuple(kind.rows(conn, found.rows, desk))),
        questions=tuple(asked.questions),
        narrowed=asked.narrowed,
        search=asked.search,
        search_label=kind.search_label,
        file=address(kind.file, asked.given),
        counted="" if count is None else _in_words(count, kind),
        older="" if found.older is None else address(kind.url, {**asked.given, "before": str(found.older)}),
        newest="" if sought.before is None else address(kind.url, asked.given),
        looked_at=f"{LOOKED_AT:,}" if found.cut else "",
        deeds=kind.deeds(asked),
        wrong=asked.wrong,
    )


def _in_words(count: int, kind: Kind[Any]) -> str:
    if count > COUNTED:
        return f"More than {COUNTED:,} {kind.nouns}"
    return f"{count:,} {kind.noun if count == 1 else kind.nouns}"


async def _batches(kind: Kind[R], desk: Desk, sought: Sought) -> AsyncIterator[Sequence[Cells]]:
    """Each in a transaction of its own; between them others get their turn."""

    def read(conn: Connection, before: int | None) -> tuple[list[Cells], int | None]:
        found = kind.read(conn, structs.replace(sought, before=before, limit=BATCH), desk)
        return kind.cells(conn, found.rows, desk), found.older

    before: int | None = None
    while True:
        cells, before = await desk.services.database.read(read, before)
        if cells:
            yield cells
        if before is None:
            return
        await asyncio.sleep(0)
