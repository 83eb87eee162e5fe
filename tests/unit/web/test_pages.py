"""The hosted pages: the same engine as the API, with forms, redirects after them, and words instead of keys."""

import re

import pytest

from tests.people import OTHER, OWNER, Person
from tests.unit.web.client import Answer, Visitor, step_of
from tests.unit.web.house import House

DIRECT, PROMPTED = "/if/flow/sms-enrollment-direct/", "/if/flow/default-sms-enrollment/"


async def enrol(house: House, visitor: Visitor, person: Person) -> Answer:
    await visitor.fill_in(DIRECT, phone_number=person.number)
    return await visitor.fill_in(DIRECT, code=house.code_for(person))


async def test_a_form_that_moved_on_is_answered_by_a_redirect_to_the_page(owner: Visitor) -> None:
    """So that reloading the page sends nothing again."""
    page = f"{PROMPTED}?next=/if/user/&a=%C3%BC"
    moved = await owner.fill_in(page, phone=OWNER.number)
    assert (moved.status, moved.header("location"), moved.body) == (303, page, b"")
    assert "one-time-code" in (await owner.get(page)).text


async def test_a_form_that_did_not_is_shown_again_with_what_was_typed(owner: Visitor) -> None:
    again = await owner.fill_in(PROMPTED, phone='"><b>+999')
    assert again.status == 200
    assert "Write the number with its country code" in again.text
    assert 'value="&#34;&gt;&lt;b&gt;+999"' in again.text


async def test_a_password_is_never_shown_again(stranger: Visitor) -> None:
    await stranger.get("/if/flow/one-page/")
    fields = {"uid_field": OWNER.username, "password": "a wrong password"}
    again = await stranger.fill_in("/if/flow/one-page/", **fields)
    assert OWNER.username in again.text
    assert "a wrong password" not in again.text
    await stranger.get("/if/flow/every-prompt/")
    again = await stranger.fill_in("/if/flow/every-prompt/", password="a wrong password", text="kept", number="1")
    assert "Read, and refused." in again.text
    assert 'value="kept"' in again.text
    assert "a wrong password" not in again.text


async def test_a_page_that_is_out_of_date_shows_the_present_step(house: House, owner: Visitor) -> None:
    """A second tab, a double click, the back button: nothing is done twice."""
    stale = step_of(await owner.get(PROMPTED))
    await owner.fill_in(PROMPTED, phone=OWNER.number)
    for fields in ({"phone": OTHER.number}, {"code": "000000"}, {"resend": "true"}):
        assert (await owner.submit(PROMPTED, _step=stale, **fields)).header("location") == PROMPTED
    assert [message.to for message in house.services.sender.inbox()] == [OWNER.number]
    assert "5 tries" in (await owner.get(PROMPTED)).text or "one-time-code" in (await owner.get(PROMPTED)).text


async def test_a_step_is_named_by_its_own_execution(owner: Visitor, other: Visitor) -> None:
    theirs = step_of(await other.get(DIRECT))
    await owner.get(DIRECT)
    assert (await owner.submit(DIRECT, _step=theirs, phone_number=OWNER.number)).header("location") == DIRECT
    assert "one-time-code" not in (await owner.get(DIRECT)).text


async def test_an_enrolled_phone_is_shown_to_its_owner_masked_and_to_nobody_else(
    house: House, owner: Visitor, other: Visitor, stranger: Visitor
) -> None:
    end = await enrol(house, owner, OWNER)
    assert (end.status, end.header("location")) == (303, "/")
    mine, theirs = (await owner.get("/if/user/")).text, (await other.get("/if/user/")).text
    assert "••13" in mine
    assert OWNER.number not in mine
    assert "••13" not in theirs
    assert (await stranger.get("/if/user/")).status == 303


async def test_what_a_flow_leaves_to_be_read_is_read_once(house: House, owner: Visitor, other: Visitor) -> None:
    await enrol(house, owner, OWNER)
    assert "is enrolled" not in (await other.get("/if/user/")).text
    assert "is enrolled" in (await owner.get("/if/user/")).text
    assert "is enrolled" not in (await owner.get("/if/user/")).text


async def test_a_number_enrolled_by_another_is_refused_without_saying_so(
    house: House, owner: Visitor, other: Visitor
) -> None:
    await enrol(house, owner, OWNER)
    refused = await other.fill_in(DIRECT, phone_number=OWNER.number)
    assert "cannot be used here" in refused.text
    assert not re.search(rf"\b{OWNER.username}\b", refused.text)
    assert len(house.services.sender.inbox()) == 1


async def test_a_denial_is_a_page_with_its_own_status(owner: Visitor, other: Visitor, stranger: Visitor) -> None:
    for visitor in (owner, other, stranger):
        denied = await visitor.get("/if/flow/denied/")
        assert (denied.status, "Not today." in denied.text) == (403, True)
    for visitor, status in ((owner, 403), (other, 403), (stranger, 303)):
        assert (await visitor.get("/if/flow/for-superusers/")).status == status


async def test_nobody_is_asked_to_sign_in_twice(owner: Visitor) -> None:
    page = await owner.get("/if/flow/default-authentication-flow/?next=/if/user/")
    assert (page.status, page.header("location")) == (303, "/if/user/")


@pytest.mark.parametrize("slug", ["none", "%22%3E%3Cscript%3Ealert(1)%3C/script%3E", "%00"])
async def test_an_unknown_flow_is_a_page_that_says_so(stranger: Visitor, slug: str) -> None:
    for answer in (await stranger.get(f"/if/flow/{slug}/"), await stranger.submit(f"/if/flow/{slug}/")):
        assert answer.status in (403, 404)
        assert answer.header("content-type") == "text/html; charset=utf-8"
        assert "<script>alert" not in answer.text


async def test_the_handset_shows_what_was_sent_newest_first(house: House, owner: Visitor, other: Visitor) -> None:
    await owner.fill_in(DIRECT, phone_number=OWNER.number)
    await other.fill_in(DIRECT, phone_number=OTHER.number)
    for address in ("/demo/handset/", "/demo/handset/messages"):
        shown = (await house.visitor().get(address)).text
        assert 0 < shown.index(house.code_for(OTHER)) < shown.index(house.code_for(OWNER))
