"""What is made for a flow: a stage takes its place among the steps, a policy is bound to the flow or to a step."""

from typing import NamedTuple

from watchword.administration.binding import bind_policy
from watchword.administration.placing import place_stage
from watchword.errors import NotFound
from watchword.model.base import ConfigObject, StageSettings
from watchword.model.flow import Flow, FlowStageBinding
from watchword.model.policy import ExpressionPolicy
from watchword.web.pages.console.desk import Desk
from watchword.web.pages.console.sections import FLOWS


class Purpose(NamedTuple):
    """What a form carries along, hidden, from the page that it was opened from; what is "" was not said."""

    flow: str = ""
    before: str = ""
    """The step that a new stage comes before; as the last one where it is ""."""
    bind: str = ""
    """The flow or step that a new policy is bound to."""

    @property
    def hidden(self) -> tuple[tuple[str, str], ...]:
        return tuple((name, value) for name, value in self._asdict().items() if value)


def purpose_of(desk: Desk, form: dict[str, list[str]] | None = None) -> Purpose:
    """Of the form, or else of the address."""
    read = (lambda name: form.get(name, [""])[-1]) if form is not None else desk.query
    return Purpose(*(read(name) for name in Purpose._fields))


async def fulfil(desk: Desk, made: ConfigObject, purpose: Purpose) -> tuple[str, str] | None:
    """What to say, and where to go on; None where it was made for itself, or what it was made for is gone."""
    flow = desk.snapshot.get(purpose.flow, Flow)
    if isinstance(made, StageSettings) and flow:
        return await _placed(desk, made, flow, purpose.before)
    target = desk.snapshot.get(purpose.bind, ConfigObject)
    if isinstance(made, ExpressionPolicy) and isinstance(target, Flow | FlowStageBinding):
        await bind_policy(desk.services, target.pk, made.pk, by=desk.author)
        return f"{made.called} was made, and is bound.", place_of(target)
    return None


async def _placed(desk: Desk, made: StageSettings, flow: Flow, before: str) -> tuple[str, str]:
    """At the end where the step that it was to come before was removed meanwhile: the stage is made already."""
    try:
        step = await place_stage(desk.services, flow.pk, made.pk, before=before, by=desk.author)
    except NotFound:
        step = await place_stage(desk.services, flow.pk, made.pk, by=desk.author)
    last = desk.snapshot.stage_bindings(flow.pk)[-1].pk == step.pk
    return f"{made.called} was made, and is {'the flow’s last step' if last else 'a step of the flow'}.", place_of(step)


def url_of(flow_pk: str) -> str:
    return f"{FLOWS.url}{flow_pk}/"


def place_of(target: Flow | FlowStageBinding) -> str:
    """Where it stands on the page of its flow."""
    if isinstance(target, Flow):
        return url_of(target.pk) + "#begin"
    return f"{url_of(target.target)}#step-{target.pk}"
