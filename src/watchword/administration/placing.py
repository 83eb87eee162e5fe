"""Stages in flows: placed, and moved up or down."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection

from watchword.administration.author import Author
from watchword.administration.notes import note
from watchword.administration.objects import create_object, subject_of
from watchword.errors import NotFound
from watchword.flows.configuration import Changes
from watchword.flows.services import Services
from watchword.model.base import ConfigObject
from watchword.model.flow import Flow, FlowStageBinding
from watchword.model.snapshot import Snapshot

STEP = 10
"""Between the orders of two steps, so that scripts can put something between them."""


async def place_stage(services: Services, flow_pk: str, stage_pk: str, *, by: Author) -> FlowStageBinding:
    """As the flow's last step. Raises `FieldsInvalid` where there is no such flow or stage."""
    orders = [binding.order for binding in services.configuration.snapshot.stage_bindings(flow_pk)]
    values = {"target": flow_pk, "stage": stage_pk, "order": max(orders, default=0) + STEP}
    return await create_object(services, FlowStageBinding, values, by=by)


async def move_step(services: Services, flow_pk: str, binding_pk: str, places: int, *, by: Author) -> None:
    """`places` later, or earlier where it is negative; as far as there are steps. Raises `NotFound`."""

    now = services.clock()

    def changes(snapshot: Snapshot) -> Changes:
        flow = snapshot.get(flow_pk, Flow)
        steps = list(snapshot.stage_bindings(flow_pk))
        at = next((place for place, step in enumerate(steps) if step.pk == binding_pk), None)
        if flow is None or at is None:
            raise NotFound("There is no such step. It may have been removed.")
        moved = steps.pop(at)
        steps.insert(min(max(at + places, 0), len(steps)), moved)

        def work(conn: Connection) -> None:
            note(conn, "model_updated", subject_of(moved), by, now, ["order"])

        return Changes(_renumbered(steps), [], f"Moved a step of {flow.verbose_name} “{flow.called}”", work)

    await services.configuration.change(changes, author=by.name, now=now)


def _renumbered(steps: Sequence[FlowStageBinding]) -> list[ConfigObject]:
    return [
        msgspec.structs.replace(step, order=order)
        for step, order in zip(steps, range(STEP, STEP * (len(steps) + 1), STEP), strict=True)
    ]
