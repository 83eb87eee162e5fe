"""A flow with its steps and what decides about them is one thing: it comes as a whole, or not to be used."""

from collections.abc import Iterator, Mapping

import msgspec

from watchword.migration import endpoints
from watchword.migration.drafts import Draft, draft
from watchword.migration.report import Line, left_out
from watchword.migration.room import Room, merge
from watchword.migration.source import Found, Source
from watchword.model.base import ConfigObject
from watchword.model.flow import Flow, FlowStageBinding
from watchword.model.policy import PolicyBinding

KIND = "flow"
LOCKED = (
    "It can be used by superusers alone, as less would hold others back than in authentik: complete it and change "
    "“Who may run it”, or import it with --accept-incomplete."
)
TAKEN = "A flow with this slug is here already, and stays without --overwrite."
NOT_OVER = "It is not complete, so it does not take the place of the one here without --accept-incomplete."
DIFFERS = "It or its steps differ here, and stay so without --overwrite."


class _Unit(msgspec.Struct, kw_only=True):
    """`objects` are the flow and its bindings as they would be here, with the fields that authentik gives."""

    objects: list[tuple[ConfigObject, frozenset[str]]] = []
    weaker: list[str] = []
    lost: list[str] = []


def promise(room: Room, flow: Flow) -> str | None:
    """Where the flow will be, said before it comes, as stages refer to flows; None where its slug is taken."""
    namesake = next((one for one in room.stored.values() if isinstance(one, Flow) and one.slug == flow.slug), None)
    if namesake is not None and namesake.pk != flow.pk and not (room.options.overwrite and flow.pk not in room.stored):
        return None
    here = namesake.pk if namesake is not None else flow.pk
    room.pks[flow.pk] = here
    room.promised.add(here)
    return here


def place_flow(room: Room, source: Source, flow: Draft[Flow]) -> None:
    slug, pk = flow.obj.slug, flow.obj.pk
    if room.pks.get(pk) not in room.promised:
        room.refuse(pk, left_out(KIND, slug, TAKEN))
        return
    unit = _unit(room, source, flow, room.pks[pk])
    room.lines.append(_put(room, unit, flow, slug))


def _put(room: Room, unit: _Unit, flow: Draft[Flow], slug: str) -> Line:
    here = {obj.pk: obj for obj in _unit_here(room.stored, room.pks[flow.obj.pk])}
    locked = bool(unit.weaker) and not room.options.accept_incomplete
    if locked:
        first, given = unit.objects[0]
        unit.objects[0] = msgspec.structs.replace(first, authentication="require_superuser"), given
    merged = {obj.pk: merge(here.get(obj.pk), obj, given) for obj, given in unit.objects}
    why, notes = (*unit.weaker, *unit.lost), tuple(flow.notes)
    if merged == here:
        return Line(kind=KIND, label=slug, fate="unchanged", why=(*why, LOCKED) if locked else why, notes=notes)
    if here and not room.options.overwrite:
        return Line(kind=KIND, label=slug, fate="kept", why=(DIFFERS, *why), notes=notes)
    if here and locked:
        return Line(kind=KIND, label=slug, fate="kept", why=(NOT_OVER, *why), notes=notes)
    for pk in here:
        room.now.pop(pk, None)
    room.now.update(merged)
    why = (*why, LOCKED) if locked else why
    return Line(kind=KIND, label=slug, fate="updated" if here else "created", why=why, notes=notes)


def _unit_here(stored: Mapping[str, ConfigObject], pk: str) -> Iterator[ConfigObject]:
    flow = stored.get(pk)
    if flow is None:
        return
    yield flow
    steps = [obj for obj in stored.values() if isinstance(obj, FlowStageBinding) and obj.target == pk]
    yield from steps
    targets = {pk, *(step.pk for step in steps)}
    yield from (obj for obj in stored.values() if isinstance(obj, PolicyBinding) and obj.target in targets)


def _unit(room: Room, source: Source, flow: Draft[Flow], here: str) -> _Unit:
    unit = _Unit(lost=list(flow.lost), weaker=list(flow.weaker))
    unit.objects.append((msgspec.structs.replace(flow.obj, pk=here), flow.given))
    targets = {flow.obj.pk: here}
    for found in source.of(endpoints.STAGE_BINDING):
        if _is(found.get("target"), flow.obj.pk):
            step = _step(room, unit, found, here)
            targets |= {step: step} if step else {}
    for found in source.of(endpoints.POLICY_BINDING):
        target = found.get("target")
        if isinstance(target, str) and target.lower() in targets:
            _condition(room, unit, found, targets[target.lower()])
    return unit


def _is(value: object, pk: str) -> bool:
    return isinstance(value, str) and value.lower() == pk


def _step(room: Room, unit: _Unit, found: Found, flow: str) -> str | None:
    """The binding's uuid where the step came."""
    made = draft(FlowStageBinding, found)
    if isinstance(made, Line):
        unit.weaker.append(f"A step is missing: {' '.join(made.why)}")
        return None
    stage = room.real(made.obj.stage, "stage")
    if stage is None:
        unit.weaker.append(f"The step at {made.obj.order} is missing: {room.why(made.obj.stage)}")
        return None
    if _belongs_elsewhere(room, made.obj.pk, flow):
        unit.weaker.append(f"The step at {made.obj.order} is missing: another flow here has its uuid.")
        return None
    unit.objects.append((msgspec.structs.replace(made.obj, target=flow, stage=stage), made.given))
    unit.weaker += [f"{room.now[stage].called}: {said}" for said in room.weak.get(stage, ())]
    return made.obj.pk


def _condition(room: Room, unit: _Unit, found: Found, target: str) -> None:
    """A policy, group or user that decides about the flow or one of its steps."""
    made = draft(PolicyBinding, found)
    weaker = unit.weaker if found.get("enabled", True) else unit.lost
    if isinstance(made, Line):
        weaker.append(f"A condition is missing: {' '.join(made.why)}")
        return
    bound = made.obj
    policy = room.real(bound.policy, "policy") if bound.policy else None
    group = room.group(bound.group) if bound.group else None
    user = room.user(bound.user) if bound.user else None
    if not (policy or group or user):
        what = room.why(bound.policy) if bound.policy else "the group or user that it names is not here."
        weaker.append(f"The condition at {bound.order} is missing: {what}")
        return
    if _belongs_elsewhere(room, bound.pk, target):
        weaker.append(f"The condition at {bound.order} is missing: something else here has its uuid.")
        return
    bound = msgspec.structs.replace(bound, target=target, policy=policy, group=group, user=user)
    unit.objects.append((bound, made.given))
    if policy:
        weaker += [f"{room.now[policy].called}: {said}" for said in room.weak.get(policy, ())]


def _belongs_elsewhere(room: Room, pk: str, target: str) -> bool:
    here = room.stored.get(pk)
    return here is not None and getattr(here, "target", None) != target
