"""A flow as its page draws it: what is asked of a visitor at the beginning, and then step by step."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlencode

from watchword.flows.stage import Stage
from watchword.model.base import StageSettings
from watchword.model.flow import Flow, FlowStageBinding
from watchword.model.policy import ExpressionPolicy, PolicyBinding
from watchword.model.snapshot import Snapshot
from watchword.web.pages.console.control import Option
from watchword.web.pages.console.controls import decides, some_of
from watchword.web.pages.console.desk import Desk
from watchword.web.pages.console.flow_shown import Adding, FlowShown, Gate, Rule, Step
from watchword.web.pages.console.onward import place_of, url_of
from watchword.web.pages.console.option_words import option_label
from watchword.web.pages.console.sections import (
    PLACES,
    POLICIES,
    RULES,
    STAGES,
    edit_url,
    kind_name,
)
from watchword.web.pages.console.stage_words import at_a_glance
from watchword.web.pages.console.who import Names, names_of

NEW = "new:"
"""Before a kind of stage, where a stage that is there already has its uuid."""

NAMING = ("name", "title")
TIMING = ("evaluate_on_plan", "re_evaluate_policies", "policy_engine_mode", "invalid_response_action")
PASSED_ON = ("target", "stage", "order")
"""Fields of a step that the form on the page of its flow leaves as they are."""

_UNMET = {
    "none": "",
    "require_authenticated": "others are asked to sign in",
    "require_superuser": "others are asked to sign in, or refused",
}


class Refusal(NamedTuple):
    """A form of the page that was not taken: what was typed, and what is wrong with it."""

    given: Mapping[str, Any]
    errors: Mapping[str, Sequence[str]]
    whole: tuple[str, ...]


async def picture(desk: Desk, flow: Flow, refusal: Refusal | None = None) -> FlowShown:
    steps = desk.snapshot.stage_bindings(flow.pk)
    bound = [one for target in (flow, *steps) for one in desk.snapshot.policy_bindings(target.pk)]
    names = await desk.services.database.read(names_of, bound)
    return _Drawing(desk, flow, names).shown(refusal or Refusal({}, {}, ()))


class _Drawing(NamedTuple):
    desk: Desk
    flow: Flow
    names: Names

    @property
    def snapshot(self) -> Snapshot:
        return self.desk.snapshot

    @property
    def placed(self) -> tuple[FlowStageBinding, ...]:
        return self.snapshot.stage_bindings(self.flow.pk)

    def shown(self, refusal: Refusal) -> FlowShown:
        flow = self.flow
        return FlowShown(
            name=flow.name,
            title=flow.title,
            slug=flow.slug,
            designation=option_label(flow.designation),
            url=url_of(flow.pk),
            run=f"/if/flow/{flow.slug}/",
            demand="" if flow.authentication == "none" else option_label(flow.authentication),
            unmet=_UNMET.get(flow.authentication, "others are refused"),
            gate=self._gate(flow, "the flow", "others are refused", "asked at the start"),
            steps=tuple(self._steps()),
            seen=" ".join(step.pk for step in self.placed),
            adding=self._adding(),
            naming=some_of(flow, NAMING, refusal.given, refusal.errors),
            version=self.desk.version(flow),
            wrong=bool(refusal.errors),
            errors=refusal.whole,
        )

    def _steps(self) -> Iterator[Step]:
        for number, binding in enumerate(self.placed):
            stage = self.snapshot.require(binding.stage, StageSettings)
            back = urlencode({"back": place_of(binding)})
            yield Step(
                pk=binding.pk,
                name=stage.name,
                icon=stage.kind if isinstance(stage, Stage) else "",
                kind=stage.verbose_name,
                about=tuple(at_a_glance(stage, self.snapshot)),
                stage_url=f"{edit_url(stage)}?{back}",
                url=edit_url(binding),
                remove=f"{PLACES.url}{binding.pk}/delete/?{back}",
                gate=self._gate(binding, stage.name, "others skip this step", _when(binding)),
                timing=some_of(binding, TIMING, {}, {}),
                hidden=self._hidden(binding),
                before=f"{url_of(self.flow.pk)}?{urlencode({'before': binding.pk})}#add",
                first=number == 0,
                last=number == len(self.placed) - 1,
            )

    def _hidden(self, binding: FlowStageBinding) -> tuple[tuple[str, str], ...]:
        passed_on = ((name, str(getattr(binding, name))) for name in PASSED_ON)
        return (*passed_on, ("version", self.desk.version(binding)), ("back", place_of(binding)))

    def _gate(self, target: Flow | FlowStageBinding, whose: str, otherwise: str, when: str) -> Gate:
        bound = self.snapshot.policy_bindings(target.pk)
        asked = [one for one in bound if one.enabled]
        there = {one.policy for one in bound}
        back = {"back": place_of(target)}
        free = (one for one in self.snapshot.all(ExpressionPolicy) if one.pk not in there)
        return Gate(
            target=target.pk,
            whose=whose,
            lead=_lead(target.policy_engine_mode, len(asked)),
            otherwise=otherwise,
            when=when,
            closed=bool(asked),
            rules=tuple(self._rule(one, back) for one in bound),
            policies=tuple(Option(one.pk, one.name) for one in sorted(free, key=lambda one: one.name.casefold())),
            new=f"{POLICIES.url}new/{kind_name(ExpressionPolicy)}/?{urlencode({'bind': target.pk, **back})}",
            person=f"{RULES.url}new/{kind_name(PolicyBinding)}/?{urlencode({'target': target.pk, 'order': 0, **back})}",
        )

    def _rule(self, bound: PolicyBinding, back: dict[str, str]) -> Rule:
        return Rule(
            name=decides(bound, self.snapshot, self.names.get(bound.pk, "")),
            url=f"{edit_url(bound)}?{urlencode(back)}",
            enabled=bound.enabled,
        )

    def _adding(self) -> Adding:
        stages = sorted(self.snapshot.all(StageSettings), key=lambda stage: stage.name.casefold())
        names = {step.pk: self.snapshot.require(step.stage, StageSettings).name for step in self.placed}
        places = (Option(pk, f"Before {name}") for pk, name in names.items())
        return Adding(
            kinds=tuple(Option(NEW + kind_name(cls), cls.verbose_name) for cls in STAGES),
            stages=tuple(Option(stage.pk, f"{stage.name} ({stage.verbose_name})") for stage in stages),
            places=(Option("", "At the end"), *places),
            place=self.desk.query("before"),
        )


def _lead(mode: str, count: int) -> str:
    if count < 2:
        return "Only if"
    return "Only if one of these says yes" if mode == "any" else "Only if all of these say yes"


def _when(binding: FlowStageBinding) -> str:
    if binding.evaluate_on_plan and binding.re_evaluate_policies:
        return "asked at the start, and again here"
    return "asked at the start" if binding.evaluate_on_plan else "asked when somebody is here"
