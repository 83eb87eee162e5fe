"""Stages: what all types have in common, and what authentik's clients expect of some."""

from collections.abc import Sequence
from typing import Any

import msgspec

from watchword.flows.describe import DEFAULT_BACKGROUND
from watchword.flows.stage import Stage
from watchword.model.flow import Flow
from watchword.stages.authenticator_validate.stage import AuthenticatorValidateStage
from watchword.stages.identification import IdentificationStage
from watchword.web.api.call import Call
from watchword.web.api.relations import binding_model_pk
from watchword.web.api.shapes import Uuid, described_as
from watchword.web.api.views.fields import Named, fields_shown, named, relations_of, reveals

FLOWS = "/api/v3/flows/instances"


class FlowSet(msgspec.Struct, kw_only=True):
    """A flow, as the stages in it name it."""

    pk: Uuid
    policybindingmodel_ptr_id: Uuid
    name: str
    slug: str
    title: str
    designation: str
    background_url: str
    policy_engine_mode: str
    compatibility_mode: bool
    export_url: str
    layout: str
    denied_action: str


class StageMore(Named, kw_only=True):
    flow_set: list[FlowSet]


class IdentificationMore(StageMore, kw_only=True):
    """Watchword has neither kind of stage."""

    captcha_stage: Uuid | None
    webauthn_stage: Uuid | None


class ValidateMore(StageMore, kw_only=True):
    """Watchword knows no WebAuthn devices."""

    webauthn_allowed_device_types_obj: list[dict[str, Any]]


@described_as("Stage")
class StageView(StageMore, kw_only=True):
    """A stage of any type."""

    pk: Uuid
    name: str


MORE: dict[type[Stage], type[StageMore]] = {
    IdentificationStage: IdentificationMore,
    AuthenticatorValidateStage: ValidateMore,
}
"""What the answers of a type have beside its fields, where it is more than `StageMore`."""

_EMPTY: dict[type[StageMore], dict[str, Any]] = {
    StageMore: {},
    IdentificationMore: {"captcha_stage": None, "webauthn_stage": None},
    ValidateMore: {"webauthn_allowed_device_types_obj": []},
}


def flow_set(flow: Flow) -> dict[str, Any]:
    return {
        "pk": flow.pk,
        "policybindingmodel_ptr_id": binding_model_pk(flow.pk),
        "name": flow.name,
        "slug": flow.slug,
        "title": flow.title,
        "designation": flow.designation,
        "background_url": flow.background or DEFAULT_BACKGROUND,
        "policy_engine_mode": flow.policy_engine_mode,
        "compatibility_mode": flow.compatibility_mode,
        "export_url": f"{FLOWS}/{flow.slug}/export/",
        "layout": flow.layout,
        "denied_action": flow.denied_action,
    }


def component_of(stage: type[Stage]) -> str:
    return f"ak-stage-{stage.kind}-form"


def _common(call: Call, stage: Stage) -> dict[str, Any]:
    flows = relations_of(call).flows_of_stage.get(stage.pk, [])
    return named(type(stage), component_of(type(stage))) | {"flow_set": [flow_set(flow) for flow in flows]}


def stage_view(call: Call, stage: Stage) -> dict[str, Any]:
    return {"pk": stage.pk, "name": stage.name, **_common(call, stage)}


async def show_any_stages(call: Call, stages: Sequence[Stage]) -> list[dict[str, Any]]:
    return [stage_view(call, stage) for stage in stages]


def stage_shown(call: Call, stage: Stage) -> dict[str, Any]:
    more = _EMPTY[MORE.get(type(stage), StageMore)]
    return {**fields_shown(stage, reveal=reveals(call)), **_common(call, stage), **more}


async def show_stages(call: Call, stages: Sequence[Stage]) -> list[dict[str, Any]]:
    return [stage_shown(call, stage) for stage in stages]
