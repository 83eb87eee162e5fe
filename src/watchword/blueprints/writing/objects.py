"""The objects of the configuration as drafts, in an order in which references resolve."""

from collections.abc import Iterator, Mapping
from typing import Any

from watchword.blueprints.writing.draft import Draft, Ref
from watchword.blueprints.writing.variables import Secret, variables
from watchword.blueprints.writing.yaml_text import Tagged
from watchword.model.base import ConfigObject, StageSettings
from watchword.model.fields import fields_of, references
from watchword.model.flow import Flow, FlowStageBinding
from watchword.model.mapping import NotificationWebhookMapping
from watchword.model.policy import ExpressionPolicy, PolicyBinding
from watchword.model.prompt import Prompt

_ORDER: tuple[type[ConfigObject], ...] = (
    Flow,
    Prompt,
    ExpressionPolicy,
    NotificationWebhookMapping,
    StageSettings,
    FlowStageBinding,
    PolicyBinding,
)
"""What is referred to stands before what refers to it: entries are applied in their order."""

_NAMED_BY: dict[str, tuple[str, ...]] = {
    "flow": ("slug",),
    "stage_binding": ("target", "stage", "order"),
    "policy_binding": ("policy", "group", "user", "target", "order"),
}


def config_drafts(parts: Mapping[str, ConfigObject], names: Mapping[Any, str]) -> list[Draft]:
    """`names` are those of the groups and users that are referred to; they and `parts` decide the order."""
    named = variables(parts.values())
    called = dict(names) | {pk: obj.slug if isinstance(obj, Flow) else obj.called for pk, obj in parts.items()}
    for obj in parts.values():
        if isinstance(obj, FlowStageBinding):
            called[obj.pk] = f"{called.get(obj.target, '')}-{obj.order}"
    return [_draft(obj, named, called) for obj in _ordered(parts, called)]


def _ordered(parts: Mapping[str, ConfigObject], called: Mapping[Any, str]) -> Iterator[ConfigObject]:
    """Of each kind by name or place; stages after the stages they refer to."""
    for cls in _ORDER:
        by_name = sorted((obj for obj in parts.values() if isinstance(obj, cls)), key=lambda obj: _rank(obj, called))
        of_kind = {obj.pk: obj for obj in by_name}
        while of_kind:
            ready = [obj for obj in of_kind.values() if not any(pk in of_kind for _, _, pk in references(obj))]
            for obj in ready or list(of_kind.values()):  # none is ready where stages refer to each other
                yield of_kind.pop(obj.pk)


def _rank(obj: ConfigObject, called: Mapping[Any, str]) -> tuple[Any, ...]:
    """The same on every server, whatever the uuids are; these tell apart what nothing else does."""
    if isinstance(obj, FlowStageBinding):
        return called.get(obj.target, ""), obj.order, called.get(obj.stage, ""), obj.pk
    if isinstance(obj, PolicyBinding):
        bound = [called.get(key, "") for key in (obj.policy, obj.group, obj.user)]
        return called.get(obj.target, ""), obj.order, *bound, obj.negate, obj.enabled, obj.pk
    return (called[obj.pk], obj.pk)


def _draft(obj: ConfigObject, named: Mapping[Secret, str], called: Mapping[Any, str]) -> Draft:
    values = {info.name: getattr(obj, info.name) for info in fields_of(type(obj))}
    for info in fields_of(type(obj)):
        value = values[info.name]
        if info.ref or info.row:
            values[info.name] = _referring(value)
        elif variable := named.get(Secret(obj.pk, info.name)):
            values[info.name] = Tagged("!Env", variable)
        elif isinstance(value, tuple):
            values[info.name] = list(value)
    noun = "binding" if isinstance(obj, FlowStageBinding) else obj.family
    return Draft(obj.pk, obj.model, noun, called[obj.pk], _NAMED_BY.get(obj.family, ("name",)), values)


def _referring(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [Ref(key) for key in value]
    return None if value is None else Ref(value)
