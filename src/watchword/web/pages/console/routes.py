"""The console's addresses, made of its sections."""

from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from typing import Any

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler

from watchword.web.pages.console import editing, flow_page, history, listing, overview, removing, trying
from watchword.web.pages.console.people.routes import SHOWN, TAKEN
from watchword.web.pages.console.sections import CONSOLE, FLOWS, SECTIONS, Section
from watchword.web.types import WebRequest

Show = Callable[[WebRequest], Awaitable[Response[Any]]]


def console_routes() -> list[HTTPRouteHandler]:
    found = [route for section in SECTIONS for route in _of(section)]
    return [
        _get(CONSOLE, overview.show),
        _get(history.URL, history.show),
        _get(history.URL + "{number:str}/", history.show_change),
        _post(history.URL + "{number:str}/undo/", history.undo_change),
        _post(history.URL + "{number:str}/back/", history.go_back_to),
        *found,
        *(_get(path, show) for path, show in SHOWN),
        *(_post(path, take) for path, take in TAKEN),
        _get(f"{FLOWS.url}{{pk:str}}/", flow_page.show),
        _post(f"{FLOWS.url}{{pk:str}}/place/", flow_page.place),
        _post(f"{FLOWS.url}{{pk:str}}/move/", flow_page.move),
    ]


def _of(section: Section) -> Iterator[HTTPRouteHandler]:
    if section.listed:
        yield _get(section.url, partial(listing.show_list, section))
    for path, show, take in (
        ("new/{kind:str}/", editing.new, editing.create),
        ("{pk:str}/edit/", editing.edit, editing.save),
        ("{pk:str}/delete/", removing.ask, removing.remove),
        ("{pk:str}/try/", trying.show, trying.run),
    ):
        yield _get(section.url + path, partial(show, section))
        yield _post(section.url + path, partial(take, section))


def _get(path: str, show: Show) -> HTTPRouteHandler:
    @get(path)
    async def handler(request: WebRequest) -> Response[Any]:
        return await show(request)

    return handler


def _post(path: str, take: Show) -> HTTPRouteHandler:
    @post(path)
    async def handler(request: WebRequest) -> Response[Any]:
        return await take(request)

    return handler
