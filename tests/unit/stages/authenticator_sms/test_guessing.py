"""Nobody guesses a code: five tries a code, ten wrong ones an hour for a number and for a user, in parallel too."""

import asyncio

from tests.people import OTHER, OWNER
from tests.unit.engine.engine import Engine
from tests.unit.engine.flows import flow, sms
from tests.unit.engine.visitor import Visitor, ended, problem, sentence
from tests.unit.stages.authenticator_sms.numbers import NUMBERS, send_to
from watchword.errors import Conflict


async def guess(engine: Engine, visitor: Visitor, times: int) -> None:
    for _ in range(times):
        assert sentence(await visitor.answer(code=engine.wrong)) == "Code does not match"


async def test_every_wrong_code_costs_a_try_and_five_are_all(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(sms()))
    assert (await send_to(owner))["attempts_left"] == 5
    for left in (4, 3, 2, 1, 0):
        assert (await owner.answer(code=engine.wrong))["attempts_left"] == left
    spent = await owner.answer(code=engine.code)
    assert (problem(spent), sentence(spent)) == (
        ("non_field_errors", "spent"),
        "Too many wrong tries. Ask for a new code.",
    )
    assert spent["attempts_left"] == 0
    assert await engine.devices(OWNER) == []


async def test_a_spent_code_leads_to_a_new_one(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(sms(tries_per_code=1)))
    await send_to(owner)
    await guess(engine, owner, 1)
    engine.clock.advance(30)
    assert (await owner.answer(resend=True))["attempts_left"] == 1
    assert ended(await owner.answer(code=engine.code))


async def test_a_resend_buys_no_fresh_tries(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(sms()))
    await send_to(owner)
    await guess(engine, owner, 5)
    engine.clock.advance(30)
    await owner.answer(resend=True)
    await guess(engine, owner, 5)
    engine.clock.advance(60)
    await owner.answer(resend=True)
    throttled = await owner.answer(code=engine.code)
    assert problem(throttled) == ("non_field_errors", "throttled")
    assert sentence(throttled) == "Too many wrong codes. Wait 59 minutes before you try again."
    assert throttled["attempts_left"] == 5
    assert await engine.devices(OWNER) == []


async def test_after_an_hour_there_are_tries_again(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(sms(tries_per_code=10)))
    await send_to(owner)
    await guess(engine, owner, 10)
    engine.clock.advance(3599)
    await owner.answer(resend=True)
    assert sentence(await owner.answer(code=engine.code)) == (
        "Too many wrong codes. Wait a second before you try again."
    )
    engine.clock.advance(1)
    assert ended(await owner.answer(code=engine.code))


async def test_the_wrong_codes_of_a_number_count_whoever_gives_them(
    engine: Engine, owner: Visitor, other: Visitor
) -> None:
    await engine.install(flow(sms()))
    await send_to(owner)
    await guess(engine, owner, 5)
    engine.clock.advance(30)
    await send_to(other)
    await guess(engine, other, 5)
    engine.clock.advance(60)
    await owner.answer(resend=True)
    assert problem(await owner.answer(code=engine.code)) == ("non_field_errors", "throttled")
    await send_to(other, NUMBERS[0])
    assert ended(await other.answer(code=engine.code)), "another number is not held back"


async def test_the_wrong_codes_of_a_user_count_whatever_the_number(
    engine: Engine, owner: Visitor, other: Visitor
) -> None:
    await engine.install(flow(sms()))
    for number in NUMBERS[:2]:
        await send_to(owner, number)
        await guess(engine, owner, 5)
    await send_to(owner, NUMBERS[2])
    assert problem(await owner.answer(code=engine.code)) == ("non_field_errors", "throttled")
    engine.clock.advance(30)
    await send_to(other, NUMBERS[2])
    assert ended(await other.answer(code=engine.code)), "another user is not held back"


async def test_right_codes_do_not_count(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(sms()))
    for number in NUMBERS:
        await send_to(owner, number)
        assert ended(await owner.answer(code=engine.code))
    await send_to(owner)
    await guess(engine, owner, 5)
    assert len(await engine.devices(OWNER)) == len(NUMBERS)


async def test_guessing_leaves_an_event_without_code_or_number(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(sms(tries_per_code=10)))
    await send_to(owner)
    await guess(engine, owner, 10)
    engine.clock.advance(30)
    await owner.answer(resend=True)
    await owner.answer(code=engine.code)
    (event,) = await engine.events("code_throttled")
    assert (event.username, event.client_ip) == (OWNER.username, owner.address)
    assert event.context == {"stage": "sms", "wait_seconds": 3570}
    assert engine.code not in str(event)
    assert OWNER.number not in str(event)


async def test_fifty_wrong_codes_at_once_are_five_tries(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(sms()))
    await send_to(owner)
    answers = await asyncio.gather(*(owner.answer(code=engine.wrong) for _ in range(50)))
    assert [sentence(shown) for shown in answers].count("Code does not match") == 5


async def test_wrong_codes_at_once_for_many_numbers_are_ten_an_hour(engine: Engine) -> None:
    await engine.install(flow(sms()))
    visitors = [await engine.visitor(OWNER) for _ in range(4)]
    for visitor, number in zip(visitors, NUMBERS, strict=False):
        await send_to(visitor, number)
    wrong = "x"
    answers = await asyncio.gather(*(visitor.answer(code=wrong) for visitor in visitors for _ in range(10)))
    assert [sentence(shown) for shown in answers].count("Code does not match") == 10


async def test_a_right_code_given_fifty_times_at_once_enrols_one_device(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(sms()))
    await send_to(owner)
    answers = await asyncio.gather(*(owner.answer(code=engine.code) for _ in range(50)), return_exceptions=True)
    assert sum(isinstance(shown, dict) and ended(shown) for shown in answers) == 1
    assert all(isinstance(shown, dict | Conflict) for shown in answers)
    assert len(await engine.devices(OWNER)) == 1
    assert len(await engine.events("device_enrolled")) == 1
    assert await engine.devices(OTHER) == []
