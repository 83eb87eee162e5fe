"""A number that an earlier step asked for: used without asking again, and changed only where its policies stand."""

import pytest

from tests.people import OWNER
from tests.unit.engine.engine import Engine
from tests.unit.engine.flows import asks, flow, guard, prompt, sms
from tests.unit.engine.visitor import Visitor, ended, problem, sentence
from tests.unit.stages.authenticator_sms.numbers import NUMBERS

ONLY_GERMAN = """
if request.context["prompt_data"]["phone"].startswith("+49"):
    return True
ak_message("Only German numbers, please.")
return False
"""
GIVEN_BY_POLICY = f"""
context["flow_plan"].context["prompt_data"] = {{"phone": "{OWNER.number}"}}
return True
"""


async def test_the_code_goes_out_at_once_to_the_number_as_typed(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(asks(prompt()), sms(default_region="DE")))
    await owner.start()
    shown = await owner.answer(phone=f" {OWNER.national} ")
    assert (shown["phone_number_required"], shown["masked_number"]) == (False, "+49 ••• ••13")
    assert (shown["number_fixed"], shown["can_change_number"], shown["resend_after"]) == (True, True, 30)
    assert [message.to for message in engine.outbox] == [OWNER.number]
    assert ended(await owner.answer(code=engine.code))


async def test_looking_again_sends_nothing_again(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(asks(prompt()), sms()))
    await owner.start()
    await owner.answer(phone=OWNER.number)
    for _ in range(3):
        await owner.look()
    assert len(engine.outbox) == 1


async def test_an_answer_cannot_swap_the_number_past_the_policies(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(asks(prompt(), policies=[ONLY_GERMAN]), sms()))
    await owner.start()
    assert sentence(await owner.answer(phone="+44 7400 123456")) == "Only German numbers, please."
    await owner.answer(phone=OWNER.number)
    for swapped in ("+44 7400 123456", NUMBERS[0]):
        refused = await owner.answer(phone_number=swapped)
        assert problem(refused) == ("phone_number", "number_fixed")
        assert sentence(refused) == "This number was given at an earlier step. Choose “Change number” to correct it."
    assert [message.to for message in engine.outbox] == [OWNER.number]
    assert ended(await owner.answer(code=engine.code)), "the code before is still good"


async def test_the_same_number_in_another_spelling_is_no_swap(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(asks(prompt()), sms()))
    await owner.start()
    await owner.answer(phone=OWNER.number)
    assert problem(await owner.answer(phone_number="+49 151 234 567 13")) == ("non_field_errors", "throttled")


async def test_changing_the_number_asks_the_policies_again(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(asks(prompt(), policies=[ONLY_GERMAN]), sms()))
    await owner.start()
    await owner.answer(phone=OWNER.number)
    back = await owner.answer(change_number=True)
    assert (back["component"], back["fields"][0]["initial_value"]) == ("ak-stage-prompt", OWNER.number)
    assert sentence(await owner.answer(phone="+44 7400 123456")) == "Only German numbers, please."
    shown = await owner.answer(phone=NUMBERS[0])
    assert (shown["phone_number_required"], shown["masked_number"]) == (False, "+49 ••• ••20")
    assert ended(await owner.answer(code=engine.code))
    assert [device.phone_number for device in await engine.devices(OWNER)] == [NUMBERS[0]]


async def test_going_back_and_forth_shortens_no_wait(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(asks(prompt()), sms()))
    await owner.start()
    await owner.answer(phone=OWNER.number)
    await owner.answer(change_number=True)
    shown = await owner.answer(phone=OWNER.number)
    assert (problem(shown), shown["phone_number_required"]) == (("non_field_errors", "throttled"), True)
    assert len(engine.outbox) == 1
    engine.clock.advance(30)
    assert (await owner.answer(resend=True))["resend_after"] == 60


async def test_back_goes_to_the_step_that_asked_for_the_number(engine: Engine, owner: Visitor) -> None:
    name = asks(prompt("nick"), name="ask nick")
    await engine.install(flow(asks(prompt()), name, sms()))
    await owner.start()
    await owner.answer(phone=OWNER.number)
    await owner.answer(nick="Olly")
    assert (await owner.answer(change_number=True))["fields"][0]["field_key"] == "phone"


async def test_a_number_that_cannot_be_used_can_only_be_changed(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(asks(prompt()), sms()))
    await owner.start()
    refused = await owner.answer(phone="+49 900 1234567")
    assert problem(refused) == ("phone_number", "invalid")
    assert (refused["phone_number_required"], refused["phone_number"]) == (True, "+49 900 1234567")
    assert problem(await owner.answer(phone_number=OWNER.number)) == ("phone_number", "number_fixed")
    assert (await owner.answer(change_number=True))["component"] == "ak-stage-prompt"
    assert engine.outbox == []


@pytest.mark.parametrize("typed", ["", None])
async def test_an_optional_number_left_out_is_asked_for(engine: Engine, owner: Visitor, typed: str | None) -> None:
    await engine.install(flow(asks(prompt(required=False)), sms()))
    await owner.start()
    shown = await (owner.answer() if typed is None else owner.answer(phone=typed))
    assert (shown["component"], shown["phone_number_required"]) == ("ak-stage-authenticator-sms", True)
    assert (shown["number_fixed"], engine.outbox) == (False, [])
    assert (await owner.answer(phone_number=OWNER.number))["response_errors"] == {}


async def test_a_number_that_a_policy_supplied_cannot_be_changed(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(sms(), guards=[guard(GIVEN_BY_POLICY)]))
    shown = await owner.start()
    assert (shown["phone_number_required"], shown["number_fixed"], shown["can_change_number"]) == (False, True, False)
    assert problem(await owner.answer(change_number=True)) == ("non_field_errors", "invalid")
    assert problem(await owner.answer(phone_number=NUMBERS[0])) == ("phone_number", "number_fixed")
    assert ended(await owner.answer(code=engine.code))


async def test_a_number_asked_at_the_stage_can_be_changed_there(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(sms()))
    await owner.start()
    await owner.answer(phone_number=OWNER.number)
    shown = await owner.answer(change_number=True)
    assert (shown["phone_number_required"], shown["phone_number"]) == (True, OWNER.number)
    assert sentence(await owner.answer(code=engine.code)) == "phone_number required"
    assert (await owner.answer(phone_number=NUMBERS[0]))["response_errors"] == {}
