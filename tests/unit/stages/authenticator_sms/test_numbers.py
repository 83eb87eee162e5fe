"""Which numbers are enrolled, in which form, and which are refused before a message costs anything."""

import asyncio
from typing import Any

import pytest

from tests.people import OTHER, OWNER, STRANGER
from tests.unit.engine.engine import Engine
from tests.unit.engine.flows import flow, identifies, sms
from tests.unit.engine.visitor import Visitor, denied, ended, problem, sentence
from tests.unit.stages.authenticator_sms.numbers import NUMBERS, send_to
from watchword.errors import Conflict

SPELLINGS = [OWNER.number, "+49 151 234 567 13", "+49 (0) 151-23456713", " +49/15123456713 ", "＋４９ 151 23456713"]
TAKEN = "This phone number cannot be used here. Try another one."
OWN = "You have enrolled this phone already."


async def enrol(engine: Engine, visitor: Visitor, number: str) -> None:
    await send_to(visitor, number)
    assert ended(await visitor.answer(code=engine.code))


async def test_a_device_has_the_number_in_one_form(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(sms()))
    await enrol(engine, owner, SPELLINGS[2])
    (device,) = await engine.devices(OWNER)
    assert (device.phone_number, device.masked) == (OWNER.number, "+49 ••• ••13")
    assert (device.name, device.confirmed, device.hashed) == ("SMS Device", True, False)
    assert [message.to for message in engine.outbox] == [OWNER.number]
    assert (await owner.session()).data["notices"] == ["Your phone +49 ••• ••13 is enrolled."]
    (event,) = await engine.events("device_enrolled")
    assert (event.username, event.context["masked"]) == (OWNER.username, "+49 ••• ••13")


@pytest.mark.parametrize(
    ("settings", "region"), [({"default_region": "DE"}, ""), ({}, "DE"), ({"default_region": "US"}, "de")]
)
async def test_a_national_number_counts_in_the_visitors_country_then_in_the_stages(
    engine: Engine, owner: Visitor, settings: dict[str, Any], region: str
) -> None:
    await engine.install(flow(sms(**settings)))
    await owner.start()
    assert (await owner.answer(phone_number=OWNER.national, region=region))["response_errors"] == {}
    assert engine.outbox[0].to == OWNER.number


@pytest.mark.parametrize(
    ("number", "settings"),
    [
        pytest.param("+49 900 1234567", {}, id="premium rate"),
        pytest.param("+49 180 5123456", {}, id="shared cost"),
        pytest.param("+49 800 1234567", {}, id="toll free"),
        pytest.param("+49 164 1234567", {}, id="pager"),
        pytest.param("+49 30 123456", {"mobile_only": True}, id="landline where mobile only"),
        pytest.param("+49 151 2", {}, id="too short"),
        pytest.param("+999 123456789", {}, id="no such country"),
        pytest.param("0151 23456713", {}, id="no country"),
        pytest.param("+49 151 23456713 ext. 5", {}, id="extension"),
        pytest.param("olivia", {}, id="no number"),
        pytest.param("9" * 301, {}, id="endless"),
        pytest.param(["+4915123456713"], {}, id="no text"),
        pytest.param(True, {}, id="a flag"),
    ],
)
async def test_a_number_that_cannot_be_texted_is_refused_before_money_is_spent(
    engine: Engine, owner: Visitor, number: object, settings: dict[str, Any]
) -> None:
    await engine.install(flow(sms(**settings)))
    await owner.start()
    refused = await owner.answer(phone_number=number)
    assert problem(refused) == ("phone_number", "invalid")
    assert refused["phone_number_required"] is True
    assert engine.sender.used == []
    assert await engine.count("code") == 0
    assert (await owner.answer(phone_number=OWNER.number))["response_errors"] == {}


async def test_a_refused_number_is_kept_for_correction(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(sms()))
    await owner.start()
    await owner.answer(phone_number="+49 900 1234567")
    assert (await owner.look())["phone_number"] == "+49 900 1234567"


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("verify_only", [False, True])
async def test_a_number_enrols_once_whatever_its_spelling_and_whoever_asks(
    engine: Engine, owner: Visitor, other: Visitor, verify_only: bool, spelling: str
) -> None:
    await engine.install(flow(sms(verify_only=verify_only)))
    await enrol(engine, owner, OWNER.number)
    await other.start()
    refused = await other.answer(phone_number=spelling)
    assert (problem(refused), sentence(refused)) == (("phone_number", "number_taken"), TAKEN)
    await owner.start()
    own = await owner.answer(phone_number=spelling)
    assert (problem(own), sentence(own)) == (("phone_number", "number_enrolled"), OWN)
    assert len(engine.outbox) == 1


async def test_a_number_may_enrol_at_another_stage(engine: Engine, owner: Visitor) -> None:
    await engine.install([*flow(sms()), *flow(sms(name="second"), slug="second")])
    await enrol(engine, owner, OWNER.number)
    owner.slug = "second"
    await enrol(engine, owner, OWNER.number)
    assert len(await engine.devices(OWNER)) == 2


async def test_who_is_slower_to_enrol_a_number_is_back_at_the_number(
    engine: Engine, owner: Visitor, other: Visitor
) -> None:
    await engine.install(flow(sms()))
    engine.next_codes += ["111111", "222222"]
    await send_to(owner)
    engine.clock.advance(30)
    await send_to(other)
    assert ended(await owner.answer(code="111111"))
    late = await other.answer(code="222222")
    assert (problem(late), sentence(late)) == (("phone_number", "number_taken"), TAKEN)
    assert late["phone_number_required"] is True
    assert await engine.devices(OTHER) == []
    await other.answer(phone_number=OTHER.number)
    assert ended(await other.answer(code=engine.code))
    assert (await other.session()).data["notices"] == ["Your phone +44 ••• ••56 is enrolled."]


async def test_of_two_enrolments_of_one_number_at_once_one_wins(engine: Engine, owner: Visitor, other: Visitor) -> None:
    await engine.install(flow(sms()))
    engine.next_codes += ["111111", "222222"]
    await send_to(owner)
    engine.clock.advance(30)
    await send_to(other)
    answers = await asyncio.gather(owner.answer(code="111111"), other.answer(code="222222"))
    assert sum(ended(shown) for shown in answers) == 1
    assert await engine.count("sms_device") == 1


async def test_a_user_enrols_no_more_phones_than_he_may(engine: Engine, owner: Visitor, other: Visitor) -> None:
    await engine.install(flow(sms(max_devices=1)))
    await enrol(engine, owner, OWNER.number)
    shown = await owner.start()
    assert denied(shown)
    assert sentence(shown) == "You have already enrolled as many phones as you may."
    await enrol(engine, other, OTHER.number)


async def test_the_number_of_phones_holds_for_enrolments_at_once(engine: Engine) -> None:
    await engine.install(flow(sms(max_devices=1)))
    engine.next_codes += ["111111", "222222"]
    first, second = await engine.visitor(OWNER), await engine.visitor(OWNER)
    await send_to(first, NUMBERS[0])
    await send_to(second, NUMBERS[1])
    answers = await asyncio.gather(first.answer(code="111111"), second.answer(code="222222"), return_exceptions=True)
    assert all(isinstance(shown, dict | Conflict) for shown in answers)
    assert sorted(denied(shown) for shown in answers if isinstance(shown, dict)) == [False, True]
    assert len(await engine.devices(OWNER)) == 1


async def test_a_stranger_cannot_tell_whether_a_number_is_enrolled(
    engine: Engine, owner: Visitor, stranger: Visitor
) -> None:
    """He is asked for a code either way; what is not sent, he cannot know."""
    await engine.install([*flow(sms(), slug="own"), *flow(identifies(), sms(name="open"), slug="open")])
    owner.slug = stranger.slug = "open"
    await owner.answer(uid_field=OWNER.username)
    await owner.answer(phone_number=OWNER.number)
    assert ended(await owner.answer(code=engine.code))
    sent = len(engine.outbox)

    shown = {}
    for number in (OWNER.number, STRANGER.number):
        await stranger.cancel()
        await stranger.answer(uid_field=OTHER.username)
        asked = [
            await stranger.answer(phone_number=number),
            await stranger.answer(resend=True),
            await stranger.answer(code="x"),
        ]
        shown[number] = [{**step, "masked_number": ""} for step in asked]
    assert shown[OWNER.number] == shown[STRANGER.number]
    assert [message.to for message in engine.outbox[sent:]] == [STRANGER.number]


async def test_a_guess_at_a_code_that_was_never_sent_enrols_nothing(
    engine: Engine, owner: Visitor, stranger: Visitor
) -> None:
    await engine.install(flow(identifies(), sms()))
    for visitor, username in ((owner, OWNER.username), (stranger, OTHER.username)):
        engine.next_codes.append("111111")
        await visitor.answer(uid_field=username)
        await visitor.answer(phone_number=OWNER.number)
        await visitor.answer(code="111111")
    assert len(await engine.devices(OWNER)) == 1
    assert await engine.devices(OTHER) == []


async def test_a_stranger_without_a_user_enrols_nothing(engine: Engine, stranger: Visitor) -> None:
    await engine.install(flow(sms()))
    assert sentence(await stranger.start()) == "Please sign in before you enrol a phone."
    assert denied(await stranger.answer(phone_number=STRANGER.number))
    assert engine.outbox == []
