"""What an answer that is not valid leads to: the binding asks again, or the flow begins anew."""

from typing import Any

import pytest

from tests.people import OWNER
from tests.unit.engine.engine import Engine
from tests.unit.engine.flows import asks, asks_password, flow, guard, identifies, prompt, sms
from tests.unit.engine.visitor import Shown, Visitor, denied, ended, problem, sentence

FIRST = asks(prompt("a"), name="one")


async def at_the_second_step(engine: Engine, visitor: Visitor, action: str) -> str:
    """Returns the id of the execution."""
    second = asks(prompt("b", "number"), name="two").bound(invalid_response_action=action)
    await engine.install(flow(FIRST, second))
    await visitor.start()
    assert field(await visitor.answer(a="typed"))["field_key"] == "b"
    return (await engine.execution(visitor)).id


def field(shown: Shown) -> dict[str, Any]:
    (only,) = shown["fields"]
    return dict(only)


async def test_the_step_is_asked_again_in_the_same_run(engine: Engine, owner: Visitor) -> None:
    before = await at_the_second_step(engine, owner, "retry")
    shown = await owner.answer(b="many")
    assert (field(shown)["field_key"], problem(shown)) == ("b", ("b", "invalid"))
    assert (await engine.execution(owner)).id == before
    assert ended(await owner.answer(b="5"))


@pytest.mark.parametrize(("action", "kept"), [("restart", ""), ("restart_with_context", "typed")])
async def test_the_flow_begins_anew_with_or_without_what_was_answered(
    engine: Engine, owner: Visitor, action: str, kept: str
) -> None:
    before = await at_the_second_step(engine, owner, action)
    shown = await owner.answer(b="many")
    assert (field(shown)["field_key"], field(shown)["initial_value"]) == ("a", kept)
    assert problem(shown) == ("non_field_errors", "invalid"), "what was wrong is told on the first step"
    assert sentence(shown) == "A valid integer is required."
    after = await engine.execution(owner)
    assert (after.id != before, after.context.prompt_data.get("a", "")) == (True, kept)
    assert await engine.count("execution") == 1


async def test_a_restart_plans_anew_and_keeps_where_the_visitor_goes(engine: Engine, owner: Visitor) -> None:
    owner.next = "/next"
    await at_the_second_step(engine, owner, "restart")
    owner.next = ""
    await owner.answer(b="many")
    await owner.answer(a="x")
    assert ended(await owner.answer(b="5"), "/next")


async def test_a_restart_may_find_that_the_flow_no_longer_applies(engine: Engine, owner: Visitor) -> None:
    step = asks(prompt("b", "number"), name="two").bound(invalid_response_action="restart_with_context")
    unanswered = guard('return context["prompt_data"].get("a") is None')
    await engine.install(flow(FIRST, step, guards=[unanswered]))
    await owner.start()
    await owner.answer(a="x")
    assert denied(await owner.answer(b="many"))


async def test_a_restart_forgets_whom_the_run_was_about(engine: Engine, stranger: Visitor) -> None:
    steps = identifies(), asks_password().bound(invalid_response_action="restart")
    await engine.install(flow(*steps))
    await stranger.answer(uid_field=OWNER.username)
    shown = await stranger.answer(password="wrong")
    assert (shown["component"], sentence(shown)) == ("ak-stage-identification", "Invalid password")
    assert (await engine.execution(stranger)).context.pending_user is None


async def test_where_a_stage_denies_the_flow_may_begin_anew(engine: Engine, stranger: Visitor) -> None:
    steps = identifies(), asks_password(failed_attempts_before_cancel=1).bound(invalid_response_action="restart")
    await engine.install(flow(*steps))
    await stranger.answer(uid_field=OWNER.username)
    shown = await stranger.answer(password="wrong")
    assert shown["component"] == "ak-stage-identification"
    assert sentence(shown) == "Too many wrong passwords. Please start again."


async def test_a_wrong_code_may_lead_back_to_the_number(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(asks(prompt()), sms().bound(invalid_response_action="restart_with_context")))
    engine.next_codes += ["111111", "222222"]
    await owner.start()
    await owner.answer(phone=OWNER.number)
    shown = await owner.answer(code="000000")
    assert (field(shown)["initial_value"], sentence(shown)) == (OWNER.number, "Code does not match")
    await owner.answer(phone=OWNER.number)
    assert "fields" in await owner.answer(code="111111"), "the code of the run before is worth nothing"
    assert await engine.devices(OWNER) == []


async def test_after_a_restart_there_is_no_way_back_to_a_step_that_is_no_longer_planned(
    engine: Engine, owner: Visitor
) -> None:
    only_once = guard('return context["prompt_data"].get("phone") is None')
    number = asks(prompt()).bound(only_once, evaluate_on_plan=True, re_evaluate_policies=False)
    await engine.install(flow(FIRST, number, sms().bound(invalid_response_action="restart_with_context")))
    await owner.start()
    await owner.answer(a="x")
    await owner.answer(phone=OWNER.number)
    assert field(await owner.answer(code="x"))["field_key"] == "a"
    shown = await owner.answer(a="x")
    assert (shown["component"], shown["can_change_number"]) == ("ak-stage-authenticator-sms", False)
    assert not ended(await owner.answer(change_number=True))


async def test_a_number_asked_for_again_is_no_invalid_answer(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(FIRST, sms().bound(invalid_response_action="restart")))
    await owner.start()
    await owner.answer(a="x")
    assert (await owner.answer(phone_number=OWNER.number))["response_errors"] == {}
    assert (await owner.answer(change_number=True))["phone_number_required"] is True
