"""A send that fails stops nobody: one sentence, the number kept, a way on; the cause is the administrator's to read."""

import pytest

from tests.people import OWNER
from tests.unit.engine.engine import Engine
from tests.unit.engine.flows import asks, flow, prompt, sms
from tests.unit.engine.visitor import Visitor, ended, problem, sentence
from tests.unit.stages.authenticator_sms.numbers import NUMBERS, send_to
from watchword.gateways.errors import TRY_AGAIN, Category, SendError


async def test_the_visitor_stays_at_the_number_he_typed(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(sms(default_region="DE")))
    engine.fail()
    await owner.start()
    failed = await owner.answer(phone_number=OWNER.national, region="de")
    assert (problem(failed), sentence(failed)) == (("non_field_errors", "send_failed"), TRY_AGAIN)
    assert (failed["phone_number_required"], failed["phone_number"], failed["region"]) == (True, OWNER.national, "DE")
    assert (failed["resend_after"], failed["masked_number"], failed["attempts_left"]) == (0, "", 0)
    again = await owner.look()
    assert (again["phone_number"], "response_errors" in again) == (OWNER.national, False)


async def test_trying_again_works_at_once(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(sms()))
    engine.fail()
    await owner.start()
    await owner.answer(phone_number=OWNER.number)
    engine.recover()
    shown = await owner.answer(resend=True)
    assert (shown["response_errors"], shown["resend_after"]) == ({}, 30)
    assert ended(await owner.answer(code=engine.code))


async def test_the_number_can_be_corrected(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(sms()))
    engine.fail(SendError("number", "21614", permanent=True))
    await owner.start()
    await owner.answer(phone_number=NUMBERS[0])
    engine.recover()
    assert (await owner.answer(phone_number=OWNER.number))["response_errors"] == {}
    assert [message.to for message in engine.outbox] == [OWNER.number]
    assert ended(await owner.answer(code=engine.code))


async def test_the_code_of_a_failed_send_is_dead(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(sms()))
    engine.next_codes.append("111111")
    engine.fail()
    await owner.start()
    await owner.answer(phone_number=OWNER.number)
    assert sentence(await owner.answer(code="111111")) == "phone_number required"
    assert [row.state for row in await engine.rows("code")] == ["dead"]
    assert await engine.devices(OWNER) == []


async def test_failed_sends_use_up_no_message_of_the_day(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(sms(sends_per_day=1)))
    engine.fail()
    await owner.start()
    for _ in range(7):
        assert problem(await owner.answer(phone_number=OWNER.number)) == ("non_field_errors", "send_failed")
    engine.recover()
    assert (await owner.answer(phone_number=OWNER.number))["response_errors"] == {}


@pytest.mark.parametrize(
    ("category", "words"),
    [
        ("number", "This number cannot receive text messages. Check it, or use another one."),
        ("route", "This number cannot be reached. Use another one."),
        ("abuse", "No message can be sent to this number."),
        ("throttled", "Too many messages are being sent. Please try again in a minute."),
        ("configuration", TRY_AGAIN),
        ("delivery", TRY_AGAIN),
        ("network", TRY_AGAIN),
    ],
)
async def test_one_sentence_says_what_to_do_and_never_what_the_gateway_said(
    engine: Engine, owner: Visitor, category: Category, words: str
) -> None:
    await engine.install(flow(sms()))
    engine.fail(SendError(category, "20003: Authenticate"))
    await owner.start()
    failed = await owner.answer(phone_number=OWNER.number)
    assert sentence(failed) == words
    assert "20003" not in str(failed)


async def test_an_event_has_the_gateways_answer_without_number_or_code(engine: Engine, owner: Visitor) -> None:
    stage = sms()
    await engine.install(flow(stage))
    engine.fail(
        SendError("throttled", f"Slow down, {OWNER.number}", http_status=429, provider_code=20429, retry_after=5)
    )
    engine.next_codes.append("918273")
    await owner.start()
    await owner.answer(phone_number=OWNER.number)
    (event,) = await engine.events("sms_send_failed")
    assert (event.username, event.client_ip) == (OWNER.username, owner.address)
    assert event.message == "A message through generic was not sent"
    assert event.context == {
        "stage": "sms",
        "pk": stage.stage.pk,
        "gateway": "generic",
        "category": "throttled",
        "status": 429,
        "error_code": 20429,
        "detail": "Slow down, +49 ••• ••13",
        "delivery": (await engine.deliveries())[0].id,
    }
    assert "918273" not in str(event)


async def test_every_attempt_is_a_delivery_with_a_masked_number(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(sms()))
    engine.fail()
    await owner.start()
    await owner.answer(phone_number=OWNER.number)
    engine.recover()
    await owner.answer(phone_number=OWNER.number)
    failed, sent = await engine.deliveries()
    assert (failed.outcome, failed.category, failed.status) == ("failed", "gateway", 500)
    assert (sent.outcome, sent.category, sent.provider_id, sent.segments) == ("sent", None, "memory-1", 1)
    for delivery in (failed, sent):
        assert (delivery.masked, delivery.country, delivery.gateway) == ("+49 ••• ••13", "DE", "generic")
        assert (delivery.user_id, delivery.purpose) == (engine.users[OWNER.username].id, "enrolment")


async def test_a_delivery_keeps_what_the_gateway_said_and_its_code_for_it(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(sms()))
    engine.fail(SendError("number", "21211", http_status=400, provider_code=21211, answer="no such number ***"))
    await owner.start()
    await owner.answer(phone_number=OWNER.number)
    engine.recover()
    await owner.answer(phone_number=OWNER.number)
    failed, sent = await engine.deliveries()
    assert (failed.error_code, failed.answer) == ("21211", "no such number ***")
    assert (sent.error_code, sent.answer) == (None, None)


async def test_of_a_verify_only_number_a_delivery_keeps_nothing(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(sms(verify_only=True)))
    await send_to(owner)
    (delivery,) = await engine.deliveries()
    assert delivery.masked == ""


async def test_a_number_from_an_earlier_step_can_be_retried(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(asks(prompt()), sms()))
    engine.fail()
    await owner.start()
    failed = await owner.answer(phone=OWNER.number)
    assert (failed["component"], sentence(failed)) == ("ak-stage-authenticator-sms", TRY_AGAIN)
    assert (failed["phone_number"], failed["number_fixed"], failed["can_change_number"]) == (OWNER.number, True, True)
    engine.recover()
    assert (await owner.answer(phone_number=OWNER.number))["response_errors"] == {}
    assert ended(await owner.answer(code=engine.code))


async def test_a_number_from_an_earlier_step_can_be_corrected_there(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(asks(prompt()), sms()))
    engine.fail()
    await owner.start()
    await owner.answer(phone=NUMBERS[0])
    engine.recover()
    back = await owner.answer(change_number=True)
    assert (back["component"], back["fields"][0]["initial_value"]) == ("ak-stage-prompt", NUMBERS[0])
    assert (await owner.answer(phone=OWNER.number))["phone_number_required"] is False
    assert [message.to for message in engine.outbox] == [OWNER.number]


@pytest.mark.parametrize("category", ["busy", "resting"])
async def test_one_that_no_gateway_was_asked_for_is_a_delivery_and_no_event_of_its_own(
    engine: Engine, owner: Visitor, category: Category
) -> None:
    """There may be thousands at once: the gateway's own event tells their cause."""
    await engine.install(flow(sms(sends_per_day=1)))
    engine.fail(SendError(category, "as many wait as may", retry_after=5, sentence="Try again in 5 seconds."))
    await owner.start()
    failed = await owner.answer(phone_number=OWNER.number)
    assert (problem(failed), sentence(failed)) == (("non_field_errors", "send_failed"), "Try again in 5 seconds.")
    (delivery,) = await engine.deliveries()
    assert (delivery.outcome, delivery.category) == ("failed", category)
    assert await engine.events("sms_send_failed") == []
    engine.recover()
    assert (await owner.answer(resend=True))["response_errors"] == {}, "and it used up no message of the day"
