"""One's own authenticators, and when somebody must prove himself before he adds another."""

from datetime import datetime
from typing import Any

import pytest

from tests.people import OTHER, OWNER
from tests.unit.engine.engine import Engine
from tests.unit.engine.flows import Step, flow, sms
from tests.unit.engine.visitor import Visitor, denied, ended, sentence
from tests.unit.stages.authenticator_validate.people import add_app, add_phone, add_recovery_codes
from watchword.errors import NotFound
from watchword.flows.own_authenticators import (
    PROVE_FIRST,
    NameRefused,
    find_own,
    is_last,
    remove_own,
    rename_own,
)
from watchword.stages.authenticator_static import AuthenticatorStaticStage
from watchword.stages.authenticator_totp import AuthenticatorTOTPStage
from watchword.storage.authenticators import get_authenticator

LATER = 301
STEPS = {
    "totp": Step(AuthenticatorTOTPStage(name="app")),
    "static": Step(AuthenticatorStaticStage(name="codes")),
    "sms": sms(),
}


def about(engine: Engine) -> dict[str, Any]:
    now: datetime = engine.clock()
    return {"now": now, "client_ip": "192.0.2.1"}


async def test_what_is_somebody_elses_is_not_there(engine: Engine) -> None:
    device = await add_phone(engine, OWNER)
    owner, other = engine.users[OWNER.username], engine.users[OTHER.username]
    read, run = engine.services.database.read, engine.services.database.run
    assert await read(find_own, owner, "sms", device.id) == device
    for user, device_class, device_id in (
        (other, "sms", device.id),
        (owner, "totp", device.id),
        (owner, "sms", device.id + 1),
        (owner, "users", 1),
    ):
        with pytest.raises(NotFound):
            await read(find_own, user, device_class, device_id)
        with pytest.raises(NotFound):
            await run(rename_own, user, device_class, device_id, name="x", **about(engine))
        with pytest.raises(NotFound):
            await run(remove_own, user, device_class, device_id, **about(engine))
    assert await read(get_authenticator, type(device), device.id) == device
    assert await engine.events() == []


async def test_a_new_name_is_an_event_and_keeps_everything_else(engine: Engine) -> None:
    device, user = await add_app(engine, OWNER), engine.users[OWNER.username]
    run = engine.services.database.run
    await run(rename_own, user, "totp", device.id, name="  Mein Händy 😀 ", **about(engine))
    renamed = await engine.services.database.read(find_own, user, "totp", device.id)
    assert renamed.name == "Mein Händy 😀"
    (event,) = await engine.events("device_renamed")
    assert (event.username, event.client_ip) == (OWNER.username, "192.0.2.1")


@pytest.mark.parametrize("name", ["", "   ", "x" * 65, "a\nb", "\x00", "\u202eevil"])
async def test_a_name_that_cannot_be_shown_is_refused(engine: Engine, name: str) -> None:
    device, user = await add_app(engine, OWNER), engine.users[OWNER.username]
    with pytest.raises(NameRefused):
        await engine.services.database.run(rename_own, user, "totp", device.id, name=name, **about(engine))


async def test_a_removal_is_an_event(engine: Engine) -> None:
    device, user = await add_phone(engine, OWNER), engine.users[OWNER.username]
    await engine.services.database.run(remove_own, user, "sms", device.id, **about(engine))
    assert await engine.devices(OWNER) == []
    (event,) = await engine.events("device_removed")
    assert (event.username, event.context["device_class"]) == (OWNER.username, "sms")
    assert OWNER.number not in repr(event)


async def test_the_last_second_factor_is_known_as_such(engine: Engine) -> None:
    read = engine.services.database.read
    phone = await add_phone(engine, OWNER)
    assert await read(is_last, phone)
    await add_phone(engine, OTHER, OTHER.number)
    assert await read(is_last, phone), "somebody else's is no help"
    app = await add_app(engine, OWNER)
    assert not await read(is_last, phone)
    assert not await read(is_last, app)


async def test_a_number_that_was_not_kept_is_no_second_factor(engine: Engine) -> None:
    read = engine.services.database.read
    hashed = await add_phone(engine, OWNER, "+4915123456714", hashed=True, phone_number=None, masked="")
    app = await add_app(engine, OWNER)
    assert not await read(is_last, hashed)
    assert await read(is_last, app)


@pytest.mark.parametrize("kind", STEPS)
@pytest.mark.parametrize("owned", ["phone", "app", "codes", "nothing"])
async def test_a_stolen_session_cannot_add_the_thiefs_authenticator(
    engine: Engine, owner: Visitor, kind: str, owned: str
) -> None:
    await engine.install(flow(STEPS[kind]))
    if owned == "phone":
        await add_phone(engine, OWNER)
    elif owned == "app":
        await add_app(engine, OWNER)
    elif owned == "codes":
        await add_recovery_codes(engine, OWNER)
    assert not denied(await owner.look()), "right after signing in"
    await owner.cancel()
    engine.clock.advance(LATER)
    shown = await owner.look()
    free = owned == "nothing"
    assert denied(shown) is not free
    assert free or sentence(shown) == PROVE_FIRST
    assert free or shown["reauthenticate_url"] == "/flows/-/reauthenticate/?next=/if/flow/enrol/"


async def test_another_users_authenticators_are_no_obstacle(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(STEPS["static"]))
    await add_app(engine, OTHER)
    engine.clock.advance(LATER)
    await owner.look()
    assert ended(await owner.answer())
