"""The console's addresses, made of its sections."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler

from watchword.web.pages.console import (
    checking,
    code_trying,
    doctor,
    editing,
    flow_page,
    history,
    listing,
    overview,
    previewing,
    records_routes,
    removing,
    trying,
)
from watchword.web.pages.console.code_trials import KINDS as TRIED_AS_TYPED
from watchword.web.pages.console.links import DOCTOR
from watchword.web.pages.console.manual import pages as manual
from watchword.web.pages.console.people import routes as people
from watchword.web.pages.console.sections import CONSOLE, FLOWS, SECTIONS, STAGES_OF_FLOWS, Section
from watchword.web.pages.console.start import routes as start
from watchword.web.types import Show, WebRequest


def console_routes() -> list[HTTPRouteHandler]:
    found = [route for section in SECTIONS for route in _of(section)]
    return [
        _get(CONSOLE, overview.show),
        _get(DOCTOR, doctor.show),
        _post(DOCTOR, doctor.examine),
        _get(history.URL, history.show),
        _get(history.URL + "{number:str}/", history.show_change),
        _post(history.URL + "{number:str}/undo/", history.undo_change),
        _post(history.URL + "{number:str}/back/", history.go_back_to),
        *found,
        *(_get(path, show) for path, show in start.SHOWN),
        *(_post(path, take) for path, take in start.TAKEN),
        *(_get(path, show) for path, show in records_routes.SHOWN),
        *(_post(path, take) for path, take in records_routes.TAKEN),
        *(_get(path, show) for path, show in manual.SHOWN),
        *(_get(path, show) for path, show in people.SHOWN),
        *(_post(path, take) for path, take in people.TAKEN),
        _get(f"{FLOWS.url}{{pk:str}}/", flow_page.show),
        _post(f"{FLOWS.url}{{pk:str}}/place/", flow_page.place),
        _post(f"{FLOWS.url}{{pk:str}}/move/", flow_page.move),
        _post(STAGES_OF_FLOWS.url + "new/{kind:str}/check/", partial(checking.check_new, STAGES_OF_FLOWS)),
        _post(STAGES_OF_FLOWS.url + "{pk:str}/check/", partial(checking.check, STAGES_OF_FLOWS)),
        _post(f"{FLOWS.url}{{pk:str}}/order/", flow_page.order),
        _post(f"{FLOWS.url}{{pk:str}}/bind/", flow_page.bind),
        _post(f"{FLOWS.url}{{pk:str}}/rename/", flow_page.rename),
    ]


def _of(section: Section) -> Iterator[HTTPRouteHandler]:
    if section.listed:
        yield _get(section.url, partial(listing.show_list, section))
    for path, show, take in (
        ("new/{kind:str}/", editing.new, editing.create),
        ("{pk:str}/edit/", editing.edit, editing.save),
        ("new/{kind:str}/preview/", previewing.back_to_new, previewing.of_new),
        ("{pk:str}/preview/", previewing.back_to_existing, previewing.of_existing),
        ("{pk:str}/delete/", removing.ask, removing.remove),
        *_trying(section),
    ):
        yield _get(section.url + path, partial(show, section))
        yield _post(section.url + path, partial(take, section))


def _trying(section: Section) -> Iterator[tuple[str, Any, Any]]:
    if any(cls in TRIED_AS_TYPED for cls in section.kinds):
        yield "new/{kind:str}/try/", code_trying.show_new, code_trying.try_new
        yield "{pk:str}/try/", code_trying.show_saved, code_trying.try_saved
    else:
        yield "{pk:str}/try/", trying.show, trying.run


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
