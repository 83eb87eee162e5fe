"""Security, over every address that the application has: headers, cookies, methods, and requests of other sites."""

import re
from collections.abc import Iterator

import pytest
from litestar.routes import HTTPRoute
from sqlalchemy import Connection

from tests.people import OWNER
from tests.unit.web.client import CSRF, FORM, JSON, Answer, Visitor
from tests.unit.web.conftest import OpenHouse
from tests.unit.web.house import NOW, House
from watchword.administration.superusers import make_administrator
from watchword.flows.configuration import Changes
from watchword.model.flow import Flow
from watchword.model.mapping import NotificationWebhookMapping
from watchword.model.policy import ExpressionPolicy, PolicyBinding
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage
from watchword.storage.tokens import create_token
from watchword.storage.users import find_user
from watchword.web.pages.console.sections import SECTIONS, kind_name

UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
UUID = "00000000-0000-4000-8000-000000000000"
SIGN_IN_FIRST = ("/if/flow/", "/flows/-/default/authentication/")
OWN_PAGES = ("/if/admin/", "/if/user/")
FILES = ("/static/",)
"""Nothing personal: whoever asks gets the same."""


async def administrator(house: House) -> Visitor:
    def promote(conn: Connection) -> None:
        user = find_user(conn, username=OWNER.username)
        assert user
        make_administrator(conn, user)

    await house.services.database.run(promote)
    return await house.signed_in(OWNER)


def routes(house: House, parts: dict[str, str] | None = None) -> Iterator[tuple[str, set[str]]]:
    """Each address with its methods; what is variable in it is nothing that there is, or on pages one of `parts`."""
    for route in house.app.routes:
        assert isinstance(route, HTTPRoute), "nothing but HTTP is spoken"
        path = filled(route.path, parts) if parts and route.path.startswith(OWN_PAGES) else route.path
        path = re.sub(r"\{[^}]*(pk|uuid|id)[^}]*\}", UUID, path)
        path = re.sub(r"\{[^}]*\}", "none", path)
        yield (path if path.endswith("/") or path.startswith(FILES) else f"{path}/"), set(route.methods)


def check(answer: Answer, where: str, *, personal: bool = True) -> None:
    policy = answer.header("content-security-policy")
    assert "default-src 'none'" in policy, where
    assert "frame-ancestors 'none'" in policy, where
    assert "unsafe" not in policy, where
    assert answer.header("x-content-type-options") == "nosniff", where
    assert answer.header("referrer-policy") in ("same-origin", "no-referrer"), where
    for name, _ in answer.headers:
        assert name not in ("server", "x-powered-by"), where
        assert not name.startswith("access-control-"), where
    if personal:
        assert answer.header("cache-control") == "no-store", where
    for name, cookie in answer.cookies.items():
        assert (cookie["path"], cookie["samesite"].lower(), cookie["domain"]) == ("/", "lax", ""), where
        assert bool(cookie["httponly"]) is (name != "authentik_csrf"), where


async def test_every_address_answers_with_the_headers_that_keep_it_safe(house: House) -> None:
    visitors = [await administrator(house), house.visitor()]
    seen = 0
    for path, methods in routes(house):
        for method in sorted(methods & {"GET", "HEAD", "OPTIONS"}):
            for visitor in visitors:
                answer = await visitor.request(method, path, headers=[("origin", "https://evil.example")])
                assert answer.status < 500, (method, path)
                check(answer, f"{method} {path}", personal=not path.startswith(FILES))
                seen += 1
    assert seen > 500


async def test_nothing_that_changes_anything_is_done_for_another_site_or_without_a_token(house: House) -> None:
    owner, stranger, seen = await administrator(house), house.visitor(), 0
    for path, methods in routes(house, await there(house, owner)):
        for method in sorted(methods.intersection(UNSAFE)):
            for visitor in (owner, stranger):
                answers = [await sent(visitor, method, path), await sent(visitor, method, path, elsewhere=True)]
                for answer in answers:
                    check(answer, f"{method} {path}")
                if visitor is stranger and path.startswith("/api/v3/flows/executor/"):
                    answers = answers[1:]  # his step needs no token: there is nobody to act for
                for answer in answers:
                    assert _refused(answer, signed_in=visitor is owner), (method, path, answer.status)
                seen += len(answers)
    assert seen > 500


async def sent(visitor: Visitor, method: str, path: str, *, elsewhere: bool = False) -> Answer:
    """Without a token; from `elsewhere` with the right one, which another site should never have."""
    token = visitor.cookies.get(CSRF, "") if elsewhere else ""
    headers = [("sec-fetch-site", "cross-site"), ("x-authentik-csrf", token)] if elsewhere else []
    if path.startswith("/api/"):
        return await visitor.request(method, path, b"{}", [*JSON.items(), *headers])
    return await visitor.request(method, path, f"_csrf={token}".encode() if token else b"", [*FORM.items(), *headers])


async def there(house: House, owner: Visitor) -> dict[str, str]:
    """For each variable part of an address, something that there is: what is not there is not found, token or none."""
    await owner.see("sms-enrollment-direct")
    await owner.answer("sms-enrollment-direct", phone_number=OWNER.number)
    await owner.answer("sms-enrollment-direct", code=house.code_for(OWNER))
    await _add_what_is_missing(house)
    [device] = await house.rows("SELECT id, user_id FROM sms_device")
    [group] = await house.rows("SELECT pk FROM user_group")
    [session] = await house.rows("SELECT max(id) AS id FROM session")
    snapshot = house.services.configuration.snapshot
    sections = {one.slug: next(iter(snapshot.all(one.family))).pk for one in SECTIONS}
    kinds = {f"{one.slug}/new": kind_name(one.kinds[0]) for one in SECTIONS}
    return {
        **sections,
        **kinds,
        "stages": next(iter(snapshot.all(AuthenticatorSMSStage))).pk,  # whose gateway can be checked
        "stages/new": kind_name(AuthenticatorSMSStage),
        "user_id": str(device["user_id"]),
        "device_class": "sms",
        "device_id": str(device["id"]),
        "deed": "disable",
        "group_pk": group["pk"],
        "token_pk": await house.services.database.run(_token, device["user_id"]),
        "number": str(session["id"]),
    }


async def _add_what_is_missing(house: House) -> None:
    snapshot = house.services.configuration.snapshot
    policy, flow = next(iter(snapshot.all(ExpressionPolicy))), next(iter(snapshot.all(Flow)))
    mapping = NotificationWebhookMapping(name="a mapping", expression="return {}")
    rule = PolicyBinding(target=flow.pk, policy=policy.pk, order=1)
    await house.services.configuration.change(
        lambda _: Changes([mapping, rule], [], ""), author="the tests", now=house.clock()
    )


def _token(conn: Connection, user_id: int) -> str:
    return create_token(conn, identifier="a token", user_id=user_id, key_hash="0" * 64, now=NOW, expiring=False).pk


def filled(path: str, parts: dict[str, str]) -> str:
    """An address of the console, or of one's own devices, with what is there."""
    section = path.split("/")[3] if path.startswith("/if/admin/") else ""
    found = {**parts, "pk": parts.get(section, ""), "kind": parts.get(f"{section}/new", "")}
    return re.sub(r"\{(\w+):str\}", lambda match: found.get(match[1], "none"), path)


def _refused(answer: Answer, *, signed_in: bool) -> bool:
    """Who is signed in is refused for his token; a stranger, too, or sent to where he signs in."""
    led_to_sign_in = answer.status == 303 and answer.header("location").startswith(SIGN_IN_FIRST)
    return answer.status == 403 or (not signed_in and (answer.status in (401, 404) or led_to_sign_in))


async def test_no_address_knows_another_method_than_its_own(house: House) -> None:
    visitor = house.visitor()
    for path, methods in routes(house):
        for method in {*UNSAFE, "GET", "TRACE", "CONNECT"} - methods:
            answer = await visitor.request(method, path)
            assert answer.status == 405, (method, path, answer.status)
            check(answer, f"{method} {path}")


async def test_a_preflight_of_another_site_opens_nothing(house: House) -> None:
    asking = [("origin", "https://evil.example"), ("access-control-request-method", "POST")]
    for path, _ in routes(house):
        answer = await house.visitor().request("OPTIONS", path, headers=asking)
        assert [name for name, _ in answer.headers if name.startswith("access-control-")] == [], path


@pytest.mark.parametrize(
    ("public_url", "bound"), [("https://sms.example.org", True), ("http://sms.example.org", False)]
)
async def test_where_the_public_address_is_https_cookies_and_browsers_are_bound_to_it(
    opened: OpenHouse, public_url: str, bound: bool
) -> None:
    async with opened(public_url=public_url) as house:
        visitor = await house.signed_in(OWNER)
        visitor.cookies.pop("authentik_csrf")
        for path in ("/if/user/", "/api/v3/root/config/", "/static/mark.svg", "/nowhere/"):
            answer = await visitor.get(path)
            assert bool(answer.header("strict-transport-security")) is bound, path
            assert all(bool(cookie["secure"]) is bound for cookie in answer.cookies.values()), path
        cookies = (await house.visitor().get("/if/flow/default-authentication-flow/")).cookies
        assert {name: bool(cookie["secure"]) for name, cookie in cookies.items()} == {
            "authentik_session": bound,
            "authentik_csrf": bound,
        }
