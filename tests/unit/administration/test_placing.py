"""Stages in flows: placed, moved one up or down, and put in an order, with history and events."""

from collections.abc import Callable

import msgspec
import pytest

from tests.unit.engine.engine import Engine
from watchword.administration.author import Author
from watchword.administration.placing import HIGHEST, STEP, move_step, order_steps, place_stage
from watchword.errors import FieldsInvalid, NotFound, PreconditionFailed
from watchword.model.flow import Flow, FlowStageBinding
from watchword.stages.deny import DenyStage
from watchword.storage.config import list_revisions
from watchword.storage.events import list_events
from watchword.storage.users import create_user

NAMES = ("first", "second", "third")

Change = Callable[[list[str]], list[str]]


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


def names(engine: Engine, flow: Flow) -> list[str]:
    return [name for name, _ in steps(engine, flow)]


def pks(engine: Engine, flow: Flow, *wanted: str) -> list[str]:
    return [step(engine, flow, name).pk for name in wanted]


@pytest.mark.parametrize(("before", "expected"), [("first", 0), ("second", 1), ("third", 2), ("", 3)])
async def test_a_stage_takes_the_place_that_was_chosen(
    engine: Engine, flow: Flow, by: Author, before: str, expected: int
) -> None:
    stage = DenyStage(name="fourth")
    await engine.install([stage])
    there = step(engine, flow, before).pk if before else ""
    placed = await place_stage(engine.services, flow.pk, stage.pk, before=there, by=by)
    assert names(engine, flow).index("fourth") == expected
    assert [order for _, order in steps(engine, flow)] == [STEP, 2 * STEP, 3 * STEP, 4 * STEP]
    last = (await engine.services.database.read(list_revisions))[0]
    assert (last.author, last.summary) == ("ada", "Placed “fourth” in Flow “flow”")
    event = (await engine.services.database.read(list_events))[0]
    assert (event.action, event.context["model"]["pk"]) == ("model_created", placed.pk)


async def test_where_there_is_no_number_left_the_steps_are_counted_anew(engine: Engine, flow: Flow, by: Author) -> None:
    third = step(engine, flow, "third")
    await engine.install([msgspec.structs.replace(third, order=HIGHEST)])
    await place_stage(engine.services, flow.pk, third.stage, by=by)
    assert steps(engine, flow) == [("first", STEP), ("second", 2 * STEP), ("third", 3 * STEP), ("third", 4 * STEP)]


async def test_a_step_that_is_gone_is_no_place(engine: Engine, flow: Flow, by: Author) -> None:
    other = Flow(name="other", slug="other", title="Other", designation="authentication")
    await engine.install([other])
    stage = step(engine, flow, "first").stage
    with pytest.raises(NotFound):
        await place_stage(engine.services, other.pk, stage, before=step(engine, flow, "first").pk, by=by)
    assert steps(engine, other) == []


async def test_all_steps_are_put_in_order_by_one_change(engine: Engine, flow: Flow, by: Author) -> None:
    seen, wanted = pks(engine, flow, *NAMES), pks(engine, flow, "third", "first", "second")
    before = len(await engine.services.database.read(list_revisions))
    await order_steps(engine.services, flow.pk, wanted, seen=seen, by=by)
    assert steps(engine, flow) == [("third", STEP), ("first", 2 * STEP), ("second", 3 * STEP)]
    revisions = await engine.services.database.read(list_revisions)
    assert len(revisions) == before + 1
    assert (revisions[0].author, revisions[0].summary) == ("ada", "Changed the order of the steps of Flow “flow”")
    events = [one for one in await engine.services.database.read(list_events) if one.action == "model_updated"]
    assert {event.context["model"]["pk"] for event in events} == set(wanted)


async def test_an_order_that_is_the_same_leaves_no_trace(engine: Engine, flow: Flow, by: Author) -> None:
    seen = pks(engine, flow, *NAMES)
    before = await engine.services.database.read(list_revisions), await engine.services.database.read(list_events)
    await order_steps(engine.services, flow.pk, seen, seen=seen, by=by)
    await move_step(engine.services, flow.pk, seen[0], -1, by=by)
    after = await engine.services.database.read(list_revisions), await engine.services.database.read(list_events)
    assert after == before


async def test_whoever_orders_second_is_told_and_the_first_order_stays(engine: Engine, flow: Flow, by: Author) -> None:
    seen = pks(engine, flow, *NAMES)
    await order_steps(engine.services, flow.pk, [seen[2], seen[0], seen[1]], seen=seen, by=by)
    with pytest.raises(PreconditionFailed):
        await order_steps(engine.services, flow.pk, [seen[1], seen[0], seen[2]], seen=seen, by=by)
    assert names(engine, flow) == ["third", "first", "second"]
    added = await place_stage(engine.services, flow.pk, step(engine, flow, "first").stage, by=by)
    present = pks(engine, flow, "third", "first", "second")
    with pytest.raises(PreconditionFailed):
        await order_steps(engine.services, flow.pk, present[::-1], seen=present, by=by)
    assert engine.services.configuration.snapshot.stage_bindings(flow.pk)[-1] == added


@pytest.mark.parametrize("change", [lambda pks: pks[:2], lambda pks: [*pks, pks[0]], lambda pks: [*pks[:2], "x"]])
async def test_an_order_has_each_step_once(engine: Engine, flow: Flow, by: Author, change: Change) -> None:
    seen = pks(engine, flow, *NAMES)
    with pytest.raises(FieldsInvalid):
        await order_steps(engine.services, flow.pk, change(seen), seen=seen, by=by)
    with pytest.raises(FieldsInvalid):
        await order_steps(engine.services, flow.pk, [*seen, seen[0]], seen=[*seen, seen[0]], by=by)
    with pytest.raises(NotFound):
        await order_steps(engine.services, "6ba7b810-9dad-11d1-80b4-00c04fd430c8", seen, seen=seen, by=by)
    assert names(engine, flow) == list(NAMES)
