"""People's devices, for administrators: seen masked, disabled, restored, removed; and closed to everybody else."""

import re

import pyotp
import pytest

from tests.people import OTHER, OWNER
from tests.unit.stages.authenticator_validate.people import SECRET
from tests.unit.web.client import Answer, Visitor
from tests.unit.web.house import House
from tests.unit.web.test_devices import LATER, add_app, add_phone, leads_to_proof, url_of, user
from watchword.flows.administered_authenticators import DEEDS
from watchword.storage.authenticators import Authenticator, record_failure

HOME = "/if/admin/devices/"


async def person(house: House) -> str:
    return f"/if/admin/users/{(await user(house, OWNER)).id}/"


async def deed(house: House, device: Authenticator, what: str) -> str:
    return f"{HOME}{(await user(house, OWNER)).id}/{device.device_class}/{device.id}/{what}/"


async def state(house: House, device: Authenticator) -> str:
    rows = await house.rows("SELECT disabled FROM sms_device WHERE id = :id", id=device.id)
    return "gone" if not rows else "disabled" if rows[0]["disabled"] else "ready"


async def test_somebodys_devices_are_seen_masked_on_his_page(house: House, admin: Visitor) -> None:
    await add_phone(house)
    await add_app(house)
    led = await admin.get(f"{HOME}{(await user(house, OWNER)).id}/")
    assert (led.status, led.header("location")) == (303, await person(house))
    await house.write("UPDATE users SET email = 'o@example.org' WHERE username = :name", name=OWNER.username)
    page = (await admin.get(await person(house))).text
    for words in ("+49 ••• ••13", "Authenticator app", "not used yet", "o@example.org", "What happened last"):
        assert words in page
    await house.write("UPDATE sms_device SET hashed = true, phone_number = NULL, masked = ''")
    page = (await admin.get(await person(house))).text
    assert "Number not kept" in page
    assert "••13" not in page


async def test_no_page_shows_a_code_or_a_full_number(house: House, admin: Visitor, owner: Visitor) -> None:
    await owner.see("sms-enrollment-direct")
    await owner.answer("sms-enrollment-direct", phone_number=OWNER.number)
    phone, app = await add_phone(house), await add_app(house)
    secrets = [house.code_for(OWNER), SECRET, pyotp.TOTP(SECRET).at(house.clock())]
    assert not shown(await owner.get("/if/user/"), secrets)
    # Its owner may call his phone by its number.
    await house.write("UPDATE sms_device SET name = :name WHERE id = :id", name=f"My {OWNER.number}", id=phone.id)
    deeds = [await deed(house, device, what) for device in (phone, app) for what in DEEDS]
    lists = (HOME, f"{HOME}?search={OWNER.username}", f"{HOME}csv/", "/if/admin/users/", "/if/admin/users/csv/")
    for address in (*lists, await person(house), *deeds):
        for visitor in (admin, owner):
            assert not shown(await visitor.get(address), secrets), address
    for address in deeds:
        assert not shown(await admin.submit(address), secrets)
        assert not shown(await admin.get(await person(house)), secrets), address


def shown(answer: Answer, secrets: list[str]) -> list[str]:
    """Which of these, and of the owner's number however it is grouped."""
    digits = re.sub(r"[^0-9]", "", answer.text)
    numbers = (OWNER.number.lstrip("+"), OWNER.national.replace(" ", ""))
    return [*(one for one in secrets if one in answer.text), *(one for one in numbers if one in digits)]


@pytest.mark.parametrize(
    ("what", "after", "action"),
    [("disable", "disabled", "device_disabled"), ("remove", "gone", "device_removed")],
)
async def test_each_deed_is_asked_about_done_and_kept_in_history(
    house: House, admin: Visitor, what: str, after: str, action: str
) -> None:
    device = await add_phone(house)
    address = await deed(house, device, what)
    asked = (await admin.get(address)).text
    assert ("This cannot be undone" in asked) is (what == "remove")
    assert ("the last second factor of its owner" in asked) is (what == "remove")
    assert ("the last second factor that works" in asked) is (what == "disable")
    assert await state(house, device) == "ready"
    done = await admin.submit(address)
    assert (done.status, done.header("location")) == (303, f"{await person(house)}#sms-{device.id}")
    assert await state(house, device) == after
    page = (await admin.get(await person(house))).text
    assert "by an administrator" in page
    assert f"by <bdi>{OTHER.username}</bdi>" in page
    (event,) = await house.rows("SELECT username, context FROM event WHERE action = :action", action=action)
    assert event["username"] == OWNER.username
    assert OTHER.username in event["context"]


async def test_a_locked_device_is_seen_and_restored(house: House, admin: Visitor) -> None:
    device = await add_phone(house)
    await _lock(house, device)
    page = (await admin.get(await person(house))).text
    assert "Locked after too many wrong codes" in page
    assert "100 wrong codes in a row" in page
    await admin.submit(await deed(house, device, "restore"))
    assert await state(house, device) == "ready"
    assert "wrong codes" not in (await admin.get(await person(house))).text


async def test_one_that_wrong_codes_locked_can_be_disabled_so_that_its_owner_cannot_restore_it(
    house: House, admin: Visitor, owner: Visitor
) -> None:
    device = await add_phone(house)
    await add_app(house)
    await _lock(house, device)
    disable = await deed(house, device, "disable")
    assert disable in (await admin.get(await person(house))).text
    await admin.submit(disable)
    page = (await admin.get(await person(house))).text
    assert "<strong>Disabled</strong>" in page
    assert disable not in page
    assert "Restore this device" not in (await owner.get(url_of(device))).text
    assert (await owner.submit(f"{url_of(device)}restore")).status in (303, 403)
    assert await state(house, device) == "disabled"


async def _lock(house: House, device: Authenticator) -> None:
    for _ in range(100):
        await house.services.database.run(record_failure, type(device), device.id, disable_at=100, now=house.clock())


async def test_nobody_else_sees_or_does_anything(
    house: House, owner: Visitor, other: Visitor, stranger: Visitor
) -> None:
    device = await add_phone(house)
    deeds = [await deed(house, device, what) for what in DEEDS]
    nowhere = [
        "/if/admin/users/999999/",
        f"{HOME}999999/",
        f"{HOME}{'9' * 300}/",
        f"{HOME}%00/",
        f"{HOME}999999/sms/1/remove/",
    ]
    for page in [HOME, f"{HOME}?search={OWNER.username}", await person(house), *nowhere, *deeds]:
        for visitor in (owner, other):
            refused = await visitor.get(page)
            assert (refused.status, OWNER.number in refused.text) == (403, False), page
        assert (await stranger.get(page)).header("location").startswith("/flows/-/default/authentication/?next=")
    for address in [*deeds, f"{HOME}999999/sms/1/remove/"]:
        for visitor in (owner, other):
            assert (await visitor.submit(address)).status == 403
        assert (await stranger.submit(address)).header("location").startswith("/flows/-/default/authentication/")
    assert await state(house, device) == "ready"
    assert await house.rows("SELECT id FROM event WHERE action LIKE 'device_%'") == []


async def test_signing_in_leads_back_to_the_page_that_was_asked_for(house: House, stranger: Visitor) -> None:
    device = await add_phone(house)
    for address in (HOME, await person(house), await deed(house, device, "disable")):
        led = await stranger.get(address)
        assert led.header("location") == f"/flows/-/default/authentication/?next={address}"


async def test_whoever_is_no_administrator_any_more_is_refused_at_once(house: House, admin: Visitor) -> None:
    assert (await admin.get(HOME)).status == 200
    await house.write("DELETE FROM membership WHERE user_id = :id", id=(await user(house, OTHER)).id)
    assert (await admin.get(HOME)).status == 403


async def test_only_an_administrator_is_shown_the_way(house: House, owner: Visitor, admin: Visitor) -> None:
    assert "/if/admin/" in (await admin.get("/if/user/")).text
    assert HOME in (await admin.get("/if/admin/")).text
    assert "/if/admin/" not in (await owner.get("/if/user/")).text


async def test_a_form_without_its_token_does_nothing(house: House, admin: Visitor) -> None:
    device = await add_phone(house)
    assert (await admin.submit(await deed(house, device, "remove"), _csrf="wrong")).status == 403
    assert await state(house, device) == "ready"


async def test_after_five_minutes_a_deed_asks_for_a_proof(house: House, admin: Visitor) -> None:
    device = await add_phone(house)
    house.clock.pass_by(seconds=LATER)
    address = await deed(house, device, "remove")
    assert leads_to_proof(await admin.get(address), address)
    assert leads_to_proof(await admin.submit(address), address)
    assert await state(house, device) == "ready"
    assert (await admin.get(await person(house))).status == 200


async def test_what_is_not_there_is_404(house: House, admin: Visitor) -> None:
    device = await add_phone(house)
    mine = (await user(house, OTHER)).id
    somebody = f"{HOME}{(await user(house, OWNER)).id}/"
    for address in (
        f"{HOME}x/",
        f"{HOME}{'9' * 300}/",
        f"{HOME}%00/",
        f"{HOME}999999/sms/{device.id}/remove/",
        f"{HOME}{mine}/sms/{device.id}/remove/",
        await deed(house, device, "explode"),
        f"{somebody}users/1/remove/",
        f"{somebody}sms/{'9' * 30}/remove/",
    ):
        assert (await admin.get(address)).status == 404, address
        assert (await admin.submit(address)).status in (404, 405), address
    assert await state(house, device) == "ready"
