"""Flows, and the bindings of stages."""

from collections.abc import Sequence
from typing import Any

import msgspec

from watchword.flows.describe import DEFAULT_BACKGROUND
from watchword.flows.stage import Stage
from watchword.model.flow import Flow, FlowStageBinding
from watchword.web.api.call import Call
from watchword.web.api.relations import binding_model_pk
from watchword.web.api.shapes import Uuid
from watchword.web.api.views.fields import fields_shown
from watchword.web.api.views.stage import StageView, flow_set, stage_view


class FlowMore(msgspec.Struct, kw_only=True):
    policybindingmodel_ptr_id: Uuid
    background_url: str
    background_themed_urls: dict[str, str] | None
    stages: list[Uuid]
    policies: list[Uuid]
    cache_count: int
    export_url: str


class BindingMore(msgspec.Struct, kw_only=True):
    policybindingmodel_ptr_id: Uuid
    stage_obj: StageView


async def show_flows(call: Call, flows: Sequence[Flow]) -> list[dict[str, Any]]:
    snapshot = call.services.configuration.snapshot
    return [
        {
            **fields_shown(flow),
            **flow_set(flow),
            "background": flow.background or DEFAULT_BACKGROUND,
            "background_themed_urls": None,
            "stages": list(dict.fromkeys(binding.stage for binding in snapshot.stage_bindings(flow.pk))),
            "policies": [binding.policy for binding in snapshot.policy_bindings(flow.pk) if binding.policy],
            "cache_count": 0,
        }
        for flow in flows
    ]


async def show_bindings(call: Call, bindings: Sequence[FlowStageBinding]) -> list[dict[str, Any]]:
    snapshot = call.services.configuration.snapshot
    return [
        {
            **fields_shown(binding),
            "policybindingmodel_ptr_id": binding_model_pk(binding.pk),
            "stage_obj": stage_view(call, snapshot.require(binding.stage, Stage)),
        }
        for binding in bindings
    ]
