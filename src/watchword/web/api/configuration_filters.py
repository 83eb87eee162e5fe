"""Filters that no field makes by itself: by what refers to an object, and by authentik's second uuids."""

from collections.abc import Callable
from typing import Any

from watchword.errors import FieldsInvalid
from watchword.model.flow import FlowStageBinding
from watchword.model.mapping import NotificationWebhookMapping
from watchword.model.policy import ExpressionPolicy, PolicyBinding
from watchword.web.api.call import Call, read_flag
from watchword.web.api.filtering import FLAG_SCHEMA, UUID_SCHEMA, UUIDS_SCHEMA, read_uuid
from watchword.web.api.operation import Parameter, or_empty
from watchword.web.api.relations import binding_model_pk
from watchword.web.api.views.fields import relations_of

Passes = Callable[[Any], bool]

Filter = tuple[Parameter, Callable[[Call, str, str], Passes]]
"""A parameter, and what makes a test of its name and its text; raises `FieldsInvalid` where it is none."""


def concrete(call: Call, pk: str) -> str:
    """The pk of what is meant by either of a flow's, or a stage binding's, two uuids."""
    return relations_of(call).pk_of_binding_model.get(pk.lower(), pk)


def _read(name: str, read: Callable[[str], Any], text: str) -> Any:
    try:
        return read(text)
    except ValueError as error:
        raise FieldsInvalid({name: [str(error)]}) from None


def _by_binding_model(_: Call, name: str, text: str) -> Passes:
    wanted: str = _read(name, read_uuid, text)

    def passes(binding: FlowStageBinding) -> bool:
        return binding_model_pk(binding.pk) == wanted

    return passes


def _has_policy(call: Call, name: str, text: str) -> Passes:
    wanted, snapshot = _read(name, read_uuid, text), call.services.configuration.snapshot

    def passes(binding: FlowStageBinding) -> bool:
        return any(one.policy == wanted for one in snapshot.policy_bindings(binding.pk))

    return passes


def _targets(call: Call, name: str, text: str) -> Passes:
    wanted = {concrete(call, _read(name, read_uuid, part)) for part in text.split(",")}

    def passes(binding: PolicyBinding) -> bool:
        return binding.target in wanted

    return passes


def _without_policy(_: Call, name: str, text: str) -> Passes:
    wanted = _read(name, read_flag, text)

    def passes(binding: PolicyBinding) -> bool:
        return (binding.policy is None) is wanted

    return passes


def _unbound(call: Call, name: str, text: str) -> Passes:
    wanted, bindings = _read(name, read_flag, text), relations_of(call).bindings_of_policy

    def passes(policy: ExpressionPolicy) -> bool:
        return (not bindings.get(policy.pk)) is wanted

    return passes


def _in_no_prompt_stage(call: Call, name: str, text: str) -> Passes:
    wanted, stages = _read(name, read_flag, text), relations_of(call).stages_of_policy

    def passes(policy: ExpressionPolicy) -> bool:
        return (not stages.get(policy.pk)) is wanted

    return passes


def _managed(_: Call, __: str, ___: str) -> Passes:
    def passes(_: NotificationWebhookMapping) -> bool:
        return False  # none of Watchword's mappings is kept by anything else

    return passes


def _unmanaged(_: Call, name: str, text: str) -> Passes:
    wanted: bool = _read(name, read_flag, text)

    def passes(_: NotificationWebhookMapping) -> bool:
        return wanted

    return passes


_UUID, _UUIDS, _FLAG = or_empty(UUID_SCHEMA), or_empty(UUIDS_SCHEMA), or_empty(FLAG_SCHEMA)

BINDING_FILTERS: tuple[Filter, ...] = (
    (Parameter(name="pbm_uuid", schema=_UUID), _by_binding_model),
    (Parameter(name="policies", schema=_UUID), _has_policy),
)
POLICY_BINDING_FILTERS: tuple[Filter, ...] = (
    (Parameter(name="target", schema=_UUID, help="A policybindingmodel_ptr_id, or the pk itself."), _targets),
    (
        Parameter(name="target_in", schema=_UUIDS, help="The same, several with commas between."),
        _targets,
    ),
    (Parameter(name="policy__isnull", schema=_FLAG), _without_policy),
)
POLICY_FILTERS: tuple[Filter, ...] = (
    (Parameter(name="bindings__isnull", schema=_FLAG), _unbound),
    (Parameter(name="promptstage__isnull", schema=_FLAG), _in_no_prompt_stage),
)
MAPPING_FILTERS: tuple[Filter, ...] = (
    (Parameter(name="managed"), _managed),
    (Parameter(name="managed__isnull", schema=_FLAG), _unmanaged),
)
