"""Blueprints that are kept, with what became of each; and the whole configuration as one."""

from typing import Any

from litestar import Response
from litestar.response import Redirect

from watchword.administration.blueprints import text_of
from watchword.blueprints.export import export_all
from watchword.storage.blueprint_instances import BlueprintInstance, list_instances
from watchword.web.pages.console.control import Option
from watchword.web.pages.console.desk import Desk, desk_of
from watchword.web.pages.console.paging import Pages
from watchword.web.pages.console.rendering import render_listing
from watchword.web.pages.console.sections import CONSOLE
from watchword.web.pages.console.tables import Cell, Listing, Table
from watchword.web.types import WebRequest

URL = f"{CONSOLE}blueprints/"
EXPORT = f"{URL}watchword.yaml"

_EVENTS = f"{CONSOLE}events/?action=blueprint_failed"
_STATES = {
    "successful": Cell("Applied", look="good"),
    "warning": Cell("Applied", note="with advice", look="good"),
    "error": Cell("Not applied", note="the events tell why", url=_EVENTS, look="bad"),
    "orphaned": Cell("Its file is gone", note="what it made is there"),
    "unknown": Cell("Not tried yet"),
}


async def show(request: WebRequest) -> Response[Any]:
    desk = await desk_of(request)
    if isinstance(desk, Redirect):
        return desk
    found = await desk.services.database.read(list_instances)
    rows = tuple(_row(one, desk) for one in found)
    listing = Listing(
        title="Blueprints",
        lede="Files that configure this server: those of the watched directory, and those that the API was given.",
        noun="blueprint",
        nouns="blueprints",
        url=URL,
        table=Table(label="Blueprints", columns=("Name", "File", "State", "Last tried"), rows=rows),
        pages=Pages(first=1, last=len(rows), total=len(rows)),
        search_label="",
        makes=(Option(EXPORT, "Save everything as YAML"),),
    )
    return desk.answer(render_listing(await desk.page(URL), listing))


async def export(request: WebRequest) -> Response[Any]:
    """Without users, and without secrets."""
    desk = await desk_of(request)
    if isinstance(desk, Redirect):
        return desk
    text = await desk.services.database.read(export_all, desk.snapshot)
    headers = {"content-disposition": 'attachment; filename="watchword.yaml"', "cache-control": "no-store"}
    return Response(text, media_type="application/yaml", headers=headers)


def _row(one: BlueprintInstance, desk: Desk) -> tuple[Cell, ...]:
    gone = not text_of(one, desk.services.settings.blueprints_dir)
    state = _STATES["orphaned" if gone else one.status]
    if not one.enabled:
        state = state._replace(note="switched off")
    return (
        Cell(one.name),
        Cell(one.path or "given to the API"),
        state,
        Cell(when=one.last_applied, exact=True) if one.last_applied else Cell("never"),
    )
