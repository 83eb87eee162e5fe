"""A flow with its steps: looked at, put together, and put in order."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from litestar import Response
from litestar.response import Redirect

from watchword.administration.placing import move_step, place_stage
from watchword.errors import FieldsInvalid
from watchword.model.base import ConfigObject, StageSettings
from watchword.model.flow import Flow
from watchword.model.policy import PolicyBinding
from watchword.model.snapshot import Snapshot
from watchword.web.pages.console.control import Option
from watchword.web.pages.console.controls import told
from watchword.web.pages.console.desk import Desk, desk_of
from watchword.web.pages.console.option_words import option_label
from watchword.web.pages.console.rendering import render_flow
from watchword.web.pages.console.sections import (
    FLOWS,
    PLACES,
    RULES,
    STAGES,
    STAGES_OF_FLOWS,
    edit_url,
    kind_name,
)
from watchword.web.pages.console.shown import FlowShown, Rule, Step
from watchword.web.types import WebRequest

_PLACES = {"up": -1, "down": 1}


async def show(request: WebRequest) -> Response[Any]:
    desk = await desk_of(request)
    if isinstance(desk, Redirect):
        return desk
    found = require(desk)
    page = await desk.page(url_of(found), FLOWS.url)
    return desk.answer(render_flow(page, flow_shown(found, desk.snapshot)))


async def place(request: WebRequest) -> Response[Any]:
    """An existing stage becomes the flow's last step."""
    desk = await desk_of(request)
    if isinstance(desk, Redirect):
        return desk
    flow, form = require(desk), await desk.form()
    stage = desk.snapshot.get(form.get("stage", [""])[-1], StageSettings)
    if stage is None:
        return await desk.done("Choose a stage first.", url_of(flow))
    await place_stage(desk.services, flow.pk, stage.pk, by=desk.author)
    return await desk.done(f"{stage.called} is the last step now.", url_of(flow))


async def move(request: WebRequest) -> Response[Any]:
    desk = await desk_of(request)
    if isinstance(desk, Redirect):
        return desk
    flow, form = require(desk), await desk.form()
    way, step = form.get("way", [""])[-1], form.get("step", [""])[-1]
    if way not in _PLACES:
        raise FieldsInvalid.whole("A step moves up or down.")
    await move_step(desk.services, flow.pk, step, _PLACES[way], by=desk.author)
    return await desk.done("The steps were put in order.", url_of(flow))


def require(desk: Desk) -> Flow:
    """The flow of the address; raises `NotFound`."""
    return desk.snapshot.require(desk.find(FLOWS).pk, Flow)


def url_of(flow: Flow) -> str:
    return f"{FLOWS.url}{flow.pk}/"


def flow_shown(flow: Flow, snapshot: Snapshot) -> FlowShown:
    stages = sorted(snapshot.all(StageSettings), key=lambda stage: stage.name.casefold())
    return FlowShown(
        name=flow.name,
        title=flow.title,
        slug=flow.slug,
        designation=option_label(flow.designation),
        url=url_of(flow),
        run=f"/if/flow/{flow.slug}/",
        rules=tuple(_rules(flow.pk, snapshot)),
        add_rule=_add_rule(flow.pk, flow),
        steps=tuple(_steps(flow, snapshot)),
        stages=tuple(Option(stage.pk, f"{stage.name} ({stage.verbose_name})") for stage in stages),
        kinds=tuple(
            Option(f"{STAGES_OF_FLOWS.url}new/{kind_name(cls)}/?{urlencode({'flow': flow.pk})}", cls.verbose_name)
            for cls in STAGES
        ),
    )


def _steps(flow: Flow, snapshot: Snapshot) -> Iterator[Step]:
    placed = snapshot.stage_bindings(flow.pk)
    for number, binding in enumerate(placed):
        stage = snapshot.require(binding.stage, StageSettings)
        yield Step(
            pk=binding.pk,
            name=stage.name,
            kind=stage.verbose_name,
            stage_url=f"{edit_url(stage)}?{urlencode({'back': url_of(flow)})}",
            url=f"{edit_url(binding)}?{urlencode({'back': url_of(flow)})}",
            remove=f"{PLACES.url}{binding.pk}/delete/?{urlencode({'back': url_of(flow)})}",
            rules=tuple(_rules(binding.pk, snapshot)),
            add_rule=_add_rule(binding.pk, flow),
            first=number == 0,
            last=number == len(placed) - 1,
        )


def _rules(target: str, snapshot: Snapshot) -> Iterator[Rule]:
    for bound in snapshot.policy_bindings(target):
        yield Rule(name=_decides(bound, snapshot), url=edit_url(bound), enabled=bound.enabled)


def _decides(bound: PolicyBinding, snapshot: Snapshot) -> str:
    policy = snapshot.get(bound.policy, ConfigObject)
    what = told(policy, snapshot) if policy else "members of a group" if bound.group else "one user"
    return f"not {what}" if bound.negate else what


def _add_rule(target: str, flow: Flow) -> str:
    return (
        f"{RULES.url}new/{kind_name(PolicyBinding)}/?{urlencode({'target': target, 'order': 0, 'back': url_of(flow)})}"
    )
