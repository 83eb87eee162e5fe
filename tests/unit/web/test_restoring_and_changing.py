"""A locked device restored by its owner, and a number changed, over HTTP."""

import pyotp

from tests.people import OTHER, OWNER
from tests.unit.stages.authenticator_validate.people import SECRET
from tests.unit.web.client import Visitor, step_of
from tests.unit.web.house import House
from tests.unit.web.test_devices import LATER, add_app, add_phone, leads_to_proof, url_of, user
from watchword.codes import WRONG_IN_A_ROW
from watchword.phone import mask, number_key
from watchword.storage.authenticators import Authenticator, disable_authenticator, record_failure
from watchword.storage.devices import SMSDevice, create_device

AGAIN = "/if/flow/default-reauthentication-flow/"


async def lock(house: House, device: Authenticator) -> None:
    for _ in range(WRONG_IN_A_ROW):
        await house.services.database.run(
            record_failure, type(device), device.id, disable_at=WRONG_IN_A_ROW, now=house.clock()
        )


async def is_locked(house: House, device: Authenticator) -> bool:
    (row,) = await house.rows("SELECT disabled FROM sms_device WHERE id = :id", id=device.id)
    return bool(row["disabled"])


async def prove_with_app(house: House, visitor: Visitor) -> None:
    asked = await visitor.get(AGAIN)
    proven = await visitor.submit(AGAIN, _step=step_of(asked), code=pyotp.TOTP(SECRET).at(house.clock()))
    assert proven.status == 303


async def test_a_locked_device_is_restored_by_another_one(house: House, owner: Visitor) -> None:
    phone = await add_phone(house)
    await add_app(house)
    await lock(house, phone)
    assert "Restore this device" in (await owner.get(url_of(phone))).text
    await prove_with_app(house, owner)
    restored = await owner.submit(f"{url_of(phone)}restore")
    assert (restored.status, restored.header("location")) == (303, "/if/user/")
    assert not await is_locked(house, phone)
    assert "SMS Device is restored." in (await owner.get("/if/user/")).text
    (event,) = await house.rows("SELECT username FROM event WHERE action = 'device_restored'")
    assert event["username"] == OWNER.username


async def test_a_password_alone_restores_nothing(house: House, owner: Visitor) -> None:
    """Whoever guessed a hundred codes has the password already."""
    phone = await add_phone(house)
    await add_app(house)
    await lock(house, phone)
    assert leads_to_proof(await owner.submit(f"{url_of(phone)}restore"), url_of(phone))
    assert await is_locked(house, phone)


async def test_an_old_proof_restores_nothing(house: House, owner: Visitor) -> None:
    phone = await add_phone(house)
    await add_app(house)
    await lock(house, phone)
    await prove_with_app(house, owner)
    house.clock.pass_by(seconds=LATER)
    assert leads_to_proof(await owner.submit(f"{url_of(phone)}restore"), url_of(phone))
    assert await is_locked(house, phone)


async def test_what_an_administrator_disabled_its_owner_does_not_restore(house: House, owner: Visitor) -> None:
    phone = await add_phone(house)
    await add_app(house)
    await house.services.database.run(disable_authenticator, SMSDevice, phone.id, house.clock())
    await prove_with_app(house, owner)
    assert "Restore this device" not in (await owner.get(url_of(phone))).text
    assert (await owner.submit(f"{url_of(phone)}restore")).status == 403
    assert await is_locked(house, phone)


async def test_without_another_device_an_administrator_is_named(house: House, owner: Visitor) -> None:
    phone = await add_phone(house)
    await lock(house, phone)
    page = (await owner.get(url_of(phone))).text
    assert "Restore this device" not in page
    assert "An administrator can restore it." in page


async def test_nobody_restores_somebody_elses_device(house: House, other: Visitor, stranger: Visitor) -> None:
    phone = await add_phone(house)
    await add_app(house, OTHER)
    await lock(house, phone)
    await prove_with_app(house, other)
    assert (await other.submit(f"{url_of(phone)}restore")).status == 404
    assert (await stranger.submit(f"{url_of(phone)}restore")).status == 303
    assert await is_locked(house, phone)


async def test_a_form_without_its_token_restores_nothing(house: House, owner: Visitor) -> None:
    phone = await add_phone(house)
    await add_app(house)
    await lock(house, phone)
    await prove_with_app(house, owner)
    assert (await owner.submit(f"{url_of(phone)}restore", _csrf="wrong")).status == 403
    assert await is_locked(house, phone)


async def direct_phone(house: House) -> tuple[SMSDevice, str]:
    """The owner's, of the demo's stage with a country picker; and where its number is changed."""
    (row,) = await house.rows("SELECT pk FROM config_object WHERE document LIKE '%\"demo-sms-direct\"%'")
    keyring = house.services.keyring
    device = await house.services.database.run(
        create_device,
        user_id=(await user(house, OWNER)).id,
        stage_pk=row["pk"],
        phone_number=OWNER.number,
        number_key=number_key(keyring, OWNER.number),
        key_id=keyring.key_id,
        masked=mask(OWNER.number),
        hashed=False,
        confirmed=True,
        max_devices=0,
        now=house.clock(),
    )
    return device, f"/flows/-/configure/{row['pk']}/?device={device.id}"


async def test_a_number_is_changed_from_the_page_of_its_phone(house: House, owner: Visitor) -> None:
    device, address = await direct_phone(house)
    assert address in (await owner.get(url_of(device))).text
    assert (await owner.get(address)).header("location") == "/if/flow/sms-enrollment-direct/"
    flow = "/if/flow/sms-enrollment-direct/"
    asked = await owner.get(flow)
    assert "takes the place of" in asked.text
    assert "+49 ••• ••13" in asked.text
    await owner.submit(flow, _step=step_of(asked), region="DE", phone_number="0151 23456799")
    code = house.services.sender.inbox("+4915123456799")[-1].code
    await owner.submit(flow, _step=step_of(await owner.get(flow)), code=code)
    await house.services.background.drain()
    (row,) = await house.rows("SELECT phone_number FROM sms_device")
    assert row["phone_number"] == "+4915123456799"
    assert "was changed to another one" in house.services.sender.inbox(OWNER.number)[-1].text


async def test_adding_after_an_abandoned_change_replaces_nothing(house: House, owner: Visitor) -> None:
    _, address = await direct_phone(house)
    await owner.get(address)
    await owner.get(address.partition("?")[0])
    assert "takes the place of" not in (await owner.get("/if/flow/sms-enrollment-direct/")).text


async def test_nobody_changes_somebody_elses_number(house: House, other: Visitor, stranger: Visitor) -> None:
    _, address = await direct_phone(house)
    assert (await other.get(address)).status == 404
    assert (await stranger.get(address)).status == 303
    for wrong in ("0", "x", "-1", "9" * 300, "%00", "1e3"):
        assert (await other.get(f"{address.partition('?')[0]}?device={wrong}")).status == 404


async def test_a_number_is_changed_only_after_a_fresh_proof(house: House, owner: Visitor) -> None:
    _, address = await direct_phone(house)
    house.clock.pass_by(seconds=LATER)
    led = await owner.get(address)
    assert led.header("location").startswith("/flows/-/reauthenticate/?next=/flows/-/configure/")
    assert "device" in led.header("location")
