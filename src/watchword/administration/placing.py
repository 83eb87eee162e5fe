"""Stages in flows: placed, moved up or down, and put in a new order."""

from collections.abc import Callable, Sequence

import msgspec
from sqlalchemy import Connection

from watchword.administration.author import Author
from watchword.administration.notes import note
from watchword.administration.objects import subject_of
from watchword.errors import FieldsInvalid, NotFound, PreconditionFailed
from watchword.flows.configuration import Changes
from watchword.flows.services import Services
from watchword.model.base import ConfigObject, StageSettings
from watchword.model.flow import Flow, FlowStageBinding
from watchword.model.snapshot import Snapshot

STEP = 10
"""Between the orders of two steps, so that scripts can put something between them."""

HIGHEST = 2**31 - 1
"""That an order can be."""

Steps = Sequence[FlowStageBinding]


async def place_stage(
    services: Services, flow_pk: str, stage_pk: str, *, by: Author, before: str = ""
) -> FlowStageBinding:
    """Before another step of the flow, or as its last. Raises `FieldsInvalid` where there is no such flow or stage, and
    `NotFound` where there is no such step.
    """
    now = services.clock()
    made = FlowStageBinding(target=flow_pk, stage=stage_pk, order=0)

    def changes(snapshot: Snapshot) -> Changes:
        flow, stage = snapshot.get(flow_pk, Flow), snapshot.get(stage_pk, StageSettings)
        if flow is None or stage is None:
            field, pk = ("stage", stage_pk) if flow else ("target", flow_pk)
            raise FieldsInvalid({field: [f'Invalid pk "{pk}" - object does not exist.']})
        put = _inserted(snapshot.stage_bindings(flow_pk), made, before)

        def work(conn: Connection) -> None:
            note(conn, "model_created", subject_of(made), by, now)

        return Changes(put, [], f"Placed “{stage.called}” in {flow.verbose_name} “{flow.called}”", work)

    snapshot = await services.configuration.change(changes, author=by.name, now=now)
    return snapshot.require(made.pk, FlowStageBinding)


def _inserted(steps: Steps, made: FlowStageBinding, before: str) -> list[ConfigObject]:
    """What that changes: at the end nothing but the new step, elsewhere the orders of the others too."""
    last = max((step.order for step in steps), default=0)
    if not before and last <= HIGHEST - STEP:
        return [msgspec.structs.replace(made, order=last + STEP)]
    at = _place(steps, before) if before else len(steps)
    return _renumbered([*steps[:at], made, *steps[at:]])


async def move_step(services: Services, flow_pk: str, binding_pk: str, places: int, *, by: Author) -> None:
    """`places` later, or earlier where it is negative; as far as there are steps. Raises `NotFound`."""

    def moved(steps: Steps) -> tuple[Steps, Steps]:
        at = _place(steps, binding_pk)
        step = steps[at]
        others = [*steps[:at], *steps[at + 1 :]]
        to = min(max(at + places, 0), len(others))
        return [*others[:to], step, *others[to:]], [step]

    await _reorder(services, flow_pk, moved, by)


async def order_steps(
    services: Services, flow_pk: str, order: Sequence[str], *, seen: Sequence[str], by: Author
) -> None:
    """All steps of a flow, by uuid, in the order that they are to have; `seen` is the one that it was made of.

    Raises `NotFound`; `FieldsInvalid` where `order` has other steps than `seen`, or one twice; `PreconditionFailed`
    where somebody else changed the steps since they were seen.
    """
    if sorted(order) != sorted(set(seen)):
        raise FieldsInvalid({"order": ["Each step of the flow must stand in it once."]})

    def ordered(steps: Steps) -> tuple[Steps, Steps]:
        if [step.pk for step in steps] != list(seen):
            raise PreconditionFailed
        by_pk = {step.pk: step for step in steps}
        after = [by_pk[pk] for pk in order]
        return after, [step for step, other in zip(after, steps, strict=True) if step is not other]

    await _reorder(services, flow_pk, ordered, by)


async def _reorder(services: Services, flow_pk: str, make: Callable[[Steps], tuple[Steps, Steps]], by: Author) -> None:
    """In one change. `make` gives the steps in their new order, and those of them that events are left of."""
    now = services.clock()

    def changes(snapshot: Snapshot) -> Changes:
        flow, before = snapshot.get(flow_pk, Flow), snapshot.stage_bindings(flow_pk)
        if flow is None:
            raise NotFound("There is no such flow. It may have been deleted.")
        after, moved = make(before)
        if list(after) == list(before):
            return Changes([], [], "")

        def work(conn: Connection) -> None:
            for step in moved:
                note(conn, "model_updated", subject_of(step), by, now, ["order"])

        summary = "Moved a step" if len(moved) == 1 else "Changed the order of the steps"
        return Changes(_renumbered(after), [], f"{summary} of {flow.verbose_name} “{flow.called}”", work)

    await services.configuration.change(changes, author=by.name, now=now)


def _place(steps: Steps, pk: str) -> int:
    """Raises `NotFound`."""
    place = next((place for place, step in enumerate(steps) if step.pk == pk), None)
    if place is None:
        raise NotFound("There is no such step. It may have been removed.")
    return place


def _renumbered(steps: Steps) -> list[ConfigObject]:
    return [
        msgspec.structs.replace(step, order=order)
        for step, order in zip(steps, range(STEP, STEP * (len(steps) + 1), STEP), strict=True)
    ]
