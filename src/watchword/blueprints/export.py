"""A flow as a blueprint: with everything it is made of, and without its secrets."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

import yaml

from watchword.model.base import ConfigObject, StageSettings
from watchword.model.fields import fields_of, references, secret_fields
from watchword.model.flow import Flow, FlowStageBinding
from watchword.model.mapping import NotificationWebhookMapping
from watchword.model.policy import ExpressionPolicy, PolicyBinding
from watchword.model.prompt import Prompt
from watchword.model.snapshot import Snapshot

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


class _Tagged(NamedTuple):
    tag: str
    value: Any


class _Dumper(yaml.SafeDumper):
    """Writes every value out: anchors would have to be followed by whoever reads the file."""

    def ignore_aliases(self, _: Any) -> bool:
        return True


def _represent(dumper: yaml.SafeDumper, tagged: _Tagged) -> yaml.Node:
    if isinstance(tagged.value, str):
        return dumper.represent_scalar(tagged.tag, tagged.value)
    return dumper.represent_sequence(tagged.tag, tagged.value, flow_style=True)


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    """Expressions stand in their own lines, as they were written; what else ends a line in YAML is escaped."""
    style = '"' if _LINE_ENDS & set(text) else "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_LINE_ENDS = frozenset("\r\x85\u2028\u2029")


_Dumper.add_representer(_Tagged, _represent)
_Dumper.add_representer(str, _represent_text)


def export_flow(snapshot: Snapshot, flow: Flow, *, now: datetime) -> str:
    """YAML that makes the same flow again. A secret is a reference to the environment (`!Env`); other flows that it
    leads to are found by their slugs, and groups and users keep the ids they have here.
    """
    parts = _parts(snapshot, flow)
    blueprint = {
        "version": 1,
        "metadata": {
            "name": f"Watchword export of {flow.slug}, {now:%Y-%m-%d %H:%M:%S} UTC",
            "labels": {"blueprints.goauthentik.io/generated": "true"},
        },
        "context": {},
        "entries": [_entry(snapshot, obj, parts) for obj in _ordered(parts)],
    }
    return yaml.dump(blueprint, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)


def _parts(snapshot: Snapshot, flow: Flow) -> dict[str, ConfigObject]:
    """The flow, its bindings, and what these refer to; other flows are left out."""
    found: dict[str, ConfigObject] = {}
    waiting: list[ConfigObject] = [flow, *snapshot.stage_bindings(flow.pk)]
    waiting += [bound for obj in list(waiting) for bound in snapshot.policy_bindings(obj.pk)]
    while waiting:
        obj = waiting.pop(0)
        if obj.pk in found:
            continue
        found[obj.pk] = obj
        targets = (snapshot.get(pk, ConfigObject) for _, _, pk in references(obj))
        waiting += [target for target in targets if target is not None and not isinstance(target, Flow)]
    return found


def _ordered(parts: dict[str, ConfigObject]) -> Iterator[ConfigObject]:
    """Of each kind in its place; stages after the stages they refer to."""
    for cls in _ORDER:
        of_kind = {obj.pk: obj for obj in parts.values() if isinstance(obj, cls)}
        while of_kind:
            ready = [obj for obj in of_kind.values() if not any(pk in of_kind for _, _, pk in references(obj))]
            for obj in ready or list(of_kind.values()):  # none is ready where stages refer to each other
                yield of_kind.pop(obj.pk)


def _entry(snapshot: Snapshot, obj: ConfigObject, parts: dict[str, ConfigObject]) -> dict[str, Any]:
    named_by = _NAMED_BY.get(obj.family, ("name",))
    values = {info.name: _value(snapshot, obj, info.name, parts) for info in fields_of(type(obj))}
    for name in (info.name for info in fields_of(type(obj)) if info.secret and values[info.name]):
        values[name] = _Tagged("!Env", _variable(obj, name, parts.values()))
    return {
        "model": obj.model,
        "state": "present",
        "conditions": [],
        "identifiers": {"pk": obj.pk} | {name: values[name] for name in named_by if values[name] is not None},
        "attrs": {name: value for name, value in values.items() if name not in named_by},
        "permissions": [],
    }


def _value(snapshot: Snapshot, obj: ConfigObject, name: str, parts: dict[str, ConfigObject]) -> Any:
    value = getattr(obj, name)
    outside = snapshot.get(value, Flow) if isinstance(value, str) and value not in parts else None
    if outside is not None and any(field == name for field, _, _ in references(obj)):
        return _Tagged("!Find", [outside.model, ["slug", outside.slug]])
    return list(value) if isinstance(value, tuple) else value


def _variable(obj: ConfigObject, field: str, parts: Iterable[ConfigObject]) -> str:
    """As `BLUEPRINT_SECRET_SMS_AUTH`, with the beginning of its uuid where another one would have the same."""
    plain = _plain(obj)
    alike = any(other.pk != obj.pk and _plain(other) == plain for other in parts if secret_fields(type(other)))
    owner = f"{plain}_{obj.pk[:8].upper()}" if alike else plain
    return "_".join(part for part in ("BLUEPRINT_SECRET", owner.strip("_"), field.upper()) if part)


def _plain(obj: ConfigObject) -> str:
    return re.sub(r"[^A-Z0-9]+", "_", obj.called.upper()).strip("_")
