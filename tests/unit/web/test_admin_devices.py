"""People's devices, for administrators: seen masked, disabled, restored, removed; and closed to everybody else."""

import re

import pytest

from tests.people import OTHER, OWNER, STRANGER
from tests.unit.web.client import Visitor
from tests.unit.web.house import House
from tests.unit.web.test_devices import LATER, add_app, add_phone, leads_to_proof, user
from watchword.bootstrap import make_administrator
from watchword.storage.authenticators import Authenticator, record_failure

HOME = "/if/admin/devices/"


@pytest.fixture
async def admin(house: House, other: Visitor) -> Visitor:
    """The other user, once he is one."""
    found = await user(house, OTHER)
    await house.services.database.run(make_administrator, found)
    return other


async def person(house: House) -> str:
    return f"{HOME}{(await user(house, OWNER)).id}/"


async def deed(house: House, device: Authenticator, what: str) -> str:
    return f"{await person(house)}{device.device_class}/{device.id}/{what}/"


async def state(house: House, device: Authenticator) -> str:
    rows = await house.rows("SELECT disabled FROM sms_device WHERE id = :id", id=device.id)
    return "gone" if not rows else "disabled" if rows[0]["disabled"] else "ready"


async def test_somebody_is_found_and_his_devices_are_seen_masked(house: House, admin: Visitor) -> None:
    await add_phone(house)
    await add_app(house)
    assert await person(house) in (await admin.get(f"{HOME}?search={OWNER.username[:4].upper()}")).text
    assert await person(house) not in (await admin.get(f"{HOME}?search=nobody")).text
    page = (await admin.get(await person(house))).text
    assert "+49 ••• ••13" in page
    assert "Authenticator app" in page


async def test_no_page_shows_a_code_or_a_full_number(house: House, admin: Visitor, owner: Visitor) -> None:
    await owner.see("sms-enrollment-direct")
    await owner.answer("sms-enrollment-direct", phone_number=OWNER.number)
    code = house.code_for(OWNER)
    device = await add_phone(house)
    for visitor in (admin, owner):
        for page in (await person(house), await deed(house, device, "remove"), HOME, "/if/user/"):
            text = (await visitor.get(page)).text
            digits = re.sub(r"[^0-9]", "", text)
            assert code not in text
            assert OWNER.number.lstrip("+") not in digits
            assert OWNER.national.replace(" ", "") not in digits


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
    assert ("last second factor" in asked) is (what == "remove")
    assert await state(house, device) == "ready"
    done = await admin.submit(address)
    assert (done.status, done.header("location")) == (303, await person(house))
    assert await state(house, device) == after
    page = (await admin.get(await person(house))).text
    assert "by an administrator" in page
    assert f"by <bdi>{OTHER.username}</bdi>" in page
    (event,) = await house.rows("SELECT username, context FROM event WHERE action = :action", action=action)
    assert event["username"] == OWNER.username
    assert OTHER.username in event["context"]


async def test_a_locked_device_is_seen_and_restored(house: House, admin: Visitor) -> None:
    device = await add_phone(house)
    for _ in range(100):
        await house.services.database.run(record_failure, type(device), device.id, disable_at=100, now=house.clock())
    page = (await admin.get(await person(house))).text
    assert "Disabled" in page
    assert "100 wrong codes in a row" in page
    await admin.submit(await deed(house, device, "restore"))
    assert await state(house, device) == "ready"
    assert "wrong codes in a row" not in (await admin.get(await person(house))).text


async def test_nobody_else_sees_or_does_anything(
    house: House, owner: Visitor, other: Visitor, stranger: Visitor
) -> None:
    device = await add_phone(house)
    pages = [HOME, await person(house), f"{HOME}999999/", await deed(house, device, "remove")]
    for page in pages:
        for visitor in (owner, other):
            assert (await visitor.get(page)).status == 403
        assert (await stranger.get(page)).header("location").startswith("/flows/-/default/authentication/?next=")
    for what in ("disable", "remove", "restore"):
        address = await deed(house, device, what)
        for visitor in (owner, other):
            assert (await visitor.submit(address)).status == 403
        assert (await stranger.submit(address)).status == 303
    assert await state(house, device) == "ready"


async def test_only_an_administrator_is_shown_the_way(house: House, owner: Visitor, admin: Visitor) -> None:
    assert HOME in (await admin.get("/if/user/")).text
    assert HOME not in (await owner.get("/if/user/")).text


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
    for address in (
        f"{HOME}0/",
        f"{HOME}x/",
        f"{HOME}{'9' * 300}/",
        f"{HOME}%00/",
        f"{HOME}{mine}/sms/{device.id}/remove/",
        await deed(house, device, "explode"),
        f"{await person(house)}users/1/remove/",
        f"{await person(house)}sms/{'9' * 30}/remove/",
    ):
        assert (await admin.get(address)).status == 404, address
        assert (await admin.submit(address)).status in (404, 405), address
    assert await state(house, device) == "ready"


@pytest.mark.parametrize("search", ["%00", "%25", "%F0%9F%98%80", "x" * 5000, "%27%20OR%201=1", "_", STRANGER.username])
async def test_whatever_is_searched_for_is_answered(admin: Visitor, search: str) -> None:
    answer = await admin.get(f"{HOME}?search={search}")
    assert answer.status == 200
    assert "/if/admin/devices/1/" not in answer.text or search == "%00"
