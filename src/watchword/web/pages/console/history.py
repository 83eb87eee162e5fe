"""What was changed, by whom and when; one change is undone, or everything since a moment."""

import difflib
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any

from litestar import Response
from litestar.response import Redirect
from sqlalchemy import Connection

from watchword.administration.history import go_back, undo
from watchword.errors import FieldsInvalid, NotFound
from watchword.keyring import Keyring
from watchword.model.base import ConfigObject
from watchword.model.fields import FieldInfo, fields_of
from watchword.model.snapshot import Snapshot
from watchword.stages.catalogue import CATALOGUE
from watchword.storage.config import (
    Change,
    Revision,
    get_revision,
    load_revision,
    page_of_revisions,
    revisions_since,
)
from watchword.storage.documents import open_document
from watchword.web.pages.console.controls import told
from watchword.web.pages.console.desk import Desk, desk_of
from watchword.web.pages.console.paging import ON_A_PAGE, pages_of
from watchword.web.pages.console.rendering import render_change, render_history
from watchword.web.pages.console.sections import CONSOLE, page_url
from watchword.web.pages.console.shown import ChangeShown, Difference, History, Line, Past, Touched
from watchword.web.pages.numbers import page_number
from watchword.web.types import WebRequest

Restore = Callable[..., Awaitable[None]]
"""`undo` or `go_back`."""

URL = f"{CONSOLE}history/"
SHOWN_LATER = 10


async def show(request: WebRequest) -> Response[Any]:
    desk = await desk_of(request)
    if isinstance(desk, Redirect):
        return desk
    number = page_number(desk.query("page"))
    offset = (number - 1) * ON_A_PAGE
    total, found = await desk.services.database.read(page_of_revisions, limit=ON_A_PAGE, offset=offset)
    shown = History(changes=tuple(map(_past, found)), pages=pages_of(URL, number, total))
    return desk.answer(render_history(await desk.page(URL), shown))


async def show_change(request: WebRequest) -> Response[Any]:
    desk = await desk_of(request)
    return desk if isinstance(desk, Redirect) else await _page(desk, ())


async def undo_change(request: WebRequest) -> Response[Any]:
    return await _restore(request, undo, "Change {} was undone.")


async def go_back_to(request: WebRequest) -> Response[Any]:
    return await _restore(request, go_back, "Everything is as it was after change {}.")


async def _restore(request: WebRequest, restore: Restore, said: str) -> Response[Any]:
    """`said` has a place for the change's number."""
    desk = await desk_of(request)
    if isinstance(desk, Redirect):
        return desk
    await desk.form()
    try:
        await restore(desk.services, _number(request), by=desk.author)
    except FieldsInvalid as error:
        return await _page(desk, error.sentences)
    return await desk.done(said.format(_number(request)), URL)


async def _page(desk: Desk, errors: tuple[str, ...]) -> Response[Any]:
    shown = await desk.services.database.read(_shown, _number(desk.request), desk, errors)
    page = await desk.page(f"{URL}{shown.past.number}/", URL)
    return desk.answer(render_change(page, shown), 400 if errors else 200)


def _number(request: WebRequest) -> int:
    text = str(request.path_params["number"])
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise NotFound("There is no such change.")
    return int(text)


def _shown(conn: Connection, number: int, desk: Desk, errors: tuple[str, ...]) -> ChangeShown:
    found = get_revision(conn, number)
    if found is None:
        raise NotFound("There is no such change.")
    parts = found.parts()
    mine = {part.pk for part in parts}
    later = [one for one in revisions_since(conn, number) if mine & {part.pk for part in one.parts()}]
    return ChangeShown(
        past=_past(found),
        touched=tuple(_touched(part, desk.snapshot, desk.services.keyring) for part in parts),
        later=tuple(map(_past, later[:SHOWN_LATER])),
        newest=load_revision(conn) == number,
        errors=errors,
    )


def _past(revision: Revision) -> Past:
    return Past(
        number=revision.id,
        when=revision.created,
        author=revision.author,
        summary=revision.summary,
        url=f"{URL}{revision.id}/",
    )


def _touched(part: Change, snapshot: Snapshot, keyring: Keyring) -> Touched:
    cls, present = CATALOGUE.get(part.model), snapshot.get(part.pk, ConfigObject)
    document = part.after or part.before or {}
    deed = "Made" if part.before is None else "Deleted" if part.after is None else "Changed"
    return Touched(
        name=told(present, snapshot) if present else str(document.get("name") or part.pk),
        noun=cls.verbose_name if cls else part.model,
        deed=deed,
        url=page_url(present) if present else "",
        differences=tuple(_differences(cls, part, snapshot, keyring)) if cls else (),
    )


def _differences(cls: type[ConfigObject], part: Change, snapshot: Snapshot, keyring: Keyring) -> Iterator[Difference]:
    """Secrets are compared as they are: sealed anew, the same one looks like another."""
    before, after = (
        open_document(cls, document, keyring) if document else {} for document in (part.before, part.after)
    )
    for info in fields_of(cls):
        if before.get(info.name) != after.get(info.name):
            was, is_now = (_in_words(info, document, snapshot) for document in (before, after))
            lines = tuple(_lines(was, is_now)) if "\n" in was and is_now else ()
            yield Difference(title=info.title, before=was, after=is_now, secret=info.secret, lines=lines)


def _lines(before: str, after: str) -> Iterator[Line]:
    for line in difflib.ndiff(before.splitlines(), after.splitlines()):
        if not line.startswith("?"):
            yield Line(line[0], line[2:])


def _in_words(info: FieldInfo, document: Mapping[str, Any], snapshot: Snapshot) -> str:
    """A reference by the name that it has now; of a secret nothing."""
    value = document.get(info.name)
    if info.secret or value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    values = value if isinstance(value, list) else [value]
    return ", ".join(_name(one, snapshot) if info.ref else str(one) for one in values)


def _name(pk: Any, snapshot: Snapshot) -> str:
    found = snapshot.get(str(pk), ConfigObject)
    return told(found, snapshot) if found else str(pk)
