"""Codes of the second factor: each for its own device, each once."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from tests.people import OTHER, OWNER, Person
from tests.unit.engine.engine import Engine
from tests.unit.engine.visitor import Visitor, ended, problem, sentence
from tests.unit.stages.authenticator_validate.people import (
    CODES,
    add_app,
    add_phone,
    add_recovery_codes,
    app_code,
    choose,
    sign_in,
    to_second_factor,
)
from watchword import recovery_codes
from watchword.errors import Conflict
from watchword.storage.authenticators import Authenticator
from watchword.storage.static_devices import static_tokens_left

ADD: dict[str, Callable[[Engine, Person], Awaitable[Authenticator]]] = {
    "sms": add_phone,
    "totp": add_app,
    "static": add_recovery_codes,
}


async def test_a_right_code_signs_in_and_is_noted_at_the_device(engine: Engine, stranger: Visitor) -> None:
    await engine.install(sign_in())
    await add_phone(engine, OWNER)
    await to_second_factor(stranger)
    engine.clock.advance(60)
    assert ended(await stranger.answer(code=engine.code))
    assert await stranger.signed_in_as() == OWNER.username
    (device,) = await engine.devices(OWNER)
    assert device.last_used == engine.clock()


@pytest.mark.parametrize(("passed", "code"), [(299, None), (301, "expired")])
async def test_a_code_lives_as_long_as_at_enrolment(
    engine: Engine, stranger: Visitor, passed: int, code: str | None
) -> None:
    await engine.install(sign_in())
    await add_phone(engine, OWNER)
    await to_second_factor(stranger)
    engine.clock.advance(passed)
    shown = await stranger.answer(code=engine.code)
    assert ended(shown) if code is None else problem(shown) == ("code", code)


async def test_a_code_counts_for_the_chosen_device_alone(engine: Engine, stranger: Visitor) -> None:
    await engine.install(sign_in())
    phone, app, codes = (
        await add_phone(engine, OWNER),
        await add_app(engine, OWNER),
        await add_recovery_codes(engine, OWNER),
    )
    await to_second_factor(stranger)
    assert problem(await stranger.answer(code=app_code(engine))) == ("code", "no_device")
    await choose(stranger, phone)
    for other in (app_code(engine), CODES[0]):
        assert sentence(await stranger.answer(code=other)) == "Invalid code"
    await choose(stranger, codes)
    for other in (app_code(engine), engine.code):
        assert sentence(await stranger.answer(code=other)) == "Invalid code"
    await choose(stranger, app)
    for other in (engine.code, CODES[0]):
        assert sentence(await stranger.answer(code=other)) == "Invalid code"
    assert ended(await stranger.answer(code=app_code(engine)))


async def test_a_code_that_was_sent_for_somebody_else_proves_nothing(engine: Engine) -> None:
    await engine.install(sign_in())
    await add_phone(engine, OWNER)
    await add_phone(engine, OTHER)
    hers, his = await engine.visitor(), await engine.visitor()
    engine.next_codes += ["111111", "222222"]
    await to_second_factor(hers, OWNER)
    await to_second_factor(his, OTHER)
    assert problem(await his.answer(code="111111")) == ("code", "invalid")
    assert problem(await hers.answer(code="222222")) == ("code", "invalid")
    assert ended(await his.answer(code="222222"))


async def test_a_code_of_one_sign_in_proves_nothing_in_another(engine: Engine) -> None:
    await engine.install(sign_in())
    await add_phone(engine, OWNER)
    one, two = await engine.visitor(), await engine.visitor()
    engine.next_codes += ["111111", "222222"]
    await to_second_factor(one)
    engine.clock.advance(30)
    await to_second_factor(two)
    assert problem(await two.answer(code="111111")) == ("code", "invalid")
    assert ended(await one.answer(code="111111"))


@pytest.mark.parametrize("drift", [-30, 0, 30])
async def test_an_apps_clock_may_be_half_a_minute_off(engine: Engine, stranger: Visitor, drift: int) -> None:
    await engine.install(sign_in())
    await add_app(engine, OWNER)
    await to_second_factor(stranger)
    assert ended(await stranger.answer(code=app_code(engine, drift)))


@pytest.mark.parametrize("drift", [-60, 60])
async def test_and_no_more(engine: Engine, stranger: Visitor, drift: int) -> None:
    await engine.install(sign_in())
    await add_app(engine, OWNER)
    await to_second_factor(stranger)
    assert problem(await stranger.answer(code=app_code(engine, drift))) == ("code", "invalid")


async def test_a_code_of_an_app_is_accepted_once(engine: Engine) -> None:
    await engine.install(sign_in())
    await add_app(engine, OWNER)
    one, two = await engine.visitor(), await engine.visitor()
    await to_second_factor(one)
    await to_second_factor(two)
    code = app_code(engine)
    assert ended(await one.answer(code=code))
    assert problem(await two.answer(code=code)) == ("code", "invalid")
    engine.clock.advance(30)
    assert ended(await two.answer(code=app_code(engine)))


async def test_a_recovery_code_is_accepted_once_however_it_is_written(engine: Engine) -> None:
    await engine.install(sign_in())
    device = await add_recovery_codes(engine, OWNER)
    one, two = await engine.visitor(), await engine.visitor()
    await to_second_factor(one)
    await to_second_factor(two)
    assert ended(await one.answer(code=f" {recovery_codes.in_groups(CODES[0]).upper()} "))
    assert problem(await two.answer(code=CODES[0])) == ("code", "invalid")
    assert await engine.services.database.read(static_tokens_left, device.id) == 1
    assert ended(await two.answer(code=CODES[1]))


async def test_a_recovery_code_of_somebody_else_is_worth_nothing(engine: Engine, stranger: Visitor) -> None:
    await engine.install(sign_in())
    await add_recovery_codes(engine, OTHER)
    await add_app(engine, OWNER)
    await to_second_factor(stranger)
    assert problem(await stranger.answer(code=CODES[0])) == ("code", "invalid")


@pytest.mark.parametrize("kind", ["sms", "totp", "static"])
async def test_of_many_right_codes_at_once_one_counts(engine: Engine, kind: str) -> None:
    """From several browsers, where each has its own run; an SMS code belongs to one run, and that moves on once."""
    await engine.install(sign_in())
    await ADD[kind](engine, OWNER)
    visitors = [await engine.visitor() for _ in range(1 if kind == "sms" else 6)]
    for visitor in visitors:
        await to_second_factor(visitor)
    code = {"sms": engine.outbox[-1].code if engine.outbox else "", "totp": app_code(engine), "static": CODES[0]}[kind]
    tries = [visitor.answer(code=code) for visitor in visitors for _ in range(6 if kind == "sms" else 1)]
    shown = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(not isinstance(one, BaseException) and ended(one) for one in shown) == 1
    assert all(isinstance(one, dict | Conflict) for one in shown)


@pytest.mark.parametrize("code", ["", None])
async def test_nothing_at_all_is_an_empty_response(engine: Engine, stranger: Visitor, code: object) -> None:
    await engine.install(sign_in())
    await add_app(engine, OWNER)
    await to_second_factor(stranger)
    assert sentence(await stranger.answer(code=code)) == "Empty response"


@pytest.mark.parametrize("code", ["x" * 5000, "\x00", [1], {"a": 1}, True, -5, 10**30, "１２３", "‮123456"])
async def test_nonsense_is_a_wrong_code_and_nothing_worse(engine: Engine, stranger: Visitor, code: object) -> None:
    await engine.install(sign_in())
    for add in (add_phone, add_app, add_recovery_codes):
        device = await add(engine, OWNER)
        await to_second_factor(stranger)
        if device.device_class != "sms":
            await choose(stranger, device)
        assert problem(await stranger.answer(code=code))[0] == "code"
        await stranger.cancel()


async def test_a_code_as_a_number_has_its_leading_zeros_back(engine: Engine, stranger: Visitor) -> None:
    await engine.install(sign_in())
    await add_phone(engine, OWNER)
    engine.next_codes.append("000042")
    await to_second_factor(stranger)
    assert ended(await stranger.answer(code=42))
