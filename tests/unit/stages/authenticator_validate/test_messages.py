"""Messages of the validation stage: when one goes out, and when not."""

import pytest

from tests.people import OTHER, OWNER
from tests.unit.engine.engine import Engine
from tests.unit.engine.visitor import Visitor, ended, problem, sentence
from tests.unit.stages.authenticator_validate.people import (
    PHONE,
    add_app,
    add_phone,
    choose,
    sign_in,
    to_second_factor,
)
from watchword.stages.authenticator_validate.phone import UNREACHABLE


async def test_the_only_phone_gets_its_code_at_once_and_once(engine: Engine, stranger: Visitor) -> None:
    await engine.install(sign_in())
    await add_phone(engine, OWNER)
    shown = await to_second_factor(stranger)
    assert [message.to for message in engine.outbox] == [OWNER.number]
    assert (shown["selected_class"], shown["masked_number"]) == ("sms", "+49 ••• ••13")
    assert (shown["code_sent"], shown["resend_after"], shown["attempts_left"]) == (True, 30, 5)
    for _ in range(3):
        await stranger.look()
    assert len(engine.outbox) == 1


async def test_of_several_the_chosen_one_gets_it_and_is_answered_without_an_error(
    engine: Engine, stranger: Visitor
) -> None:
    await engine.install(sign_in())
    await add_app(engine, OWNER)
    one, two = await add_phone(engine, OWNER), await add_phone(engine, OWNER, "+4915123456714")
    await to_second_factor(stranger)
    assert engine.outbox == []
    shown = await choose(stranger, two)
    assert shown["response_errors"] == {}
    assert [message.to for message in engine.outbox] == ["+4915123456714"]
    assert (await choose(stranger, one))["masked_number"] == "+49 ••• ••13"
    assert [message.to for message in engine.outbox] == ["+4915123456714", OWNER.number]


async def test_choosing_the_same_phone_again_sends_nothing(engine: Engine, stranger: Visitor) -> None:
    await engine.install(sign_in())
    phone = await add_phone(engine, OWNER)
    await to_second_factor(stranger)
    assert (await choose(stranger, phone))["response_errors"] == {}
    assert len(engine.outbox) == 1
    assert ended(await stranger.answer(code=engine.code))


async def test_the_last_use_may_be_left_out_and_a_form_names_class_and_id(engine: Engine, stranger: Visitor) -> None:
    await engine.install(sign_in())
    await add_app(engine, OWNER)
    phone = await add_phone(engine, OWNER)
    await to_second_factor(stranger)
    chosen = {"device_class": "sms", "device_uid": str(phone.id), "challenge": {}}
    assert (await stranger.answer(selected_challenge=chosen))["selected_device"] == str(phone.id)
    await stranger.answer(change_device=True)
    assert (await stranger.answer(selected_challenge=f"sms:{phone.id}"))["selected_device"] == str(phone.id)


async def test_a_resend_has_the_waits_of_enrolment(engine: Engine, stranger: Visitor) -> None:
    await engine.install(sign_in())
    await add_phone(engine, OWNER)
    await to_second_factor(stranger)
    assert problem(await stranger.answer(resend=True)) == ("non_field_errors", "throttled")
    old = engine.code
    for wait in (30, 60, 120, 300):
        engine.clock.advance(wait)
        assert (await stranger.answer(resend=True))["response_errors"] == {}
    assert len(engine.outbox) == 5
    assert problem(await stranger.answer(code=old)) == ("code", "invalid")
    assert ended(await stranger.answer(code=engine.code))


async def test_choosing_another_way_and_back_is_no_way_around_the_wait(engine: Engine, stranger: Visitor) -> None:
    await engine.install(sign_in())
    phone, app = await add_phone(engine, OWNER), await add_app(engine, OWNER)
    await to_second_factor(stranger)
    await choose(stranger, phone)
    await choose(stranger, app)
    assert problem(await choose(stranger, phone)) == ("non_field_errors", "throttled")
    assert len(engine.outbox) == 1


async def test_a_number_gets_so_many_messages_a_day_whoever_asks(engine: Engine) -> None:
    await engine.install(sign_in())
    await add_phone(engine, OWNER)
    for wait in (30, 60, 120, 300, 300):
        await to_second_factor(await engine.visitor())
        engine.clock.advance(wait)
    refused = await to_second_factor(await engine.visitor())
    assert problem(refused) == ("non_field_errors", "throttled")
    assert len(engine.outbox) == 5
    engine.clock.advance(86_400)
    assert (await to_second_factor(await engine.visitor()))["code_sent"]


async def test_messages_that_did_their_work_do_not_count_against_the_day(engine: Engine) -> None:
    """Who signs in ten times a day is no pumping: every code comes back."""
    await engine.install(sign_in())
    await add_phone(engine, OWNER)
    for _ in range(10):
        visitor = await engine.visitor()
        await to_second_factor(visitor)
        assert ended(await visitor.answer(code=engine.code))
    assert len(engine.outbox) == 10


async def test_the_message_goes_through_the_gateway_of_the_stage_the_phone_was_enrolled_at(
    engine: Engine, stranger: Visitor
) -> None:
    await engine.install(sign_in())
    await add_phone(engine, OWNER)
    await to_second_factor(stranger)
    (used,) = engine.sender.used
    assert getattr(used, "url", "") == PHONE.stage.account_sid  # type: ignore[attr-defined] # of an SMS stage
    (delivery,) = await engine.deliveries()
    assert (delivery.purpose, delivery.outcome, delivery.stage_pk) == ("validation", "sent", PHONE.stage.pk)


async def test_a_failed_send_can_be_tried_again_at_once(engine: Engine, stranger: Visitor) -> None:
    await engine.install(sign_in())
    await add_phone(engine, OWNER)
    engine.fail()
    shown = await to_second_factor(stranger)
    assert problem(shown) == ("non_field_errors", "send_failed")
    assert (shown["code_sent"], shown["resend_after"]) == (False, 0)
    assert problem(await stranger.answer(code="123456")) == ("code", "expired")
    engine.recover()
    assert (await stranger.answer(resend=True))["response_errors"] == {}
    assert ended(await stranger.answer(code=engine.code))
    (event,) = await engine.events("sms_send_failed")
    assert event.context["status"] == 500


async def test_a_phone_whose_stage_is_gone_is_told_to_be_unreachable(engine: Engine, stranger: Visitor) -> None:
    await engine.install(sign_in())
    await add_phone(engine, OWNER, stage_pk="gone")
    shown = await to_second_factor(stranger)
    assert sentence(shown) == UNREACHABLE
    assert engine.outbox == []


@pytest.mark.parametrize("person", [OTHER])
async def test_what_one_user_asks_for_leaves_the_others_alone(engine: Engine, person: object) -> None:
    await engine.install(sign_in())
    await add_phone(engine, OWNER)
    await add_phone(engine, OTHER)
    await to_second_factor(await engine.visitor(), OWNER)
    shown = await to_second_factor(await engine.visitor(), OTHER)
    assert shown["masked_number"] == "+44 ••• ••56"
    assert [message.to for message in engine.outbox] == [OWNER.number, OTHER.number]
