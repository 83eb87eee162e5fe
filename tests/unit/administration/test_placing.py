"""Stages in flows: placed at the end, moved one up or down, with history and an event."""

import pytest

from tests.unit.engine.engine import Engine
from watchword.administration.author import Author
from watchword.administration.placing import STEP, move_step, place_stage
from watchword.errors import FieldsInvalid, NotFound
from watchword.model.flow import Flow, FlowStageBinding
from watchword.stages.deny import DenyStage
from watchword.storage.config import list_revisions
from watchword.storage.events import list_events
from watchword.storage.users import create_user

NAMES = ("first", "second", "third")


@pytest.fixture
async def by(engine: Engine) -> Author:
    services = engine.services
    return Author(await services.database.run(create_user, username="ada", now=services.clock()))


@pytest.fixture
async def flow(engine: Engine, by: Author) -> Flow:
    """With three steps."""
    made = Flow(name="flow", slug="flow", title="Flow", designation="authentication")
    stages = [DenyStage(name=name) for name in NAMES]
    await engine.install([made, *stages])
    for stage in stages:
        await place_stage(engine.services, made.pk, stage.pk, by=by)
    return made


def steps(engine: Engine, flow: Flow) -> list[tuple[str, int]]:
    snapshot = engine.services.configuration.snapshot
    return [
        (snapshot.require(binding.stage, DenyStage).name, binding.order) for binding in snapshot.stage_bindings(flow.pk)
    ]


def step(engine: Engine, flow: Flow, name: str) -> FlowStageBinding:
    snapshot = engine.services.configuration.snapshot
    return next(one for one in snapshot.stage_bindings(flow.pk) if snapshot.require(one.stage, DenyStage).name == name)


async def test_a_stage_becomes_the_last_step(engine: Engine, flow: Flow) -> None:
    assert steps(engine, flow) == [("first", STEP), ("second", 2 * STEP), ("third", 3 * STEP)]


@pytest.mark.parametrize(
    ("name", "places", "expected"),
    [
        ("first", 1, ["second", "first", "third"]),
        ("third", -1, ["first", "third", "second"]),
        ("third", -2, ["third", "first", "second"]),
        ("first", -1, ["first", "second", "third"]),
        ("third", 9, ["first", "second", "third"]),
    ],
)
async def test_a_step_moves_as_far_as_there_are_steps(
    engine: Engine, flow: Flow, by: Author, name: str, places: int, expected: list[str]
) -> None:
    await move_step(engine.services, flow.pk, step(engine, flow, name).pk, places, by=by)
    assert steps(engine, flow) == [(one, STEP * place) for place, one in enumerate(expected, 1)]


async def test_a_move_is_in_the_history_and_in_the_audit_trail(engine: Engine, flow: Flow, by: Author) -> None:
    moved = step(engine, flow, "first")
    await move_step(engine.services, flow.pk, moved.pk, 1, by=by)
    last = (await engine.services.database.read(list_revisions))[0]
    assert (last.author, last.summary) == ("ada", "Moved a step of Flow “flow”")
    event = (await engine.services.database.read(list_events))[0]
    assert (event.action, event.username, event.context["model"]["pk"]) == ("model_updated", "ada", moved.pk)
    assert event.context["fields"] == ["order"]


async def test_what_is_not_there_is_neither_moved_nor_placed(engine: Engine, flow: Flow, by: Author) -> None:
    nowhere = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"
    before = steps(engine, flow)
    with pytest.raises(NotFound):
        await move_step(engine.services, flow.pk, nowhere, 1, by=by)
    with pytest.raises(NotFound):
        await move_step(engine.services, nowhere, step(engine, flow, "first").pk, 1, by=by)
    with pytest.raises(FieldsInvalid):
        await place_stage(engine.services, flow.pk, nowhere, by=by)
    assert steps(engine, flow) == before
