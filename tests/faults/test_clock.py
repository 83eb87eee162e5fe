"""A clock that steps back an hour, or forward a day and back again: nobody gains by it, and nobody is locked out."""

from datetime import datetime, timedelta
from typing import Any

import pyotp
import pytest

from tests.e2e.numbers import fresh_number
from tests.faults.scene import SLUG, Scene, enrol
from tests.people import OTHER, OWNER, Person
from tests.unit.web.client import Visitor
from watchword import totp
from watchword.codes import RESEND_WAITS, WRONG_PER_HOUR
from watchword.storage.totp_devices import create_totp_device
from watchword.storage.users import find_user

HOUR, DAY = 3600, 86_400
FACTOR = "factor"


def error_of(shown: Any) -> tuple[str, str]:
    """Code and sentence of the only thing that is wrong."""
    [[error]] = shown["response_errors"].values()
    return error["code"], error["string"]


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10 ** len(code):0{len(code)}d}"


@pytest.mark.parametrize("step", [-HOUR, DAY])
async def test_an_enrolment_under_way_can_be_finished(scene: Scene, step: int) -> None:
    """At whichever stage the clock steps, the page says how to go on, and that works."""
    house, owner = scene.house, scene.owner
    await owner.see(SLUG)
    house.clock.pass_by(seconds=step)
    shown = await owner.answer(SLUG, phone=OWNER.number)
    house.clock.pass_by(seconds=step)
    shown = await owner.see(SLUG)
    if step > 0:
        # His session has ended, as it does in a day: he signs in, and begins anew.
        assert shown["component"] == "ak-stage-access-denied"
        await owner.sign_in(OWNER)
        assert (await enrol(scene, owner, OWNER))["component"] == "xak-flow-redirect"
    else:
        assert (shown["code_expires_in"], shown["resend_after"], shown["attempts_left"]) == (0, RESEND_WAITS[0], 0)
        assert error_of(await owner.answer(SLUG, code=scene.code_for(OWNER)))[0] == "expired"
        house.clock.pass_by(seconds=RESEND_WAITS[0])
        assert (await owner.answer(SLUG, resend=True))["response_errors"] == {}
        assert (await owner.answer(SLUG, code=scene.code_for(OWNER)))["component"] == "xak-flow-redirect"
    assert len(await scene.devices(OWNER)) == 1
    assert await scene.devices(OTHER) == []


async def test_a_code_of_before_the_step_back_is_worth_nothing_until_the_clock_is_right(scene: Scene) -> None:
    """Otherwise it would live for an hour and five minutes."""
    house, owner = scene.house, scene.owner
    await owner.answer(SLUG, phone=OWNER.number)
    house.clock.pass_by(seconds=-HOUR)
    for _ in range(7):
        assert error_of(await owner.answer(SLUG, code=scene.code_for(OWNER)))[0] == "expired"
        house.clock.pass_by(minutes=7)
    house.clock.pass_by(minutes=10)
    assert (await owner.answer(SLUG, code=scene.code_for(OWNER)))["component"] == "xak-flow-redirect"


async def test_a_code_lives_as_long_where_servers_clocks_differ_a_little(scene: Scene) -> None:
    await scene.owner.answer(SLUG, phone=OWNER.number)
    scene.house.clock.pass_by(seconds=-59)
    assert (await scene.owner.answer(SLUG, code=scene.code_for(OWNER)))["component"] == "xak-flow-redirect"


async def guess_wrong(scene: Scene, times: int) -> list[str]:
    """What each guess of the owner was told; a code with no try left is replaced."""
    told = []
    for _ in range(times):
        code = error_of(await scene.owner.answer(SLUG, code=wrong(scene.code_for(OWNER))))[0]
        if code == "spent":
            scene.house.clock.pass_by(seconds=max(RESEND_WAITS))
            assert (await scene.owner.answer(SLUG, resend=True))["response_errors"] == {}
            code = error_of(await scene.owner.answer(SLUG, code=wrong(scene.code_for(OWNER))))[0]
        told.append(code)
    return told


async def test_guesses_are_counted_over_a_step_back_and_a_return(scene: Scene) -> None:
    clock = scene.house.clock
    await scene.owner.answer(SLUG, phone=OWNER.number)
    assert await guess_wrong(scene, WRONG_PER_HOUR) == ["invalid"] * WRONG_PER_HOUR
    for step in (0, -HOUR, HOUR):
        clock.pass_by(seconds=step + max(RESEND_WAITS))
        assert (await send_to(scene.owner, OWNER.number))["phone_number_required"] is False
        assert await guess_wrong(scene, 1) == ["throttled"]
    assert await scene.counted("wrong:number:") == WRONG_PER_HOUR
    assert (await enrol(scene, scene.other, OTHER))["component"] == "xak-flow-redirect"


@pytest.mark.parametrize("step", [-HOUR, -DAY])
async def test_who_was_held_back_when_the_clock_was_put_right_is_let_in_again(scene: Scene, step: int) -> None:
    """After the limit's own hour and the one that a clock may be ahead, however far it was."""
    clock = scene.house.clock
    await scene.owner.answer(SLUG, phone=OWNER.number)
    await guess_wrong(scene, WRONG_PER_HOUR)
    clock.pass_by(seconds=step)
    code, sentence = error_of(await scene.owner.answer(SLUG, code="000000"))
    assert code == "throttled"
    assert sentence.endswith(("Wait 2 hours before you try again.", "Wait 115 minutes before you try again."))
    clock.pass_by(seconds=2 * HOUR)
    assert (await enrol(scene, scene.owner, OWNER))["component"] == "xak-flow-redirect"


async def send_to(visitor: Visitor, number: str) -> Any:
    await visitor.get("/flows/-/cancel/")
    return await visitor.answer(SLUG, phone=number)


@pytest.mark.parametrize(("step", "longest"), [(-HOUR, DAY + HOUR), (-DAY, DAY + HOUR)])
async def test_the_days_messages_are_counted_over_a_step_back(scene: Scene, step: int, longest: int) -> None:
    clock, number = scene.house.clock, fresh_number()
    for _ in range(5):
        assert (await send_to(scene.owner, number))["phone_number_required"] is False
        clock.pass_by(seconds=max(RESEND_WAITS))
    assert error_of(await send_to(scene.owner, number))[0] == "throttled"
    clock.pass_by(seconds=step)
    for visitor in (scene.owner, scene.other):
        assert error_of(await send_to(visitor, number)) == (
            "throttled",
            "Too many messages. Please wait 25 hours before you try again.",
        )
    assert len(scene.double.requests) == 5
    clock.pass_by(seconds=longest)
    visitor = await scene.house.signed_in(OWNER)
    assert (await send_to(visitor, number))["phone_number_required"] is False


async def sign_in(scene: Scene, person: Person) -> tuple[Visitor, Any]:
    """Up to the second factor."""
    visitor = scene.house.visitor()
    await visitor.see(FACTOR)
    await visitor.answer(FACTOR, uid_field=person.username)
    return visitor, await visitor.answer(FACTOR, password=person.password)


@pytest.mark.parametrize("step", [-HOUR, DAY])
async def test_a_second_factor_can_be_given_after_a_step(scene: Scene, step: int) -> None:
    await enrol(scene, scene.owner, OWNER)
    scene.house.clock.pass_by(minutes=10)
    visitor, shown = await sign_in(scene, OWNER)
    assert shown["code_sent"] is True
    scene.house.clock.pass_by(seconds=step)
    if step > 0:
        # The session of somebody who is not signed in ends with the day, and the run in it: the page begins anew.
        begun = await visitor.answer(FACTOR, code=scene.code_for(OWNER))
        assert begun["component"] == "ak-stage-identification"
        visitor, shown = await sign_in(scene, OWNER)
    else:
        assert error_of(await visitor.answer(FACTOR, code=scene.code_for(OWNER)))[0] == "expired"
        for code in ("throttled", None):
            answered = await visitor.answer(FACTOR, resend=True)
            assert code is None or error_of(answered)[0] == code
            scene.house.clock.pass_by(seconds=RESEND_WAITS[0])
    assert (await visitor.answer(FACTOR, code=scene.code_for(OWNER)))["component"] == "xak-flow-redirect"
    _, shown = await sign_in(scene, OTHER)
    assert shown["component"] == "ak-stage-access-denied"


async def test_a_session_ends_with_its_time_alone(scene: Scene) -> None:
    """It is over once the day is, and there again where that was a mistake."""
    for step, inside in ((-HOUR, True), (HOUR, True), (DAY, False), (-DAY, True)):
        scene.house.clock.pass_by(seconds=step)
        expected = "ak-stage-prompt" if inside else "ak-stage-access-denied"
        browser = scene.owner.with_cookies(**scene.owner.cookies)
        assert (await browser.see(SLUG))["component"] == expected
        assert (await scene.stranger.see(SLUG))["component"] == "ak-stage-access-denied"


async def test_a_code_of_an_app_is_taken_once_whatever_the_clock_does(scene: Scene) -> None:
    """One that was used, or is older than one that was, stays so after a step back (RFC 6238, 5.2)."""
    services, clock, app = scene.house.services, scene.house.clock, pyotp.TOTP(totp.new_secret())
    user = await services.database.read(find_user, username=OWNER.username)
    assert user
    await services.database.run(
        create_totp_device,
        user_id=user.id,
        stage_pk="any",
        secret=totp.seal_secret(services.keyring, app.secret),
        digits=6,
        last_step=0,
        now=clock(),
    )
    before = clock()
    clock.pass_by(seconds=HOUR)
    assert await by_app(scene, app, clock()) == "in"
    clock.pass_by(seconds=-HOUR)
    assert await by_app(scene, app, before) == "invalid"
    assert await by_app(scene, app, clock() + timedelta(seconds=HOUR)) == "invalid"
    clock.pass_by(seconds=HOUR + totp.PERIOD)
    assert await by_app(scene, app, clock()) == "in"


async def by_app(scene: Scene, app: pyotp.TOTP, shows: datetime) -> str:
    """What becomes of a sign-in with the code that the app shows at that time."""
    visitor, _ = await sign_in(scene, OWNER)
    end = await visitor.answer(FACTOR, code=app.at(shows))
    return "in" if end["component"] == "xak-flow-redirect" else error_of(end)[0]
