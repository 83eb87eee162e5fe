"""Making recovery codes: ten, shown once, kept as hashes."""

import re

from tests.people import OTHER, OWNER
from tests.unit.engine.engine import Engine
from tests.unit.engine.flows import Step, flow
from tests.unit.engine.visitor import Visitor, denied, ended
from watchword import recovery_codes
from watchword.stages.authenticator_static import AuthenticatorStaticStage
from watchword.storage.authenticators import authenticators_of
from watchword.storage.static_devices import StaticDevice, has_static_token, static_tokens_left

MAKES_CODES = Step(AuthenticatorStaticStage(name="codes"))


async def sets(engine: Engine, username: str) -> list[StaticDevice]:
    return await engine.services.database.read(authenticators_of, StaticDevice, engine.users[username].id)


async def works(engine: Engine, device: StaticDevice, shown: str) -> bool:
    plain = recovery_codes.normalise(shown)
    assert plain
    hashed = recovery_codes.token_hash(engine.services.keyring, device.user_id, plain)
    return await engine.services.database.read(has_static_token, device.id, hashed)


async def test_ten_codes_are_shown_in_groups_until_they_are_kept(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(MAKES_CODES))
    shown = await owner.look()
    assert shown["component"] == "ak-stage-authenticator-static"
    assert len(set(shown["codes"])) == 10
    assert all(re.fullmatch(r"[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}", code) for code in shown["codes"])
    assert (await owner.look())["codes"] == shown["codes"]


async def test_number_and_length_are_settings(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(Step(AuthenticatorStaticStage(name="codes", token_count=3, token_length=8))))
    assert [len(code) for code in (await owner.look())["codes"]] == [9, 9, 9]


async def test_they_work_once_the_visitor_says_that_he_has_them(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(MAKES_CODES))
    codes = (await owner.look())["codes"]
    assert await sets(engine, OWNER.username) == []
    assert ended(await owner.answer())
    (device,) = await sets(engine, OWNER.username)
    assert await engine.services.database.read(static_tokens_left, device.id) == 10
    assert [await works(engine, device, code) for code in codes] == [True] * 10
    assert await sets(engine, OTHER.username) == []


async def test_they_are_in_the_database_only_as_hashes(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(MAKES_CODES))
    codes = (await owner.look())["codes"]
    during = repr([await engine.rows("execution"), await engine.rows("session")])
    await owner.answer()
    after = repr([await engine.rows(table) for table in ("static_token", "static_device", "event", "session")])
    for code in codes:
        assert not any(form in text for form in (code, code.replace("-", "")) for text in (during, after))


async def test_new_ones_take_the_place_of_old_ones(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(MAKES_CODES))
    old = (await owner.look())["codes"]
    await owner.answer()
    new = (await owner.look())["codes"]
    (device,) = await sets(engine, OWNER.username)
    assert await works(engine, device, old[0])
    await owner.answer()
    (device,) = await sets(engine, OWNER.username)
    assert not await works(engine, device, old[0])
    assert await works(engine, device, new[0])


async def test_making_them_is_an_event_of_the_owner(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(MAKES_CODES))
    await owner.look()
    await owner.answer()
    (event,) = await engine.events("device_enrolled")
    assert (event.username, event.context["count"]) == (OWNER.username, 10)


async def test_a_stranger_makes_none(engine: Engine, stranger: Visitor) -> None:
    await engine.install(flow(MAKES_CODES))
    assert denied(await stranger.look())
