"""A flow with its steps: looked at, put together, and put in order."""

from typing import Any
from urllib.parse import quote, urlencode

from litestar import Response
from litestar.response import Redirect

from watchword.administration.binding import bind_policy
from watchword.administration.objects import change_object
from watchword.administration.placing import move_step, order_steps, place_stage
from watchword.errors import NON_FIELD, FieldsInvalid, NotFound, PreconditionFailed
from watchword.model.base import ConfigObject, StageSettings
from watchword.model.flow import Flow, FlowStageBinding
from watchword.model.input import read_fields
from watchword.model.policy import ExpressionPolicy
from watchword.web.pages.answers import redirect
from watchword.web.pages.console.desk import Desk, desk_of
from watchword.web.pages.console.flow_picture import NAMING, NEW, Refusal, picture
from watchword.web.pages.console.onward import place_of, url_of
from watchword.web.pages.console.rendering import render_flow
from watchword.web.pages.console.sections import FLOWS, STAGES_OF_FLOWS
from watchword.web.types import WebRequest

OVERTAKEN = (
    "Nothing was moved: somebody else changed the steps while you had this page open. "
    "They are shown as they are now; move yours again."
)

_PLACES = {"up": -1, "down": 1}


async def show(request: WebRequest) -> Response[Any]:
    desk = await desk_of(request)
    return desk if isinstance(desk, Redirect) else await _page(desk, require(desk))


async def _page(desk: Desk, flow: Flow, refusal: Refusal | None = None, status: int = 200) -> Response[Any]:
    page = await desk.page(url_of(flow.pk), FLOWS.url)
    return desk.answer(render_flow(page, await picture(desk, flow, refusal)), status)


async def place(request: WebRequest) -> Response[Any]:
    """An existing stage becomes a step; for a new one the way leads to its form first."""
    desk = await desk_of(request)
    if isinstance(desk, Redirect):
        return desk
    flow, form = require(desk), await desk.form()
    chosen, before = (form.get(name, [""])[-1] for name in ("stage", "before"))
    if chosen.startswith(NEW):
        purpose = urlencode({"flow": flow.pk, "before": before})
        return redirect(f"{STAGES_OF_FLOWS.url}new/{quote(chosen.removeprefix(NEW), safe='')}/?{purpose}")
    stage = desk.snapshot.get(chosen, StageSettings)
    if stage is None:
        return await _page(desk, flow, Refusal({}, {}, ("Choose a stage first.",)), 400)
    step = await place_stage(desk.services, flow.pk, stage.pk, before=before, by=desk.author)
    return await desk.done(f"{stage.called} is a step now.", place_of(step))


async def move(request: WebRequest) -> Response[Any]:
    desk = await desk_of(request)
    if isinstance(desk, Redirect):
        return desk
    flow, form = require(desk), await desk.form()
    way, step = form.get("way", [""])[-1], form.get("step", [""])[-1]
    if way not in _PLACES:
        raise FieldsInvalid.whole("A step moves up or down.")
    await move_step(desk.services, flow.pk, step, _PLACES[way], by=desk.author)
    return await desk.done("The steps were put in order.", f"{url_of(flow.pk)}#step-{step}")


async def order(request: WebRequest) -> Response[Any]:
    """All steps at once, as somebody who dragged one sees them."""
    desk = await desk_of(request)
    if isinstance(desk, Redirect):
        return desk
    flow, form = require(desk), await desk.form()
    wanted, seen = (form.get(name, [""])[-1].split() for name in ("order", "seen"))
    try:
        await order_steps(desk.services, flow.pk, wanted, seen=seen, by=desk.author)
    except PreconditionFailed as error:
        return await _page(desk, flow, Refusal({}, {}, (OVERTAKEN,)), error.status)
    moved = form.get("moved", [""])[-1]
    place = f"#step-{moved}" if moved in wanted else "#steps"
    return await desk.done("The steps were put in order.", url_of(flow.pk) + place)


async def rename(request: WebRequest) -> Response[Any]:
    desk = await desk_of(request)
    if isinstance(desk, Redirect):
        return desk
    flow, form = require(desk), await desk.form()
    given = {name: form.get(name, [""])[-1] for name in NAMING}

    def check(present: ConfigObject) -> None:
        desk.require_version(present, form)

    try:
        values = read_fields(Flow, given, partial=True)
        named = await change_object(desk.services, Flow, flow.pk, values, by=desk.author, check=check)
    except FieldsInvalid as error:
        return await _page(desk, flow, Refusal(given, error.errors, tuple(error.errors.get(NON_FIELD, ()))), 400)
    return await desk.done(f"{named.name} was saved.", url_of(flow.pk))


async def bind(request: WebRequest) -> Response[Any]:
    """An existing policy decides about the flow, or about one of its steps."""
    desk = await desk_of(request)
    if isinstance(desk, Redirect):
        return desk
    flow, form = require(desk), await desk.form()
    target, policy = (form.get(name, [""])[-1] for name in ("target", "policy"))
    bound_to = _bindable(desk, flow, target)
    found = desk.snapshot.get(policy, ExpressionPolicy)
    if found is None:
        return await _page(desk, flow, Refusal({}, {}, ("Choose a policy first.",)), 400)
    await bind_policy(desk.services, bound_to.pk, found.pk, by=desk.author)
    return await desk.done(f"{found.name} is bound.", place_of(bound_to))


def _bindable(desk: Desk, flow: Flow, pk: str) -> Flow | FlowStageBinding:
    """The flow or one of its steps; raises `NotFound`."""
    if pk == flow.pk:
        return flow
    for step in desk.snapshot.stage_bindings(flow.pk):
        if step.pk == pk:
            return step
    raise NotFound("There is no such step. It may have been removed.")


def require(desk: Desk) -> Flow:
    """The flow of the address; raises `NotFound`."""
    return desk.snapshot.require(desk.find(FLOWS).pk, Flow)
