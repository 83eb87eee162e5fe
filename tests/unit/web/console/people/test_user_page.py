"""One user's page: what is known of him and what is his."""

import pytest

from tests.people import OTHER, OWNER
from tests.unit.web.client import Visitor
from tests.unit.web.console.people.people import (
    GROUPS,
    TOKENS,
    USERS,
    make_group,
    make_token,
    said,
    user_page,
)
from tests.unit.web.house import House
from tests.unit.web.test_devices import add_phone, user
from watchword.storage.users import update_user


async def test_it_says_what_is_known(house: House, admin: Visitor, owner: Visitor) -> None:
    phone = await add_phone(house)
    group, token = await make_group(house, "guests", OWNER), await make_token(house, description="Runs the tests")
    found = await user(house, OWNER)
    await house.services.database.run(update_user, found.id, name="Olivia O.", email="o@example.org")
    page = await admin.get(await user_page(house))
    for words in (
        "Olivia O., o@example.org",
        "State Active",
        "Last sign-in Mar 1, 2026",
        "Sessions 1 session",
        "internal, users",
        found.uuid,
        "+49 ••• ••13",
        "guests",
        "ci Runs the tests",
        "What happened last Somebody signed in.",
    ):
        assert words in said(page), words
    for address in (
        f"{GROUPS}{group.pk}/",
        f"{TOKENS}{token.pk}/",
        f"{TOKENS}new/?user={found.id}",
        f"/if/admin/sessions/?user={found.id}",
        f"/if/admin/devices/{found.id}/sms/{phone.id}/remove/",
        f"{USERS}{found.id}/deactivate/",
        f"{USERS}{found.id}/delete/",
    ):
        assert f'href="{address}"' in page.text, address
    assert f'id="sms-{phone.id}"' in page.text
    assert OWNER.number not in page.text
    assert "argon2" not in page.text


async def test_of_somebody_with_nothing_it_says_so(house: House, admin: Visitor) -> None:
    await house.write("UPDATE users SET password_hash = NULL, password_changed = NULL WHERE username = 'olivia'")
    page = said(await admin.get(await user_page(house)))
    for words in ("Last sign-in Never", "There is none", "Sessions None", "No device", "In no group", "No token"):
        assert words in page, words


async def test_it_says_what_somebody_may_and_who_you_are(house: House, admin: Visitor) -> None:
    assert "Active, superuser, you" in said(await admin.get(await user_page(house, OTHER)))
    await house.write("UPDATE users SET is_active = false WHERE username = 'olivia'")
    page = await admin.get(await user_page(house))
    assert "This user is inactive, and cannot sign in." in said(page)
    assert "/activate/" in page.text
    assert "/deactivate/" not in page.text


async def test_a_device_that_was_never_confirmed_is_told_from_others(house: House, admin: Visitor) -> None:
    await add_phone(house)
    assert "Not confirmed" not in said(await admin.get(await user_page(house)))
    await house.write("UPDATE sms_device SET confirmed = false")
    assert "Not confirmed" in said(await admin.get(await user_page(house)))


@pytest.mark.parametrize("name", ["x", "0", "999999", "9" * 300, "%00", "%F0%9F%98%80", "-1", "1.5", "%D9%A3"])
async def test_nobody_is_404_on_every_page(admin: Visitor, name: str) -> None:
    for path in ("", "edit/", "password/", "delete/", "deactivate/", "activate/", "end-sessions/"):
        answer = await admin.get(f"{USERS}{name}/{path}")
        assert answer.status == 404, path
        assert "There is no such user." in answer.text
        if path:
            assert (await admin.submit(f"{USERS}{name}/{path}")).status == 404


async def test_what_is_no_deed_is_404(house: House, admin: Visitor) -> None:
    for deed in ("explode", "%00", "9" * 300):
        assert (await admin.get(f"{await user_page(house)}{deed}/")).status == 404
        assert (await admin.submit(f"{await user_page(house)}{deed}/")).status == 404
