"""Guessing second factors: what the limits are, and that nothing gets past them."""

import asyncio
from datetime import timedelta

import pytest

from tests.people import OTHER, OWNER
from tests.unit.engine.engine import Engine
from tests.unit.engine.visitor import Visitor, denied, ended, problem, sentence
from tests.unit.stages.authenticator_validate.people import (
    add_app,
    add_phone,
    add_recovery_codes,
    app_code,
    choose,
    sign_in,
    to_second_factor,
)
from watchword.stages.authenticator_validate.conversation import LOCKED
from watchword.storage.authenticators import Authenticator, get_authenticator, record_failure

HOUR = 3600


async def state_of(engine: Engine, device: Authenticator) -> Authenticator:
    found = await engine.services.database.read(get_authenticator, type(device), device.id)
    assert found
    return found


async def test_a_code_takes_five_tries(engine: Engine, stranger: Visitor) -> None:
    await engine.install(sign_in())
    await add_phone(engine, OWNER)
    await to_second_factor(stranger)
    for left in (4, 3, 2, 1, 0):
        assert (await stranger.answer(code=engine.wrong))["attempts_left"] == left
    spent = await stranger.answer(code=engine.code)
    assert (problem(spent), sentence(spent)) == (("code", "spent"), "Too many wrong tries. Ask for a new code.")


async def test_a_number_takes_ten_wrong_tries_an_hour_across_codes_and_sign_ins(engine: Engine) -> None:
    await engine.install(sign_in())
    await add_phone(engine, OWNER)
    for wait in (30, 60):
        visitor = await engine.visitor()
        await to_second_factor(visitor)
        for _ in range(5):
            assert problem(await visitor.answer(code=engine.wrong)) == ("code", "invalid")
        engine.clock.advance(wait)
    visitor = await engine.visitor()
    await to_second_factor(visitor)
    throttled = await visitor.answer(code=engine.code)
    assert (problem(throttled), sentence(throttled)) == (
        ("code", "throttled"),
        "Too many wrong codes. Wait 59 minutes before you try again.",
    )
    assert await visitor.signed_in_as() is None


@pytest.mark.parametrize("add", [add_app, add_recovery_codes])
async def test_an_app_and_recovery_codes_take_ten_wrong_tries_an_hour(
    engine: Engine, stranger: Visitor, add: object
) -> None:
    await engine.install(sign_in())
    await (add_app if add is add_app else add_recovery_codes)(engine, OWNER)
    await to_second_factor(stranger)
    for _ in range(10):
        assert problem(await stranger.answer(code="000000000")) == ("code", "invalid")
    assert problem(await stranger.answer(code="000000000")) == ("code", "throttled")
    engine.clock.advance(HOUR)
    later = await engine.visitor()
    await to_second_factor(later)
    assert problem(await later.answer(code="000000000")) == ("code", "invalid")


async def test_a_user_takes_ten_wrong_tries_an_hour_across_his_devices(engine: Engine, stranger: Visitor) -> None:
    await engine.install(sign_in())
    app, codes = await add_app(engine, OWNER), await add_recovery_codes(engine, OWNER)
    await to_second_factor(stranger)
    for device in (app, codes):
        await choose(stranger, device)
        for _ in range(5):
            await stranger.answer(code="000000000")
    await choose(stranger, app)
    assert problem(await stranger.answer(code=app_code(engine))) == ("code", "throttled")


async def test_guessing_at_one_user_leaves_the_others_alone(engine: Engine) -> None:
    await engine.install(sign_in())
    for person in (OWNER, OTHER):
        await add_app(engine, person)
    guesser, other = await engine.visitor(), await engine.visitor()
    await to_second_factor(guesser, OWNER)
    for _ in range(11):
        await guesser.answer(code="000000")
    await to_second_factor(other, OTHER)
    assert ended(await other.answer(code=app_code(engine)))


async def test_parallel_guesses_never_exceed_the_limit(engine: Engine) -> None:
    await engine.install(sign_in())
    device = await add_app(engine, OWNER)
    visitors = [await engine.visitor() for _ in range(40)]
    for visitor in visitors:
        await to_second_factor(visitor)
    shown = await asyncio.gather(*(visitor.answer(code="000000") for visitor in visitors))
    assert sorted(problem(one)[1] for one in shown) == ["invalid"] * 10 + ["throttled"] * 30
    assert (await state_of(engine, device)).failures_in_a_row == 10


@pytest.mark.parametrize("add", [add_phone, add_app])
async def test_a_hundred_wrong_codes_in_a_row_lock_the_device_and_owner_and_administrator_are_told(
    engine: Engine, stranger: Visitor, add: object
) -> None:
    await engine.install(sign_in())
    device: Authenticator = await (add_phone if add is add_phone else add_app)(engine, OWNER)
    for _ in range(99):
        await engine.services.database.run(record_failure, type(device), device.id, disable_at=100, now=engine.clock())
    await to_second_factor(stranger)
    wrong = engine.wrong if engine.outbox else "000000"
    await stranger.answer(code=wrong)
    assert (await state_of(engine, device)).disabled
    (event,) = await engine.events("device_disabled")
    assert (event.username, event.context["device_class"]) == (OWNER.username, device.device_class)
    refused = await stranger.answer(code=app_code(engine))
    assert (denied(refused), sentence(refused)) == (True, LOCKED)
    assert sentence(await to_second_factor(await engine.visitor())) == LOCKED


async def test_a_right_code_forgets_the_wrong_ones_before_it(engine: Engine, stranger: Visitor) -> None:
    await engine.install(sign_in())
    device = await add_app(engine, OWNER)
    await to_second_factor(stranger)
    for _ in range(3):
        await stranger.answer(code="000000")
    assert (await state_of(engine, device)).failures_in_a_row == 3
    assert ended(await stranger.answer(code=app_code(engine)))
    assert (await state_of(engine, device)).failures_in_a_row == 0


async def test_a_wrong_code_is_an_event_without_the_code(engine: Engine, stranger: Visitor) -> None:
    await engine.install(sign_in())
    await add_phone(engine, OWNER)
    await to_second_factor(stranger)
    await stranger.answer(code=engine.wrong)
    (event,) = await engine.events("login_failed")
    assert (event.username, event.client_ip) == (OWNER.username, stranger.address)
    assert engine.wrong not in repr(event.context) + event.message


async def test_the_limits_hold_when_the_clock_goes_back(engine: Engine, stranger: Visitor) -> None:
    await engine.install(sign_in())
    await add_app(engine, OWNER)
    await to_second_factor(stranger)
    for _ in range(10):
        await stranger.answer(code="000000")
    engine.clock.now -= timedelta(minutes=30)
    assert problem(await stranger.answer(code="000000")) == ("code", "throttled")
