"""Cross-site requests: what changes something is done only where the person whose session it is meant it."""

import json

import pytest

from tests.people import OTHER, OWNER
from tests.unit.web.client import CSRF, FORM, JSON, SIGN_IN, Visitor, executor
from tests.unit.web.house import House

DIRECT = "sms-enrollment-direct"
PAGES = ["/if/user/sign-out", f"/if/flow/{DIRECT}/"]
NUMBER = json.dumps({"phone_number": OWNER.number}).encode()

WRONG = ["", "0" * 64, "0", "é" * 32, "0" * 100_000]


@pytest.mark.parametrize("page", PAGES)
async def test_a_form_with_a_wrong_token_is_refused_with_a_page(owner: Visitor, page: str) -> None:
    await owner.see(DIRECT)
    for token in WRONG:
        refused = await owner.submit(page, _csrf=token, phone_number=OWNER.number)
        assert (refused.status, refused.header("content-type")) == (403, "text/html; charset=utf-8")
        assert "Reload the page" in refused.text
    assert (await owner.get("/if/user/")).status == 200
    assert (await owner.see(DIRECT))["phone_number_required"] is True


@pytest.mark.parametrize("page", PAGES)
async def test_a_form_without_a_token_is_refused(owner: Visitor, stranger: Visitor, page: str) -> None:
    for visitor in (owner, stranger):
        assert (await visitor.request("POST", page, b"", FORM.items())).status == 403
    assert (await owner.get("/if/user/")).status == 200


async def test_a_token_counts_for_its_own_session_only(house: House, owner: Visitor, other: Visitor) -> None:
    elsewhere = await house.signed_in(OWNER)
    for theirs in (other.cookies[CSRF], elsewhere.cookies[CSRF]):
        assert (await owner.submit("/if/user/sign-out", _csrf=theirs)).status == 403
        assert (await owner.post(DIRECT, NUMBER, x_authentik_csrf=theirs)).status == 403
    assert (await owner.submit("/if/user/sign-out")).status == 303


async def test_the_token_from_before_signing_in_is_worth_nothing_after(house: House) -> None:
    visitor = house.visitor()
    await visitor.see(SIGN_IN)
    before = visitor.cookies[CSRF]
    await visitor.sign_in(OWNER)
    assert (await visitor.submit("/if/user/sign-out", _csrf=before)).status == 403


async def test_a_planted_csrf_cookie_does_not_count(owner: Visitor) -> None:
    """Double submit alone would take any pair that matches; the token is bound to the session."""
    owner.cookies[CSRF] = "0" * 64
    assert (await owner.post(DIRECT, NUMBER)).status == 403
    assert (await owner.submit("/if/user/sign-out")).status == 403


async def test_a_browser_that_lost_the_token_gets_it_again(owner: Visitor) -> None:
    token = owner.cookies.pop(CSRF)
    assert (await owner.see(DIRECT))["component"] == "ak-stage-authenticator-sms"
    assert owner.cookies[CSRF] == token


async def test_signing_in_through_a_foreign_form_is_refused(house: House, stranger: Visitor) -> None:
    """Login CSRF: a victim signed in as the attacker would enrol his number there."""
    page = f"/if/flow/{SIGN_IN}/"
    fields = {"uid_field": OTHER.username, "password": OTHER.password}
    assert (await house.visitor().submit(page, **fields)).status == 403
    await stranger.get(page)
    attacker = house.visitor()
    await attacker.get(page)
    assert (await stranger.submit(page, **fields, _csrf=attacker.cookies[CSRF])).status == 403
    assert await house.rows("SELECT id FROM session WHERE user_id IS NOT NULL") == []


async def test_a_call_needs_the_header_once_somebody_is_signed_in(owner: Visitor, stranger: Visitor) -> None:
    await owner.see(DIRECT)
    for token in WRONG:
        refused = await owner.post(DIRECT, NUMBER, x_authentik_csrf=token)
        assert (refused.status, refused.json["component"]) == (403, "ak-stage-flow-error")
    assert (await owner.see(DIRECT))["phone_number_required"] is True
    assert (await owner.post(DIRECT, NUMBER)).json["phone_number_required"] is False
    await stranger.see(SIGN_IN)
    body = json.dumps({"uid_field": OWNER.username}).encode()
    assert (await stranger.post(SIGN_IN, body, x_authentik_csrf="")).status == 200


async def test_the_token_in_the_body_is_no_header(owner: Visitor) -> None:
    body = json.dumps({"phone_number": OWNER.number, "_csrf": owner.cookies[CSRF]}).encode()
    assert (await owner.post(DIRECT, body, x_authentik_csrf="")).status == 403


async def test_what_comes_from_another_site_is_refused_even_with_the_token(owner: Visitor) -> None:
    token = owner.cookies[CSRF]
    for site in ("cross-site", "same-site", "", "made-up"):
        call = [*JSON.items(), ("x-authentik-csrf", token), ("sec-fetch-site", site)]
        assert (await owner.request("POST", executor(DIRECT), NUMBER, call)).status == 403
        form = [*FORM.items(), ("sec-fetch-site", site)]
        assert (await owner.request("POST", "/if/user/sign-out", f"_csrf={token}".encode(), form)).status == 403
    assert (await owner.get("/if/user/")).status == 200


@pytest.mark.parametrize("site", ["same-origin", "none"])
async def test_what_comes_from_our_own_pages_is_done(owner: Visitor, site: str) -> None:
    form = [*FORM.items(), ("sec-fetch-site", site)]
    body = f"_csrf={owner.cookies[CSRF]}".encode()
    assert (await owner.request("POST", "/if/user/sign-out", body, form)).status == 303


async def test_looking_changes_nothing_that_matters(house: House, owner: Visitor) -> None:
    before = dict(owner.cookies)
    for address in ("/if/user/", "/if/user/sign-out", f"/if/flow/{DIRECT}/", "/flows/-/cancel/", "/", executor(DIRECT)):
        await owner.get(address, sec_fetch_site="cross-site")
    assert owner.cookies == before
    assert (await owner.get("/if/user/")).status == 200
    assert house.services.sender.inbox() == []
