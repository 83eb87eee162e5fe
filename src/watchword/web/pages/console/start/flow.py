"""The second step: the flow by which people add their phone."""

from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Response
from litestar.response import Redirect

from watchword.administration.first_flow import FirstFlowForm, make_first_flow
from watchword.errors import FieldsInvalid
from watchword.model.flow import Flow
from watchword.model.input import read_fields
from watchword.phone import countries
from watchword.web.pages.answers import redirect
from watchword.web.pages.console.control import Control
from watchword.web.pages.console.desk import Desk, desk_of
from watchword.web.pages.console.sections import page_url
from watchword.web.pages.console.shown import Row
from watchword.web.pages.console.start.rendering import render_first_flow
from watchword.web.pages.console.start.shown import FlowStep, Place
from watchword.web.pages.console.start.state import URL, State, frame_of, state_of
from watchword.web.types import WebRequest

HERE = f"{URL}flow/"
MAX_TITLE = 100


async def show(request: WebRequest) -> Response[Any]:
    desk = await desk_of(request)
    if isinstance(desk, Redirect):
        return desk
    begun = {"title": "Add your phone", "asks": "prompt", "regions": []}
    return await _page(desk, await state_of(desk, desk.query("stage")), begun, {})


async def make(request: WebRequest) -> Response[Any]:
    """Sent twice, it makes one flow: a stage that stands in one is left there."""
    desk = await desk_of(request)
    if isinstance(desk, Redirect):
        return desk
    form = await desk.form()
    given = {name: form.get(name, [""])[-1] for name in ("title", "asks")} | {"regions": form.get("regions", [])}
    stage = form.get("stage", [""])[-1]
    try:
        wanted = FirstFlowForm(**read_fields(FirstFlowForm, given))
        made = await make_first_flow(desk.services, stage, wanted, by=desk.author)
    except FieldsInvalid as error:
        return await _page(desk, await state_of(desk, stage), given, error.errors)
    to = (await state_of(desk, stage)).url("message")
    return await desk.done(f"The flow “{made.flow.title}” was made.", to) if made.new else redirect(to)


async def _page(desk: Desk, state: State, given: Mapping[str, Any], errors: Mapping[str, Any]) -> Response[Any]:
    said = {field: _sentences(found) for field, found in errors.items()}
    shown = FlowStep(
        stage=state.stage.pk if state.stage else "",
        flow=_row(state.flow) if state.flow else None,
        run=f"/if/flow/{state.flow.slug}/" if state.flow else "",
        title=Control(
            name="title",
            title="Heading",
            help="What people read above every step.",
            kind="text",
            value=given["title"],
            required=True,
            longest=MAX_TITLE,
            errors=said.get("title", ()),
        ),
        asks=given["asks"],
        places=tuple(
            Place(one.region, one.name, one.calling_code, one.region in given["regions"]) for one in countries()
        ),
        errors=said,
    )
    page = await desk.page(HERE)
    return desk.answer(render_first_flow(page, frame_of(state, "flow"), shown), 400 if errors else 200)


def _sentences(found: Sequence[str] | Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Of a list that has wrong values, what is wrong with each."""
    return tuple(found) if not isinstance(found, Mapping) else tuple(line for lines in found.values() for line in lines)


def _row(flow: Flow) -> Row:
    return Row(name=flow.title, url=page_url(flow), about=f"/if/flow/{flow.slug}/")
