"""Setting up an authenticator app: enrolled by its first right code, and by nothing else."""

import asyncio
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest

from tests.people import OTHER, OWNER
from tests.unit.engine.engine import Engine
from tests.unit.engine.flows import Step, flow
from tests.unit.engine.visitor import Visitor, denied, ended, problem
from watchword import totp
from watchword.errors import Conflict
from watchword.stages.authenticator_totp import AuthenticatorTOTPStage
from watchword.storage.authenticators import authenticators_of
from watchword.storage.totp_devices import TOTPDevice


def sets_up(**settings: object) -> Step:
    return Step(AuthenticatorTOTPStage(name="app", **settings))  # type: ignore[arg-type] # the stage checks them


async def apps(engine: Engine, username: str) -> list[TOTPDevice]:
    return await engine.services.database.read(authenticators_of, TOTPDevice, engine.users[username].id)


def now_of(engine: Engine, secret: str, digits: int = 6) -> str:
    return pyotp.TOTP(secret, digits=digits).at(engine.clock())


async def test_the_secret_is_shown_as_apps_read_it(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(sets_up()))
    shown = await owner.look()
    assert shown["component"] == "ak-stage-authenticator-totp"
    uri = urlsplit(shown["config_url"])
    assert (uri.scheme, uri.netloc) == ("otpauth", "totp")
    assert uri.path == f"/watchword.example:{OWNER.username}"
    assert parse_qs(uri.query) == {"secret": [shown["secret"]], "issuer": ["watchword.example"]}
    assert len(shown["secret"]) == 32
    assert (await owner.look())["secret"] == shown["secret"]


@pytest.mark.parametrize("digits", ["6", "8"])
async def test_a_right_code_enrols_the_app(engine: Engine, owner: Visitor, digits: str) -> None:
    await engine.install(flow(sets_up(digits=digits)))
    secret = (await owner.look())["secret"]
    assert ended(await owner.answer(code=now_of(engine, secret, int(digits))))
    (device,) = await apps(engine, OWNER.username)
    assert (device.confirmed, device.digits) == (True, int(digits))
    assert totp.open_secret(engine.services.keyring, device.secret) == secret
    assert await apps(engine, OTHER.username) == []
    (event,) = await engine.events("device_enrolled")
    assert event.username == OWNER.username
    assert secret not in repr(event.context)


async def test_the_secret_is_sealed_in_the_database(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(sets_up()))
    secret = (await owner.look())["secret"]
    assert secret not in repr(await engine.rows("execution"))
    await owner.answer(code=now_of(engine, secret))
    assert secret not in repr(await engine.rows("totp_device"))


async def test_a_wrong_code_enrols_nothing_and_keeps_the_secret(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(sets_up()))
    secret = (await owner.look())["secret"]
    for code in ("000000", "", None, "x" * 1000, [1], "\x00"):
        shown = await owner.answer(code=code)
        assert problem(shown)[0] == "code"
        assert shown["secret"] == secret
    assert await apps(engine, OWNER.username) == []


async def test_guesses_are_limited(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(sets_up()))
    await owner.look()
    codes = [problem(await owner.answer(code="000000"))[1] for _ in range(11)]
    assert codes == ["invalid"] * 10 + ["throttled"]


async def test_of_two_right_codes_at_once_one_enrols(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(sets_up()))
    code = now_of(engine, (await owner.look())["secret"])
    shown = await asyncio.gather(*(owner.answer(code=code) for _ in range(5)), return_exceptions=True)
    assert all(isinstance(one, Conflict | dict) for one in shown)
    assert len(await apps(engine, OWNER.username)) == 1


async def test_the_code_that_enrolled_it_does_not_sign_in(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(sets_up()))
    await owner.answer(code=now_of(engine, (await owner.look())["secret"]))
    (device,) = await apps(engine, OWNER.username)
    assert device.last_step == int(engine.clock().timestamp()) // 30


async def test_every_start_has_a_secret_of_its_own(engine: Engine, owner: Visitor, other: Visitor) -> None:
    await engine.install(flow(sets_up()))
    first = (await owner.look())["secret"]
    await owner.cancel()
    assert len({first, (await owner.look())["secret"], (await other.look())["secret"]}) == 3


async def test_a_stranger_sets_nothing_up(engine: Engine, stranger: Visitor) -> None:
    await engine.install(flow(sets_up()))
    assert denied(await stranger.look())
