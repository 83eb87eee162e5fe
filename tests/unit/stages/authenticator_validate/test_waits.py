"""At the second factor and in a recovery too the wait for a new code outlasts the run it began in."""

import pytest

from tests.people import OTHER, OWNER, STRANGER
from tests.unit.engine.engine import Engine
from tests.unit.engine.flows import flow, sms
from tests.unit.engine.visitor import Shown, Visitor, ended, problem, sentence
from tests.unit.stages.authenticator_sms.numbers import send_to
from tests.unit.stages.authenticator_validate.people import (
    add_app,
    add_phone,
    app_code,
    choose,
    sign_in,
    to_second_factor,
)
from tests.unit.stages.authenticator_validate.test_recovery import begin, recovery, words
from watchword.storage.users import update_user

SOON = ("non_field_errors", "throttled")


async def test_who_begins_a_sign_in_again_waits_and_then_goes_on(engine: Engine, stranger: Visitor) -> None:
    await engine.install(sign_in())
    await add_phone(engine, OWNER)
    await to_second_factor(stranger)
    engine.clock.advance(10)
    again = await engine.visitor()
    early = await to_second_factor(again)
    assert (problem(early), sentence(early)) == (SOON, "Please wait 20 seconds before you ask for a new code.")
    assert (early["resend_after"], early["code_sent"], len(engine.outbox)) == (20, False, 1)
    engine.clock.advance(5)
    assert (await again.look())["resend_after"] == 15
    engine.clock.advance(15)
    shown = await again.answer(resend=True)
    assert (shown["response_errors"], shown["resend_after"], len(engine.outbox)) == ({}, 60, 2)
    assert ended(await again.answer(code=engine.code))


async def test_who_has_to_wait_may_take_his_other_authenticator(engine: Engine) -> None:
    await engine.install(sign_in())
    phone, app = await add_phone(engine, OWNER), await add_app(engine, OWNER)
    one, two = await engine.visitor(), await engine.visitor()
    await to_second_factor(one)
    await choose(one, phone)
    await to_second_factor(two)
    assert problem(await choose(two, phone)) == SOON
    await choose(two, app)
    assert ended(await two.answer(code=app_code(engine)))


async def test_a_code_that_signed_somebody_in_keeps_nobody_waiting(engine: Engine) -> None:
    await engine.install(sign_in())
    await add_phone(engine, OWNER)
    for _ in range(3):
        visitor = await engine.visitor()
        await to_second_factor(visitor)
        assert ended(await visitor.answer(code=engine.code))


async def test_somebody_elses_wait_is_not_told_once_his_message_failed(engine: Engine) -> None:
    await engine.install(sign_in())
    await add_phone(engine, OWNER)
    engine.fail()
    assert problem(await to_second_factor(await engine.visitor())) == ("non_field_errors", "send_failed")
    engine.recover()
    assert (await to_second_factor(await engine.visitor()))["code_sent"]


async def test_a_stranger_at_the_enrolment_keeps_no_owner_waiting_at_the_second_factor(engine: Engine) -> None:
    await engine.install([*sign_in(), *flow(sms(name="joining"), slug="join", designation="enrollment")])
    await add_phone(engine, OWNER)
    visitor = await engine.visitor()
    visitor.slug = "join"
    await send_to(visitor)
    assert (await to_second_factor(await engine.visitor()))["code_sent"]


async def seen(engine: Engine, name: str) -> list[Shown]:
    """By whoever begins a recovery again and again."""
    shown = []
    for pause in (0, 10, 20, 30, 30):
        engine.clock.advance(pause)
        shown.append(words(await begin(engine, await engine.visitor(), name), name))
    return shown


async def test_who_begins_a_recovery_again_waits_alike_whether_or_not_the_name_is_anybodys(engine: Engine) -> None:
    await engine.install(recovery())
    await add_phone(engine, OWNER)
    owners, others, nobodys = [await seen(engine, one.username) for one in (OWNER, OTHER, STRANGER)]
    assert owners == others == nobodys
    assert [problem(one) if one.get("response_errors") else "" for one in owners] == ["", SOON, "", SOON, ""]
    assert (owners[1]["resend_after"], len(engine.outbox)) == (20, 3)
    assert sentence(owners[3]) == "Please wait 30 seconds before you ask for a new code."


@pytest.mark.parametrize("fails", [False, True])
async def test_two_names_of_one_user_are_no_way_around_the_wait_and_tell_nothing(engine: Engine, fails: bool) -> None:
    await engine.install(recovery())
    await add_phone(engine, OWNER)
    user = await engine.user(OWNER)
    await engine.services.database.run(update_user, user.id, email="owner@example.org")
    if fails:
        engine.fail()
    first = await begin(engine, await engine.visitor(), OWNER.username)
    engine.recover()
    second = await begin(engine, await engine.visitor(), "owner@example.org")
    assert words(first, OWNER.username) == words(second, "owner@example.org")
    assert len(engine.outbox) == 1, "the message that failed began no wait for the number"
