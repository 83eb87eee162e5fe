"""All users in a list: searched, narrowed, in pages, and taken away as a file."""

from urllib.parse import quote

import pytest

from tests.people import OTHER, OWNER
from tests.unit.web.client import Visitor
from tests.unit.web.console.people.people import USERS, crowd, events, firsts, link, make_group, said, saved, table
from tests.unit.web.house import House
from tests.unit.web.test_devices import add_app, add_phone, user
from watchword.storage.authenticators import disable_authenticator
from watchword.storage.devices import SMSDevice
from watchword.storage.users import update_user


async def test_a_row_says_what_matters_of_somebody(house: House, admin: Visitor) -> None:
    phone = await add_phone(house)
    await add_app(house)
    await house.services.database.run(disable_authenticator, SMSDevice, phone.id, house.clock())
    owner = await user(house, OWNER)
    await house.services.database.run(update_user, owner.id, name="Olivia O.", email="o@example.org", is_active=False)
    rows = {row[0].split()[0]: row for row in table(await admin.get(USERS))}
    assert rows[OWNER.username] == [
        "olivia Olivia O. · o@example.org",
        "Inactive",
        "1 phone, 1 app 1 is locked",
        "Never",
    ]
    assert rows[OTHER.username][:3] == [OTHER.username, "Active Superuser", "None"]
    assert rows[OTHER.username][3] == "March 1, 2026"


async def test_they_are_searched_and_narrowed(house: House, admin: Visitor) -> None:
    await add_phone(house)
    await crowd(house, 2)
    [zoe] = await house.rows("SELECT id FROM users WHERE username = 'crowd&001'")
    await house.services.database.run(update_user, zoe["id"], is_active=False, email="zoe@example.org")

    async def found(query: str) -> list[str]:
        """The same are on the page and in the file."""
        shown = firsts(await admin.get(f"{USERS}?{query}"))
        kept = await saved(admin, f"{USERS}csv/?{query}")
        assert sorted(shown) == sorted(row["user name"] for row in kept)
        return shown

    assert await found("search=LIV") == [OWNER.username]
    assert await found("search=zoe%40") == ["crowd&001"]
    assert await found("search=crowd%26&active=yes") == ["crowd&000"]
    assert await found("active=no") == ["crowd&001"]
    assert await found("superuser=yes") == [OTHER.username]
    assert await found("phone=yes") == [OWNER.username]
    assert OWNER.username not in await found("phone=no")
    assert await found("locked=yes") == []
    assert len(await found("")) == await total(house)
    assert len(await found("active=maybe&superuser=%00&phone=&locked=" + "9" * 300)) == await total(house)


async def total(house: House) -> int:
    return len(await house.rows("SELECT id FROM users"))


async def test_nobody_found_is_said_with_a_way_back(admin: Visitor) -> None:
    page = await admin.get(f"{USERS}?search=nobody")
    assert "No user fits “nobody”. Show all" in said(page)
    assert "Save as CSV" not in page.text


async def test_what_was_asked_stays_in_the_form_and_in_the_other_pages(house: House, admin: Visitor) -> None:
    await crowd(house, 120)
    first = await admin.get(f"{USERS}?search=CROWD%26&active=yes")
    assert firsts(first) == [f"crowd&{number:03}" for number in range(50)]
    assert "120 users" in said(first)
    assert 'value="CROWD&amp;"' in first.text
    assert '<option value="yes" selected>Active' in first.text
    second = await admin.get(link(first, "next"))
    third = await admin.get(link(second, "next"))
    assert firsts(third) == [f"crowd&{number:03}" for number in range(100, 120)]
    assert "101 to 120 of 120" in said(third)
    assert 'rel="next"' not in third.text
    assert firsts(await admin.get(link(third, "prev"))) == firsts(second)


@pytest.mark.parametrize(
    ("number", "shown"), [("0", "1 to 50"), ("-1", "1 to 50"), ("x", "1 to 50"), ("٢", "1 to 50"), ("9" * 9, "51 to")]
)
async def test_a_page_that_is_none_is_the_nearest(house: House, admin: Visitor, number: str, shown: str) -> None:
    await crowd(house, 60)
    for page in (number, number + "9" * 300 if shown.startswith("1 ") else number):
        answer = await admin.get(f"{USERS}?page={quote(page)}")
        assert answer.status == 200
        assert shown in answer.text


@pytest.mark.parametrize(
    "search", ["%00", "%25", "%F0%9F%98%80", "x" * 5000, "%27%20OR%201=1", "_", "%ff", "%ED%A0%80", "nobody"]
)
async def test_whatever_is_searched_for_is_answered(admin: Visitor, search: str) -> None:
    for target in (USERS, f"{USERS}csv/"):
        answer = await admin.get(f"{target}?search={search}")
        assert answer.status == 200
        assert (OWNER.username in answer.text) is (search == "%00")


async def test_a_file_has_all_of_them_and_what_is_known(house: House, admin: Visitor) -> None:
    await add_phone(house)
    await make_group(house, "guests, and others", OWNER)
    await crowd(house, 1100)
    await house.write("UPDATE users SET name = '=cmd()' WHERE username = :name", name=OWNER.username)
    rows = await saved(admin, f"{USERS}csv/")
    assert len(rows) == await total(house)
    assert [row["id"] for row in rows] == [str(number) for number in sorted(int(row["id"]) for row in rows)]
    [owner] = [row for row in rows if row["user name"] == OWNER.username]
    assert owner["name"] == "'=cmd()"
    assert (owner["active"], owner["superuser"], owner["phones"], owner["authenticator apps"]) == (
        "yes",
        "no",
        "1",
        "0",
    )
    assert (owner["groups"], owner["last sign-in"]) == ("guests, and others", "")
    assert owner["joined"] == "2026-03-01T12:00:00Z"
    [other] = [row for row in rows if row["user name"] == OTHER.username]
    assert (other["superuser"], other["last sign-in"]) == ("yes", "2026-03-01T12:00:00Z")
    everything = "".join(value for row in rows for value in row.values())
    assert "argon2" not in everything
    assert OWNER.number not in everything


async def test_who_took_which_list_away_is_an_event(house: House, admin: Visitor) -> None:
    answer = await admin.get(f"{USERS}csv/?search=%2B4915123456713&active=yes&locked=")
    assert answer.header("content-disposition") == 'attachment; filename="watchword-users-2026-03-01.csv"'
    assert answer.header("cache-control") == "no-store"
    [event] = await events(house, "data_exported")
    assert (event["username"], event["client_ip"]) == (OTHER.username, "198.51.100.7")
    assert event["context"] == {"list": "users", "asked": {"search": "+49 ••• ••13", "active": "yes"}}


async def test_nobody_else_takes_anything_away(house: House, owner: Visitor, stranger: Visitor) -> None:
    for path in (USERS, f"{USERS}csv/", "/if/admin/devices/csv/"):
        refused = await owner.get(path)
        assert refused.status == 403
        assert OTHER.username not in refused.text
        assert (await stranger.get(path)).status == 303
    assert await events(house, "data_exported") == []
