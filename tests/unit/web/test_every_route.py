"""Security, over every address that the application has: headers, cookies, methods, and requests of other sites."""

import re
from collections.abc import Iterator

import pytest
from litestar.routes import HTTPRoute

from tests.people import OWNER
from tests.unit.web.client import FORM, JSON, Answer, Visitor
from tests.unit.web.conftest import OpenHouse
from tests.unit.web.house import House
from watchword.administration.superusers import make_administrator
from watchword.storage.users import find_user

UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
UUID = "00000000-0000-4000-8000-000000000000"
SIGN_IN_FIRST = ("/if/flow/", "/flows/-/default/authentication/")
FILES = ("/static/",)
"""Nothing personal: whoever asks gets the same."""


async def administrator(house: House) -> Visitor:
    def promote(conn: object) -> None:
        user = find_user(conn, username=OWNER.username)  # type: ignore[arg-type] # whatever run hands over
        assert user
        make_administrator(conn, user)  # type: ignore[arg-type] # as above

    await house.services.database.run(promote)
    return await house.signed_in(OWNER)


def routes(house: House) -> Iterator[tuple[str, set[str]]]:
    """Each address with its methods; what is variable in it stands for nothing that there is."""
    for route in house.app.routes:
        assert isinstance(route, HTTPRoute), "nothing but HTTP is spoken"
        path = re.sub(r"\{[^}]*(pk|uuid|id)[^}]*\}", UUID, route.path)
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
    visitors, seen = [await administrator(house), house.visitor()], 0
    device = await _phone_of(house, visitors[0])
    for path, methods in routes(house):
        path = path.replace(f"/if/user/devices/none/{UUID}/", device)
        for method in sorted(methods.intersection(UNSAFE)):
            for visitor in visitors:
                for headers in ([], [("sec-fetch-site", "cross-site")]):
                    sent = JSON if path.startswith("/api/") else FORM
                    body = b"{}" if path.startswith("/api/") else b""
                    answer = await visitor.request(method, path, body, [*sent.items(), *headers])
                    check(answer, f"{method} {path}")
                    if not headers and path.startswith("/api/v3/flows/executor/") and visitor is visitors[1]:
                        assert answer.status == 404  # a stranger's step needs no token: there is nobody to act for
                    else:
                        assert _refused(answer, signed_in=visitor is visitors[0]), (method, path, answer.status)
                    seen += 1
    assert seen > 500


async def _phone_of(house: House, owner: Visitor) -> str:
    """The address of its page."""
    await owner.see("sms-enrollment-direct")
    await owner.answer("sms-enrollment-direct", phone_number=OWNER.number)
    await owner.answer("sms-enrollment-direct", code=house.code_for(OWNER))
    [device] = await house.rows("SELECT id FROM sms_device")
    return f"/if/user/devices/sms/{device['id']}/"


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
