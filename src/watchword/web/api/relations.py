"""What refers to what, indexed once for each snapshot: lists of objects show it for every line."""

import uuid
from collections import defaultdict
from functools import lru_cache

from watchword.model.flow import Flow, FlowStageBinding
from watchword.model.policy import PolicyBinding
from watchword.model.snapshot import Snapshot
from watchword.stages.prompt import PromptStage

_BINDING_MODEL = uuid.UUID("8c3a1c0e-5a0b-5f0c-9b86-3f5d0d3c7f11")
"""The namespace (RFC 9562, 5.5) of the second uuid that flows and stage bindings have in authentik."""


def binding_model_pk(pk: str) -> str:
    """`policybindingmodel_ptr_id`: always the same for one object, and never its pk."""
    return str(uuid.uuid5(_BINDING_MODEL, pk))


class Relations:
    def __init__(self, snapshot: Snapshot) -> None:
        self.flows_of_stage: dict[str, list[Flow]] = defaultdict(list)
        self.bindings_of_policy: dict[str, list[PolicyBinding]] = defaultdict(list)
        self.stages_of_prompt: dict[str, list[PromptStage]] = defaultdict(list)
        self.stages_of_policy: dict[str, list[PromptStage]] = defaultdict(list)
        self.pk_of_binding_model: dict[str, str] = {}
        for obj in snapshot.objects():
            match obj:
                case Flow():
                    self.pk_of_binding_model[binding_model_pk(obj.pk)] = obj.pk
                case FlowStageBinding():
                    self.pk_of_binding_model[binding_model_pk(obj.pk)] = obj.pk
                    self._place(snapshot, obj)
                case PolicyBinding() if obj.policy:
                    self.bindings_of_policy[obj.policy].append(obj)
                case PromptStage():
                    self._prompt_stage(obj)

    def _place(self, snapshot: Snapshot, binding: FlowStageBinding) -> None:
        flow = snapshot.require(binding.target, Flow)
        if flow not in self.flows_of_stage[binding.stage]:
            self.flows_of_stage[binding.stage].append(flow)

    def _prompt_stage(self, stage: PromptStage) -> None:
        for pk in stage.fields:
            self.stages_of_prompt[pk].append(stage)
        for pk in stage.validation_policies:
            self.stages_of_policy[pk].append(stage)


@lru_cache(maxsize=2)
def relations(snapshot: Snapshot) -> Relations:
    return Relations(snapshot)
