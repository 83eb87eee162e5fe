"""Everybody's sessions: seen, found, and ended after a page that says what that means."""

import pytest

from tests.people import OTHER, OWNER
from tests.unit.web.client import Visitor
from tests.unit.web.console.bench import facts, file_of, link, row_nodes, rows
from tests.unit.web.forms import fill
from tests.unit.web.house import House
from tests.unit.web.pages.html_tree import parse
from tests.unit.web.test_devices import LATER, leads_to_proof, user

LIST = "/if/admin/sessions/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


async def session_of(house: House, visitor: Visitor) -> int:
    """The newest at the visitor's address."""
    [row] = await house.rows(
        "SELECT max(id) AS id FROM session WHERE address = :address AND user_id IS NOT NULL", address=visitor.address
    )
    return int(row["id"])


def end_of(number: int) -> str:
    return f"{LIST}{number}/end/"


async def is_signed_in(visitor: Visitor) -> bool:
    return (await visitor.get("/if/user/")).status == 200


async def test_who_is_signed_in_with_what_and_from_where(house: House, admin: Visitor) -> None:
    guest = house.visitor(address="203.0.113.9")
    await guest.get("/if/flow/default-authentication-flow/", user_agent=FIREFOX)
    await guest.sign_in(OWNER)
    house.visitor(address="203.0.113.99")
    newest, own = await rows(admin, LIST)
    moment = "2026-03-01 12:00:00"
    assert newest == [OWNER.username, "Firefox on Linux", "203.0.113.9", moment, moment, "End…"]
    assert (own[0], own[1].endswith("this one")) == (OTHER.username, True)
    first, _ = await row_nodes(admin, LIST)
    assert first.all("a")[-1].attrs["href"] == end_of(await session_of(house, guest))
    assert "deleted within a minute" in (await admin.get(LIST)).text


async def test_sessions_are_found_and_saved_as_they_were_asked(house: House, admin: Visitor) -> None:
    guest = house.visitor(address="203.0.113.9")
    await guest.sign_in(OWNER)
    owner = (await user(house, OWNER)).id
    for query, expected in {
        "": [OWNER.username, OTHER.username],
        f"user={owner}": [OWNER.username],
        "username=OLIVIA": [OWNER.username],
        "search=olivia": [OWNER.username],
        "search=203.0.113": [OWNER.username],
        "search=203.0.113%20oscar": [],
        "user=999999": [],
    }.items():
        assert [row[0] for row in await rows(admin, f"{LIST}?{query}")] == expected, query
        saved = await file_of(admin, f"{LIST}csv/?{query}")
        assert [row["username"] for row in saved] == expected, query
        assert not [name for row in saved for name in row if "token" in name or "data" in name]
    assert (await admin.get(f"{LIST}?username=nobody")).status == 400


async def test_ending_is_asked_about_done_and_written_down(house: House, admin: Visitor, owner: Visitor) -> None:
    guest = house.visitor(address="203.0.113.9")
    await guest.sign_in(OWNER)
    url = end_of(await session_of(house, guest))
    asked = await admin.get(url)
    assert facts(asked)["Address"] == "203.0.113.9"
    text = parse(asked.text).text
    assert "olivia is signed out there at once." in text
    assert "not finished, such as adding a phone, is lost." in text
    assert "session that you are using" not in text
    assert await is_signed_in(guest)
    done = await fill(admin, url)
    assert (done.status, done.header("location")) == (303, LIST)
    assert "The session was ended." in (await admin.get(LIST)).text
    assert not await is_signed_in(guest)
    assert await is_signed_in(owner)
    [event] = await house.rows("SELECT username, context FROM event WHERE action = 'logout'")
    assert event["username"] == OWNER.username
    assert OTHER.username in event["context"]


async def test_ending_twice_does_no_harm(house: House, admin: Visitor) -> None:
    guest = house.visitor(address="203.0.113.9")
    await guest.sign_in(OWNER)
    url = end_of(await session_of(house, guest))
    first, second = await admin.submit(url), await admin.submit(url)
    assert (first.status, second.status) == (303, 303)
    page = (await admin.get(LIST)).text
    assert "The session was ended." in page
    assert "The session had ended already." in page
    assert (await admin.get(url)).status == 404
    assert len(await house.rows("SELECT id FROM event WHERE action = 'logout'")) == 1


async def test_ones_own_session_is_said_to_be_ones_own(house: House, admin: Visitor) -> None:
    url = end_of(await session_of(house, admin))
    assert "you are signed out at once" in (await admin.get(url)).text
    assert (await fill(admin, url)).header("location") == "/flows/-/default/authentication/"
    assert not await is_signed_in(admin)


async def test_a_users_list_leads_to_ending_them_all(house: House, admin: Visitor, owner: Visitor) -> None:
    owner_id = (await user(house, OWNER)).id
    url = link(await admin.get(f"{LIST}?user={owner_id}"), "End all of this user…")
    assert (await fill(admin, url)).status == 303
    assert [await is_signed_in(visitor) for visitor in (owner, admin)] == [False, True]
    assert "End all of" not in (await admin.get(LIST)).text
    assert "End all of" not in (await admin.get(f"{LIST}?user=999999")).text


async def test_nobody_else_ends_anything(house: House, owner: Visitor, other: Visitor, stranger: Visitor) -> None:
    for url in (end_of(await session_of(house, owner)), end_of(999_999)):
        for visitor in (owner, other):
            assert (await visitor.get(url)).status == (await visitor.submit(url)).status == 403, url
        for answer in (await stranger.get(url), await stranger.submit(url)):
            assert answer.header("location").startswith("/flows/-/default/authentication/?next=/if/admin/sessions/")
    for path in (LIST, f"{LIST}csv/"):
        assert (await owner.get(path)).status == 403
        assert (await stranger.get(path)).status == 303
    assert [await is_signed_in(visitor) for visitor in (owner, other)] == [True, True]
    assert await house.rows("SELECT id FROM event WHERE action IN ('logout', 'data_exported')") == []


async def test_a_form_without_its_token_ends_nothing(house: House, admin: Visitor, owner: Visitor) -> None:
    assert (await admin.submit(end_of(await session_of(house, owner)), _csrf="wrong")).status == 403
    assert await is_signed_in(owner)


async def test_after_five_minutes_ending_asks_for_a_proof(house: House, admin: Visitor, owner: Visitor) -> None:
    url = end_of(await session_of(house, owner))
    house.clock.pass_by(seconds=LATER)
    assert leads_to_proof(await admin.get(url), url)
    assert leads_to_proof(await admin.submit(url), url)
    assert await is_signed_in(owner)
    assert (await admin.get(LIST)).status == 200


@pytest.mark.parametrize("number", ["0", "x", "-1", "%00", "9" * 300, "999999", "²", "%F0%9F%98%80"])
async def test_an_unknown_session_is_not_found(house: House, admin: Visitor, number: str) -> None:
    url = f"{LIST}{number}/end/"
    assert (await admin.get(url)).status == 404
    # One that has a number may have ended a moment ago.
    assert (await admin.submit(url)).status == (303 if number in ("0", "999999") else 404)
    assert await is_signed_in(admin)
