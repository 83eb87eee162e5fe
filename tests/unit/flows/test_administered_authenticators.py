"""What administrators do with other people's authenticators, and what it leaves behind."""

from typing import Any

import pytest

from tests.people import OTHER, OWNER
from tests.unit.engine.engine import Engine
from tests.unit.stages.authenticator_validate.people import CODES, add_app, add_phone, add_recovery_codes
from watchword import recovery_codes
from watchword.codes import WRONG_IN_A_ROW
from watchword.errors import Forbidden, NotFound
from watchword.flows.administered_authenticators import DEEDS, LAST, LAST_WORKING, Deed, administer, what_it_costs
from watchword.flows.own_authenticators import can_restore, restore_own
from watchword.storage.authenticators import Authenticator, get_authenticator, record_failure
from watchword.storage.static_devices import use_static_token

BY = "an administrator's name"
EVERY_DEED = pytest.mark.parametrize("deed", DEEDS)


async def do(engine: Engine, deed: Deed, device: Authenticator, **about: Any) -> Authenticator:
    given = {"by": BY, "now": engine.clock(), "client_ip": "192.0.2.1", **about}
    owner = next(user for user in engine.users.values() if user.id == device.user_id)
    return await engine.services.database.run(administer, deed, owner, device.device_class, device.id, **given)


async def now(engine: Engine, device: Authenticator) -> Authenticator | None:
    return await engine.services.database.read(get_authenticator, type(device), device.id)


async def lock(engine: Engine, device: Authenticator) -> None:
    for _ in range(WRONG_IN_A_ROW):
        await engine.services.database.run(
            record_failure, type(device), device.id, disable_at=WRONG_IN_A_ROW, now=engine.clock()
        )


async def cost(engine: Engine, deed: Deed, device: Authenticator) -> str:
    found = await now(engine, device)
    assert found
    return await engine.services.database.read(what_it_costs, deed, found)


@pytest.mark.parametrize("add", [add_phone, add_app, add_recovery_codes])
async def test_a_device_of_any_class_is_disabled_restored_and_removed(engine: Engine, add: Any) -> None:
    device, kept = await add(engine, OWNER), await add_phone(engine, OTHER, OTHER.number)
    await do(engine, "disable", device)
    disabled = await now(engine, device)
    assert disabled
    assert disabled.disabled
    await do(engine, "restore", device)
    restored = await now(engine, device)
    assert restored
    assert (restored.disabled, restored.failures_in_a_row) == (False, 0)
    assert await do(engine, "remove", device) == restored
    assert await now(engine, device) is None
    assert await now(engine, kept) == kept


@EVERY_DEED
async def test_a_deed_is_an_event_about_the_owner_that_names_who_did_it(engine: Engine, deed: Deed) -> None:
    device = await add_phone(engine, OWNER, name=f"Mine, {OWNER.number}")
    await do(engine, deed, device)
    (event,) = await engine.events()
    assert (event.action, event.username, event.client_ip) == (DEEDS[deed].action, OWNER.username, "192.0.2.1")
    assert event.user_id == engine.users[OWNER.username].id
    assert event.context == {"device_class": "sms", "device": device.id, "failures_in_a_row": 0, "by": BY}
    assert OWNER.number not in repr(event)


@EVERY_DEED
async def test_what_is_not_that_users_is_not_there(engine: Engine, deed: Deed) -> None:
    device = await add_phone(engine, OWNER)
    for username, device_class, device_id in (
        (OTHER.username, "sms", device.id),
        (OWNER.username, "totp", device.id),
        (OWNER.username, "sms", device.id + 1),
        (OWNER.username, "users", 1),
    ):
        with pytest.raises(NotFound):
            await engine.services.database.run(
                administer, deed, engine.users[username], device_class, device_id, by=BY, now=engine.clock()
            )
    assert await now(engine, device) == device
    assert await engine.events() == []


async def test_the_wrong_codes_before_a_deed_are_kept_in_history(engine: Engine) -> None:
    device = await add_phone(engine, OWNER)
    await lock(engine, device)
    await do(engine, "restore", device)
    (event,) = await engine.events("device_restored")
    assert event.context["failures_in_a_row"] == WRONG_IN_A_ROW


async def test_what_an_administrator_disabled_stays_so_even_where_wrong_codes_had_locked_it(engine: Engine) -> None:
    device, owner = await add_phone(engine, OWNER), engine.users[OWNER.username]
    await add_app(engine, OWNER)
    await lock(engine, device)
    locked = await now(engine, device)
    assert locked
    assert await engine.services.database.read(can_restore, locked)
    await do(engine, "disable", device)
    with pytest.raises(Forbidden):
        await engine.services.database.run(
            restore_own, owner, "sms", device.id, now=engine.clock(), client_ip="192.0.2.1"
        )
    after = await now(engine, device)
    assert after
    assert after.disabled


async def test_the_only_second_factor_costs_more_than_the_device(engine: Engine) -> None:
    phone = await add_phone(engine, OWNER)
    await add_app(engine, OTHER)
    assert await cost(engine, "remove", phone) == LAST
    assert await cost(engine, "disable", phone) == LAST_WORKING
    assert await cost(engine, "restore", phone) == ""


async def test_one_of_two_costs_nothing_while_the_other_works(engine: Engine) -> None:
    phone, app = await add_phone(engine, OWNER), await add_app(engine, OWNER)
    for deed in DEEDS:
        assert await cost(engine, deed, phone) == ""
    await do(engine, "disable", app)
    for deed in ("disable", "remove"):
        assert await cost(engine, deed, phone) == LAST_WORKING
    assert await cost(engine, "remove", app) == "", "it did not work before either"


async def test_used_up_recovery_codes_are_no_help(engine: Engine) -> None:
    phone, codes = await add_phone(engine, OWNER), await add_recovery_codes(engine, OWNER)
    assert await cost(engine, "disable", phone) == ""
    for code in CODES:
        token = recovery_codes.token_hash(engine.services.keyring, codes.user_id, code)
        assert await engine.services.database.run(use_static_token, codes.id, token, engine.clock())
    assert await cost(engine, "disable", phone) == LAST_WORKING
    assert await cost(engine, "remove", codes) == "", "the phone works"


async def test_a_number_that_was_not_kept_is_no_second_factor(engine: Engine) -> None:
    hashed = await add_phone(engine, OWNER, "+4915123456714", hashed=True, phone_number=None, masked="")
    app = await add_app(engine, OWNER)
    for deed in DEEDS:
        assert await cost(engine, deed, hashed) == ""
    assert await cost(engine, "remove", app) == LAST
