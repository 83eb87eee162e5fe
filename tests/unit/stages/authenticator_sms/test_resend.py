"""A new code: how long to wait for it, how many there are, and what becomes of the one before."""

import asyncio

import pytest

from tests.people import OWNER
from tests.unit.engine.engine import Engine
from tests.unit.engine.flows import flow, sms
from tests.unit.engine.visitor import Visitor, ended, problem, sentence
from tests.unit.stages.authenticator_sms.numbers import NUMBERS, send_to
from watchword.errors import Conflict
from watchword.stages.authenticator_sms import sending
from watchword.storage.throttles import Limit


async def test_the_waits_grow_and_the_server_counts_them(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(sms(sends_per_day=10)))
    shown = await send_to(owner)
    for sent, wait in enumerate([30, 60, 120, 300, 300], start=1):
        assert shown["resend_after"] == wait
        engine.clock.advance(wait - 1)
        early = await owner.answer(resend=True)
        assert (problem(early), early["resend_after"]) == (("non_field_errors", "throttled"), 1)
        assert len(engine.outbox) == sent
        engine.clock.advance(1)
        shown = await owner.answer(resend=True)
        assert shown["response_errors"] == {}
        assert len(engine.outbox) == sent + 1


@pytest.mark.parametrize(
    ("passed", "words"),
    [
        (0, "Please wait 30 seconds before you ask for a new code."),
        (29, "Please wait a second before you ask for a new code."),
    ],
)
async def test_an_early_resend_says_how_long_to_wait(engine: Engine, owner: Visitor, passed: int, words: str) -> None:
    await engine.install(flow(sms()))
    await send_to(owner)
    engine.clock.advance(passed)
    assert sentence(await owner.answer(resend=True)) == words


@pytest.mark.parametrize("again", [OWNER.number, "+49 (0)151 234-567 13"])
async def test_giving_the_number_again_is_a_resend(engine: Engine, owner: Visitor, again: str) -> None:
    await engine.install(flow(sms()))
    await send_to(owner)
    assert problem(await owner.answer(phone_number=again)) == ("non_field_errors", "throttled")
    engine.clock.advance(30)
    shown = await owner.answer(phone_number=again)
    assert (shown["response_errors"], shown["resend_after"], len(engine.outbox)) == ({}, 60, 2)


async def test_a_detour_over_another_number_shortens_no_wait(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(sms()))
    await send_to(owner)
    await owner.answer(phone_number=NUMBERS[0])
    assert problem(await owner.answer(phone_number=OWNER.number)) == ("non_field_errors", "throttled")
    assert [message.to for message in engine.outbox] == [OWNER.number, NUMBERS[0]]


async def test_a_new_code_kills_the_one_before_and_says_so(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(sms()))
    engine.next_codes += ["111111", "222222"]
    await send_to(owner)
    engine.clock.advance(30)
    shown = await owner.answer(resend=True)
    assert shown["notice"] == "We sent a new code. The one before no longer works."
    assert shown["code_expires_in"] == 300
    assert [row.state for row in await engine.rows("code")] == ["dead", "live"]
    refused = await owner.answer(code="111111")
    assert (sentence(refused), refused["notice"]) == ("Code does not match", "")
    assert ended(await owner.answer(code="222222"))


async def test_a_resend_that_fails_leaves_the_old_code_alive_and_starts_no_wait(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(sms()))
    engine.next_codes += ["111111", "222222"]
    await send_to(owner)
    engine.clock.advance(30)
    engine.fail()
    failed = await owner.answer(resend=True)
    assert problem(failed) == ("non_field_errors", "send_failed")
    assert (failed["phone_number_required"], failed["resend_after"], failed["code_expires_in"]) == (False, 0, 270)
    assert sentence(await owner.answer(code="222222")) == "Code does not match"
    assert ended(await owner.answer(code="111111"))


async def test_a_resend_that_failed_can_be_tried_again_at_once(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(sms()))
    await send_to(owner)
    engine.clock.advance(30)
    engine.fail()
    await owner.answer(resend=True)
    engine.recover()
    shown = await owner.answer(resend=True)
    assert (shown["response_errors"], shown["resend_after"]) == ({}, 60)


async def test_a_number_gets_five_messages_a_day_whoever_asks(engine: Engine, owner: Visitor, other: Visitor) -> None:
    await engine.install(flow(sms()))
    for wait in (0, 30, 60, 120, 300):
        engine.clock.advance(wait)
        await send_to(owner)
    engine.clock.advance(300)
    await other.start()
    refused = await other.answer(phone_number=OWNER.number)
    assert problem(refused) == ("non_field_errors", "throttled")
    assert sentence(refused) == "Too many messages. Please wait 24 hours before you try again."
    assert (refused["phone_number_required"], len(engine.outbox)) == (True, 5)
    await send_to(other, NUMBERS[0])
    engine.clock.advance(86_399 - (30 + 60 + 120 + 300 + 300))
    assert problem(await other.answer(phone_number=OWNER.number)) == ("non_field_errors", "throttled")
    engine.clock.advance(1)
    assert (await other.answer(phone_number=OWNER.number))["response_errors"] == {}


async def test_the_stage_decides_how_many_messages_a_day(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(sms(sends_per_day=1)))
    await send_to(owner)
    engine.clock.advance(30)
    refused = await owner.answer(resend=True)
    assert sentence(refused).startswith("Too many messages.")
    assert ended(await owner.answer(code=engine.code)), "the code that was sent is still good"


async def test_one_visitor_causes_so_many_messages_whatever_numbers_he_types(
    engine: Engine, owner: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "PER_SESSION", Limit(3, 3600))
    await engine.install(flow(sms()))
    for number in NUMBERS[:3]:
        await send_to(owner, number)
    assert problem(await owner.answer(phone_number=NUMBERS[3])) == ("non_field_errors", "throttled")
    await send_to(await engine.visitor(OWNER), NUMBERS[3])
    (event,) = await engine.events("code_throttled")
    assert (event.username, event.context) == (OWNER.username, {"wait_seconds": 3600})


async def test_a_clock_that_goes_back_opens_nothing_early(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(sms(sends_per_day=2)))
    await send_to(owner)
    engine.clock.advance(-600)
    assert problem(await owner.answer(resend=True)) == ("non_field_errors", "throttled")
    assert (await owner.look())["resend_after"] == 30
    engine.clock.advance(29)
    assert problem(await owner.answer(resend=True)) == ("non_field_errors", "throttled")
    engine.clock.advance(1)
    assert (await owner.answer(resend=True))["response_errors"] == {}
    engine.clock.advance(-600)
    other_session = await engine.visitor(OWNER)
    await other_session.start()
    assert sentence(await other_session.answer(phone_number=OWNER.number)).startswith("Too many messages.")
    assert problem(await owner.answer(code=engine.code)) == ("non_field_errors", "expired")
    engine.clock.advance(600)
    assert ended(await owner.answer(code=engine.code))


async def test_two_requests_at_once_send_one_message(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(sms()))
    await owner.start()
    answers = await asyncio.gather(
        *(owner.answer(phone_number=OWNER.number) for _ in range(10)), return_exceptions=True
    )
    assert len(engine.outbox) == 1
    assert all(isinstance(shown, dict | Conflict) for shown in answers)
    assert ended(await owner.answer(code=engine.code))


async def test_a_process_that_dies_while_it_sends_holds_nobody_up(engine: Engine, owner: Visitor) -> None:
    """Its message may have gone out: the code counts already, and after a while another can be asked for."""
    await engine.install(flow(sms()))
    engine.next_codes.append("111111")
    await owner.start()
    engine.sender.hang()
    request = asyncio.create_task(owner.answer(phone_number=OWNER.number))
    await engine.sender.hanging.wait()
    request.cancel()
    await asyncio.gather(request, return_exceptions=True)
    engine.sender.go_on()

    shown = await owner.look()
    assert (shown["component"], shown["phone_number_required"]) == ("ak-stage-authenticator-sms", False)
    engine.clock.advance(29)
    assert problem(await owner.answer(resend=True)) == ("non_field_errors", "throttled")
    engine.clock.advance(1)
    assert (await owner.answer(resend=True))["response_errors"] == {}
    assert sentence(await owner.answer(code="111111")) == "Code does not match"
    assert ended(await owner.answer(code=engine.code))
