"""A browser that gave a second factor a short while ago is not asked again; nothing else passes for it."""

from datetime import timedelta

import pytest

from tests.people import OTHER, OWNER, Person
from tests.unit.engine.engine import Engine
from tests.unit.engine.visitor import Shown, Visitor, ended
from tests.unit.stages.authenticator_validate.people import add_app, app_code, sign_in, to_second_factor
from watchword.model.base import ConfigObject
from watchword.storage.authenticators import delete_authenticator, disable_authenticator
from watchword.storage.totp_devices import TOTPDevice
from watchword.storage.users import update_user


@pytest.fixture
async def flow(engine: Engine) -> list[ConfigObject]:
    made = sign_in(last_auth_threshold="hours=8")
    await engine.install(made)
    return made


async def remembered(engine: Engine, person: Person = OWNER) -> str:
    """The cookie of somebody who has just signed in."""
    visitor = await engine.visitor()
    await to_second_factor(visitor, person)
    assert ended(await visitor.answer(code=app_code(engine)))
    assert visitor.visit
    assert visitor.visit.remember
    assert visitor.visit.remember.lifetime == timedelta(hours=8)
    engine.clock.advance(60)
    return visitor.remembered


async def again(engine: Engine, cookie: str, person: Person = OWNER) -> Shown:
    visitor = await engine.visitor()
    visitor.remembered = cookie
    return await to_second_factor(visitor, person)


async def test_a_remembered_browser_is_not_asked(engine: Engine, flow: object) -> None:
    await add_app(engine, OWNER)
    cookie = await remembered(engine)
    assert ended(await again(engine, cookie))


async def test_a_browser_without_it_is(engine: Engine, flow: object) -> None:
    await add_app(engine, OWNER)
    await remembered(engine)
    assert not ended(await again(engine, ""))


@pytest.mark.parametrize(("hours", "asked"), [(7.9, False), (8, True), (-1, True)])
async def test_it_ends_with_the_threshold_and_does_not_come_from_the_future(
    engine: Engine, flow: object, hours: float, asked: bool
) -> None:
    await add_app(engine, OWNER)
    cookie = await remembered(engine)
    engine.clock.advance(hours * 3600 - 60)
    assert ended(await again(engine, cookie)) is not asked


async def test_it_is_worth_nothing_for_another_user(engine: Engine, flow: object) -> None:
    for person in (OWNER, OTHER):
        await add_app(engine, person)
    cookie = await remembered(engine, OWNER)
    assert not ended(await again(engine, cookie, OTHER))


@pytest.mark.parametrize("place", [0, -1])
async def test_a_changed_one_is_worth_nothing(engine: Engine, flow: object, place: int) -> None:
    await add_app(engine, OWNER)
    changed = list(await remembered(engine))
    changed[place] = "0" if changed[place] != "0" else "1"
    assert not ended(await again(engine, "".join(changed)))


@pytest.mark.parametrize("cookie", [".", "a.b", "é.ü", "x" * 1000, "W10.W10"])
async def test_nonsense_is_worth_nothing(engine: Engine, flow: object, cookie: str) -> None:
    await add_app(engine, OWNER)
    assert not ended(await again(engine, cookie))


async def test_it_dies_with_its_device(engine: Engine, flow: object) -> None:
    device = await add_app(engine, OWNER)
    cookie = await remembered(engine)
    await engine.services.database.run(delete_authenticator, TOTPDevice, device.id)
    await add_app(engine, OWNER)
    assert not ended(await again(engine, cookie))


async def test_it_is_worth_nothing_while_its_device_is_locked(engine: Engine, flow: object) -> None:
    device = await add_app(engine, OWNER)
    cookie = await remembered(engine)
    await engine.services.database.run(disable_authenticator, TOTPDevice, device.id, engine.clock())
    assert not ended(await again(engine, cookie))


async def test_it_dies_with_the_password(engine: Engine, flow: object) -> None:
    await add_app(engine, OWNER)
    cookie = await remembered(engine)
    user = engine.users[OWNER.username]
    await engine.services.database.run(update_user, user.id, password_changed=engine.clock())
    assert not ended(await again(engine, cookie))


async def test_it_is_worth_nothing_at_another_stage(engine: Engine, flow: list[ConfigObject]) -> None:
    await add_app(engine, OWNER)
    cookie = await remembered(engine)
    await engine.install(sign_in(last_auth_threshold="hours=8"), remove=[obj.pk for obj in flow])
    assert not ended(await again(engine, cookie))


async def test_without_a_threshold_nothing_is_remembered(engine: Engine, stranger: Visitor) -> None:
    await engine.install(sign_in())
    await add_app(engine, OWNER)
    await to_second_factor(stranger)
    assert ended(await stranger.answer(code=app_code(engine)))
    assert stranger.remembered == ""


async def test_the_visitor_never_sees_numbers_or_secrets_in_it(engine: Engine, flow: object) -> None:
    await add_app(engine, OWNER)
    cookie = await remembered(engine)
    assert OWNER.username not in cookie
    assert len(cookie) < 400
