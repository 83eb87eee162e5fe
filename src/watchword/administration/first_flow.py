"""The first flow by which people add a phone: everything that it is made of, in one change of the history."""

import json
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Annotated, Literal, NamedTuple

import msgspec
from sqlalchemy import Connection

from watchword.administration.author import Author
from watchword.administration.notes import note
from watchword.administration.objects import changed_fields, subject_of
from watchword.administration.placing import STEP
from watchword.errors import FieldsInvalid, NotFound
from watchword.flows.configuration import Changes
from watchword.flows.services import Services
from watchword.model.base import ConfigObject
from watchword.model.fields import described
from watchword.model.flow import Flow, FlowStageBinding
from watchword.model.policy import ExpressionPolicy
from watchword.model.prompt import Prompt
from watchword.model.snapshot import Snapshot
from watchword.phone import EXAMPLE, Country, countries
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage
from watchword.stages.prompt import PromptStage

SLUG = "add-phone"
NAMED = 4
"""Countries that are named to whoever comes from another one; more would be a wall of text."""


class FirstFlowForm(msgspec.Struct, kw_only=True):
    """How people add a phone. Countries count where a prompt asks for the number."""

    title: Annotated[str, described("Title", "The heading that people read.", min_length=1, max_length=100)] = (
        "Add your phone"
    )
    asks: Annotated[Literal["prompt", "stage"], described("Who asks for the number")] = "prompt"
    regions: Annotated[list[str], described("Countries", "Whose numbers are taken; none for all.")] = []


class Made(NamedTuple):
    flow: Flow
    new: bool


def flow_of(snapshot: Snapshot, stage: AuthenticatorSMSStage) -> Flow | None:
    """Where people meet a stage: the flow that is named in it, or else the first one that it stands in."""
    if named := snapshot.get(stage.configure_flow, Flow):
        return named
    placed = (snapshot.get(one.target, Flow) for one in snapshot.all(FlowStageBinding) if one.stage == stage.pk)
    return min((flow for flow in placed if flow), key=lambda flow: flow.slug, default=None)


async def make_first_flow(services: Services, stage_pk: str, form: FirstFlowForm, *, by: Author) -> Made:
    """For a stage that stands in no flow; one that does stays as it is. Raises `NotFound` and `FieldsInvalid`."""
    chosen, now = _chosen(form), services.clock()
    made: list[Made] = []

    def changes(snapshot: Snapshot) -> Changes:
        stage = snapshot.get(stage_pk, AuthenticatorSMSStage)
        if stage is None:
            raise NotFound("There is no such gateway any more. Set one up first.")
        if there := flow_of(snapshot, stage):
            made[:] = [Made(there, False)]
            return Changes([], [], "")
        home = stage.default_region or services.settings.default_region or ""
        flow, objects = _built(snapshot, stage, form, chosen, home)
        made[:] = [Made(flow, True)]

        def work(conn: Connection) -> None:
            for obj in objects:
                if obj.pk != stage.pk:
                    note(conn, "model_created", subject_of(obj), by, now)
            note(conn, "model_updated", subject_of(stage), by, now, changed_fields(stage, objects[-1]))

        return Changes(objects, [], f"Set up {flow.verbose_name} “{flow.called}”", work)

    await services.configuration.change(changes, author=by.name, now=now)
    return made[0]


def _chosen(form: FirstFlowForm) -> tuple[Country, ...]:
    """By name. Raises `FieldsInvalid` for what is no country."""
    known = {country.region: country for country in countries()}
    if set(form.regions) - known.keys():
        raise FieldsInvalid({"regions": ["Choose from the list."]})
    return tuple(country for region, country in known.items() if region in form.regions)


def _built(
    snapshot: Snapshot, stage: AuthenticatorSMSStage, form: FirstFlowForm, chosen: Sequence[Country], home: str
) -> tuple[Flow, list[ConfigObject]]:
    """With the stage itself, which then names the flow; numbers are read as in the only country there is."""
    slug = _free_slug(snapshot)
    flow = Flow(
        name=form.title,
        title=form.title,
        slug=slug,
        designation="stage_configuration",
        authentication="require_authenticated",
    )
    asking: list[ConfigObject] = []
    if form.asks == "prompt":
        home = home or (chosen[0].region if len(chosen) == 1 else "")
        asking = list(_asking(slug, chosen, home))
    steps = [obj for obj in asking if isinstance(obj, PromptStage)] + [stage]
    bindings = [
        FlowStageBinding(target=flow.pk, stage=step.pk, order=STEP * number) for number, step in enumerate(steps, 1)
    ]
    region = stage.default_region or (home if asking and len(chosen) == 1 else "")
    told = msgspec.structs.replace(stage, configure_flow=flow.pk, default_region=region)
    return flow, [flow, *asking, *bindings, told]


def _asking(slug: str, chosen: Sequence[Country], home: str) -> Iterator[ConfigObject]:
    """A prompt stage with all that it refers to."""
    example = next((country.example for country in countries() if country.region == home), EXAMPLE)
    prompt = Prompt(
        name=f"{slug}-number",
        field_key="phone",
        label="Phone number",
        type="text",
        placeholder=example,
        sub_text="We will send you a text message with a code. Message rates may apply.",
    )
    yield prompt
    policies = []
    if chosen:
        policy = ExpressionPolicy(name=f"{slug}-countries", expression=expression(chosen, home))
        yield policy
        policies.append(policy.pk)
    yield PromptStage(name=f"{slug}-ask", fields=[prompt.pk], validation_policies=policies)


def expression(chosen: Sequence[Country], home: str) -> str:
    """A policy that takes numbers of these countries alone; `home` is the one whose national spelling is read."""
    regions = json.dumps([country.region for country in chosen])
    reading = f', "{home}"' if home else ""
    return f"""\
# Only numbers of these countries, however they are written. Change the list as you like.
number = phone_parse(request.context["prompt_data"]["phone"]{reading})
if number is None:
    ak_message("Write the number with its country code, like {EXAMPLE}.")
    return False
if number["region"] in {regions}:
    return True
ak_message({json.dumps(_refusal(chosen), ensure_ascii=False)})
return False
"""


def _refusal(chosen: Sequence[Country]) -> str:
    if len(chosen) > NAMED:
        return "Numbers of this country cannot be used here."
    *most, last = [country.name for country in chosen]
    return f"Only numbers from {', '.join(most)}{' and ' if most else ''}{last} can be used here."


def _free_slug(snapshot: Snapshot) -> str:
    """With which neither the flow nor any of its parts has a name that is taken."""
    taken = {getattr(obj, field, "") for obj in snapshot.objects() for field in ("name", "slug")}
    numbered = (SLUG if number == 1 else f"{SLUG}-{number}" for number in count(1))
    return next(
        slug for slug in numbered if not taken & {slug, *(f"{slug}-{part}" for part in ("number", "countries", "ask"))}
    )
