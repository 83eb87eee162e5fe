"""What is said of an entry that is left out."""

from collections.abc import Iterator, Mapping
from typing import Any

from watchword.blueprints.document import Entry
from watchword.blueprints.kind import Kind
from watchword.blueprints.problems import BlueprintInvalid, BlueprintProblem
from watchword.blueprints.report import Line
from watchword.blueprints.resolving import Resolver
from watchword.blueprints.tag import LeftOut

_FLOW, _STEP = "authentik_flows.flow", "authentik_flows.flowstagebinding"
_CONSEQUENCES = {
    _STEP: "is there without this step.",
    "authentik_policies.policybinding": "is there without this policy: look whether it may be open like that.",
}
_NAMES = ("name", "slug", "username", "identifier")


def left_out_line(entry: Entry, reason: LeftOut, target: str | None, kinds: Mapping[str, Kind[Any]]) -> Line:
    """With the reason, and with what is there without it; `target` is what it would have been bound to."""
    why = BlueprintProblem(reason.place, reason.message, entry.model)
    return Line("left out", entry.model, _called(entry), (why, *_consequences(entry, target, kinds)))


def target_of(entry: Entry, resolver: Resolver) -> str | None:
    """The pk of what it would have been bound to, where that is there and the entry would bind."""
    if entry.model not in _CONSEQUENCES or entry.state == "absent":
        return None
    try:
        target = resolver.value(entry.values.get("target"), entry.at("target"))
    except (BlueprintInvalid, LeftOut):
        return None
    return target if isinstance(target, str) else None


def _called(entry: Entry) -> str:
    names = (entry.id, *(entry.identifiers.get(field) for field in _NAMES))
    return next((name for name in names if isinstance(name, str)), "")


def _consequences(entry: Entry, target: str | None, kinds: Mapping[str, Kind[Any]]) -> Iterator[BlueprintProblem]:
    if target is None:
        return
    flow = kinds[_FLOW].match({"pk": target})
    if flow is not None or kinds[_STEP].match({"pk": target}) is not None:
        what = f'The flow "{kinds[_FLOW].label(flow)}"' if flow is not None else "The step that it would guard"
        yield BlueprintProblem(entry.place, f"{what} {_CONSEQUENCES[entry.model]}", entry.model)
