"""The protocol of the executor: cookies, CSRF, statuses, and input that no honest client sends."""

import json
from typing import Any

import pytest

from tests.doubles.gateway import GatewayDouble
from tests.e2e.json_client import JsonClient

EXECUTOR = "/api/v3/flows/executor/default-authentication-flow/"
JSON = {"Content-Type": "application/json"}


def test_the_session_cookie_is_private_and_changes_at_sign_in(stranger: JsonClient) -> None:
    answer = stranger.request("GET", EXECUTOR)
    cookie = answer.headers["set-cookie"] if "set-cookie" in answer.headers else answer.headers["Set-Cookie"]
    assert cookie
    before = stranger.cookie("authentik_session")
    (session,) = [cookie for cookie in stranger.jar if cookie.name == "authentik_session"]
    assert session.has_nonstandard_attr("HttpOnly")
    assert session.get_nonstandard_attr("SameSite") == "lax"
    assert not session.secure, "the test speaks http"
    stranger.sign_in("olivia", "olivia keeps a long password")
    assert stranger.cookie("authentik_session") != before
    old = JsonClient(stranger.url)
    denied = old.request("GET", "/if/user/", headers={"Cookie": f"authentik_session={before}"})
    assert denied.status == 303


def test_a_signed_in_call_needs_the_csrf_header(owner: JsonClient, double: GatewayDouble, number: str) -> None:
    owner.flow("prompted")
    path = "/api/v3/flows/executor/prompted/"
    body = json.dumps({"phone": number}).encode()
    for header in ("", "0" * 64):
        refused = owner.request("POST", path, body, {**JSON, "X-authentik-CSRF": header})
        assert (refused.status, refused.json["component"]) == (403, "ak-stage-flow-error")
    assert double.requests == []
    assert owner.post("prompted", phone=number).status == 200


def test_a_call_from_another_site_is_refused(owner: JsonClient, stranger: JsonClient) -> None:
    for client in (owner, stranger):
        refused = client.request("POST", EXECUTOR, b"{}", {**JSON, "Sec-Fetch-Site": "cross-site"})
        assert refused.status == 403


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"[]", 400),
        (b'"text"', 400),
        (b"null", 400),
        (b'{"a": 1e999}', 400),
        (b"\xff\xfe{}", 400),
        (b'{"a": ' + b"[" * 100_000, 400),
        (b"x" * 10_000_000, 413),
    ],
)
def test_a_body_that_cannot_be_read_is_a_clear_4xx(stranger: JsonClient, body: bytes, status: int) -> None:
    stranger.flow("default-authentication-flow")
    answer = stranger.request("POST", EXECUTOR, body, JSON)
    assert answer.status == status
    assert answer.json["component"] == "ak-stage-flow-error"
    assert answer.json["request_id"]
    assert "Traceback" not in answer.body.decode()


def test_statuses_are_honest(stranger: JsonClient) -> None:
    assert stranger.request("GET", "/api/v3/flows/executor/none/").status == 404
    assert stranger.request("PUT", EXECUTOR, b"{}", JSON).status == 405
    assert stranger.request("POST", EXECUTOR, b"a=b", {"Content-Type": "text/plain"}).status == 415
    assert stranger.request("GET", "/nowhere").status == 404
    assert stranger.request("GET", "/-/health/live/").status == 204


HOSTILE: list[Any] = [
    "\x00",
    "a\x00b",
    "\u202e+49 151 23456713",
    "😀" * 50,
    "9" * 300,
    "+" * 5000,
    "ا" * 100,
    {"a": 1},
    ["x"],
    True,
    1.5,
    -1,
    10**40,
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "\ud800",
    None,
]


@pytest.mark.parametrize("value", HOSTILE, ids=[f"value{index}" for index in range(len(HOSTILE))])
def test_no_value_in_any_field_breaks_a_step(owner: JsonClient, double: GatewayDouble, value: Any) -> None:
    for slug, fields in {
        "direct": ("phone_number", "code", "region", "resend", "change_number"),
        "prompted": ("phone", "component", "code"),
    }.items():
        for field in fields:
            owner.flow(slug)
            answer = owner.post(slug, **{field: value})
            assert answer.status in (200, 400), (slug, field, answer.status, answer.body[:300])
            if answer.status == 200:
                assert answer.json["component"].startswith(("ak-stage-", "xak-flow-"))
    owner.request("GET", "/flows/-/cancel/")


def test_next_leads_home_only(owner: JsonClient, stranger: JsonClient) -> None:
    for evil in ("https://evil.example", "//evil.example", "/\\evil.example", "///evil.example"):
        challenge = stranger.flow("default-authentication-flow", f"next={evil}")
        assert challenge["component"] == "ak-stage-access-denied"
        assert challenge["error_message"] == "Invalid next URL"
    challenge = stranger.flow("default-authentication-flow", "next=/if/user/%3Fa%3D1")
    assert challenge["flow_info"]["cancel_url"] == "/flows/-/cancel/?next=%2Fif%2Fuser%2F%3Fa%3D1"


def test_security_headers_are_on_every_answer(stranger: JsonClient) -> None:
    for path in ("/if/flow/default-authentication-flow/", EXECUTOR, "/nowhere", "/-/health/live/"):
        headers = {name.lower(): value for name, value in stranger.request("GET", path).headers.items()}
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert len(headers["x-authentik-id"]) == 32
