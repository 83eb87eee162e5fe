"""Input that no honest client sends: a clear refusal, never a crash, and the flow goes on as if nothing had come."""

import itertools
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.people import OWNER
from tests.unit.web.client import CSRF, FORM, JSON, SIGN_IN, Answer, CutOff, Visitor, executor
from tests.unit.web.house import House

DIRECT, PROMPTED, EVERY = "sms-enrollment-direct", "default-sms-enrollment", "every-prompt"

DEEP = 100_000

UNREADABLE = {
    "nothing but blanks": b" \r\n",
    "nothing closed": b"{",
    "no name": b"{:1}",
    "single quotes": b"{'uid_field': 'olivia'}",
    "a comma too many": b'{"uid_field": "olivia",}',
    "two values": b'{"uid_field": "olivia"} {}',
    "a comment": b'{"uid_field": "olivia"} // me',
    "an array": b'[{"uid_field": "olivia"}]',
    "a text": b'"olivia"',
    "a number": b"1",
    "null": b"null",
    "not a number": b'{"uid_field": NaN}',
    "infinity": b'{"uid_field": -Infinity}',
    "beyond a float": b'{"uid_field": 1e999}',
    "a bare NUL": b'{"uid_field": "\x00"}',
    "only a NUL": b"\x00",
    "a bare line break": b'{"uid_field": "a\nb"}',
    "half a surrogate pair": b'{"uid_field": "\\ud800"}',
    "the wrong half first": b'{"uid_field": "\\udc00\\ud800"}',
    "no UTF-8": b'{"uid_field": "\xff"}',
    "a surrogate in UTF-8": b'{"uid_field": "\xed\xa0\x80"}',
    "too long a UTF-8": b'{"uid_field": "\xc0\xaf"}',
    "UTF-16": '{"uid_field": "olivia"}'.encode("utf-16"),
    "a byte order mark": b'\xef\xbb\xbf{"uid_field": "olivia"}',
    "deep arrays": b'{"uid_field": ' + b"[" * DEEP + b"]" * DEEP + b"}",
    "deep objects": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "deep and not closed": b"[" * DEEP,
}

HOSTILE: dict[str, Any] = {
    "NUL": "oli\x00via",
    "right to left": "\u202e+49 151 23456713",
    "emoji": "😀" * 100,
    "zero width": "\u200b\u2060\ufeff",
    "Arabic digits": "+٤٩١٥١٢٣٤٥٦٧١٣",
    "300 digits": "+49" + "1" * 300,
    "long": "x" * 100_000,
    "spaces": " \t\r\n\u3000",
    "a header": "a\r\nSet-Cookie: x=y",
    "a query": "' OR 1=1 --",
    "markup": "<script>alert(1)</script>",
    "a template": "{{ 7 * 7 }} %(app)s {code} ${jndi:ldap://x}",
    "huge": 10**400,
    "beyond 64 bits": 2**63,
    "negative": -1,
    "a fraction": 1e308,
    "true": True,
    "null": None,
    "an array": ["+4915123456713"],
    "an object": {"$ne": ""},
}

FIELDS = {
    SIGN_IN: ("uid_field", "password", "component"),
    "one-page": ("uid_field", "password"),
    DIRECT: ("phone_number", "code", "region", "resend", "change_number"),
    PROMPTED: ("phone", "component"),
    EVERY: ("text", "email", "username", "number", "checkbox", "date", "moment", "choice", "locale", "password"),
}


def is_refused(answer: Answer, *statuses: int) -> bool:
    """In the executor's shape, with nothing of our inside."""
    assert answer.status in statuses, answer
    assert answer.json["component"] == "ak-stage-flow-error"
    return is_plain(answer)


def is_plain(answer: Answer) -> bool:
    return not any(word in answer.text for word in ("Traceback", 'File \\"', "sqlalchemy", "msgspec"))


def is_answered(answer: Answer) -> bool:
    """A challenge where the value could be read, or a refusal."""
    if answer.status != 200:
        return is_refused(answer, 400)
    assert answer.json["component"].startswith(("ak-stage-", "xak-flow-")), answer
    return is_plain(answer)


async def test_a_body_that_is_no_json_object_is_400_and_the_step_stays(stranger: Visitor) -> None:
    before = await stranger.see(SIGN_IN)
    for what, body in UNREADABLE.items():
        assert is_refused(await stranger.post(SIGN_IN, body), 400), what
        assert await stranger.see(SIGN_IN) == before, what
    assert (await stranger.answer(SIGN_IN, uid_field=OWNER.username))["component"] == "ak-stage-password"


async def test_no_body_is_an_empty_answer(stranger: Visitor) -> None:
    for body in (b"", b"{}"):
        assert "response_errors" in (await stranger.post(SIGN_IN, body)).json


async def test_of_a_key_given_twice_the_last_counts(stranger: Visitor) -> None:
    challenge = (await stranger.post(SIGN_IN, b'{"uid_field": "oscar", "uid_field": "olivia"}')).json
    assert challenge["pending_user"] == OWNER.username


async def test_a_body_may_come_in_any_number_of_parts(stranger: Visitor) -> None:
    body = json.dumps({"uid_field": OWNER.username}).encode()
    parts = [body[index : index + 1] for index in range(len(body))] + [b""]
    assert (await stranger.post(SIGN_IN, parts)).json["component"] == "ak-stage-password"


async def test_a_body_too_long_is_413_whatever_it_says_of_its_length(stranger: Visitor) -> None:
    await stranger.see(SIGN_IN)
    megabyte = b" " * 1_000_000
    assert is_refused(await stranger.post(SIGN_IN, [megabyte] * 10), 413)
    assert is_refused(await stranger.post(SIGN_IN, [megabyte, b"{}"], content_length="2"), 413)
    assert is_refused(await stranger.post(SIGN_IN, [megabyte] * 60), 413)
    assert (await stranger.post(SIGN_IN, megabyte[:-2] + b"{}")).status == 200


async def test_a_sender_who_goes_away_changes_nothing(stranger: Visitor) -> None:
    await stranger.see(SIGN_IN)
    for part in (b"", b"{", b'{"uid_field": "olivia"}', f"uid_field=olivia&_csrf={stranger.cookies[CSRF]}".encode()):
        for target, headers in ((executor(SIGN_IN), JSON), (f"/if/flow/{SIGN_IN}/", FORM)):
            answer = await stranger.request("POST", target, CutOff([part]), headers.items())
            assert 400 <= answer.status < 500
            assert is_plain(answer)
    assert (await stranger.see(SIGN_IN))["component"] == "ak-stage-identification"


@pytest.mark.parametrize("slug", FIELDS)
async def test_no_value_of_any_field_breaks_a_step(house: House, owner: Visitor, stranger: Visitor, slug: str) -> None:
    visitor = owner if slug in (DIRECT, PROMPTED) else stranger
    for (what, value), field in itertools.product(HOSTILE.items(), FIELDS[slug]):
        assert is_answered(await visitor.post(slug, json.dumps({field: value}).encode())), f"{field}: {what}"
    assert (await visitor.see(slug))["component"].startswith("ak-stage-")
    assert await house.rows("SELECT * FROM sms_device") == []
    house.clock.pass_by(hours=1)  # whoever guessed at codes may try again
    await owner.answer(DIRECT, phone_number=OWNER.number)
    assert (await owner.answer(DIRECT, code=house.code_for(OWNER)))["component"] == "xak-flow-redirect"


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.parametrize("slug", FIELDS)
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_any_json_is_answered(owner: Visitor, stranger: Visitor, slug: str, data: st.DataObject) -> None:
    """One house for all examples: whatever came before must not matter either."""
    visitor = owner if slug in (DIRECT, PROMPTED) else stranger
    names = st.sampled_from(FIELDS[slug]) | st.text(max_size=10)
    body = data.draw(st.dictionaries(names, ANY, max_size=4) | ANY)
    assert is_answered(await visitor.post(slug, json.dumps(body).encode()))
    assert (await visitor.see(slug))["component"].startswith(("ak-stage-", "xak-flow-"))


COOKIES = {
    "nothing": "",
    "no name": "=; ;;=;",
    "another": "tracker=1; a; b=",
    "a NUL": "authentik_session=\x00",
    "not ASCII": "authentik_session=\xe9\xff",
    "escapes": "authentik_session=%ff%00%ud800",
    "quoted octals": 'authentik_session="\\377\\000"',
    "long": "authentik_session=" + "x" * 50_000,
    "many": "; ".join(f"c{number}={number}" for number in range(2000)),
    "markup": "authentik_session=<script>; authentik_csrf=<script>",
}


async def test_a_cookie_that_means_nothing_is_no_cookie(house: House) -> None:
    for what, cookie in COOKIES.items():
        sent = [("cookie", cookie)]
        for target in (executor(SIGN_IN), f"/if/flow/{SIGN_IN}/"):
            answer = await house.visitor().request("GET", target, headers=sent)
            assert answer.status == 200, what
            assert len(answer.cookies["authentik_session"].value) == 43
            assert "<script>" not in answer.text
        assert (await house.visitor().request("GET", "/if/user/", headers=sent)).status == 303


QUERIES = ["%", "%zz", "query=%ff%fe", "query=\xff\xfe", "\x80", "query=next%3D%ff", "query=%00", "&&==", "a=1&" * 5000]


async def test_no_query_breaks_an_address(stranger: Visitor, owner: Visitor) -> None:
    page = f"/if/flow/{SIGN_IN}/"
    paths = (f"/api/v3/flows/executor/{SIGN_IN}/", page, "/flows/-/cancel/", "/if/user/", "/none")
    for query, path, visitor in itertools.product(QUERIES, paths, (stranger, owner)):
        answer = await visitor.get(f"{path}?{query}")
        assert answer.status < 500, (path, query[:20])
        assert is_plain(answer)
    for query in QUERIES:
        answer = await stranger.submit(f"{page}?{query}", uid_field=OWNER.username, _step="")
        assert (answer.status, answer.header("location")[: len(page)]) == (303, page)


PATHS = [
    "/%ff",
    "/%00",
    "/%zz",
    "//evil.example/",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/%0d%0aX:y/",
    "/" + "x" * 5000,
    "/\u00e9",
]


async def test_a_path_that_leads_nowhere_is_404(stranger: Visitor) -> None:
    for before, path in itertools.product(("", "/static", "/if/flow", "/api/v3", "/flows/-/default"), PATHS):
        answer = await stranger.get(before + path)
        assert answer.status == 404, (before, path[:20])
        assert is_plain(answer)
        assert answer.header("location") == ""


FORMS = [
    (400, b"uid_field=\xff"),
    (400, b"&".join(b"f%d=1" % number for number in range(500))),
    (413, b"uid_field=" + b"x" * 1_000_001),
]


async def test_a_form_that_cannot_be_read_is_a_page_that_says_so(stranger: Visitor) -> None:
    await stranger.get(f"/if/flow/{SIGN_IN}/")
    for status, body in FORMS:
        answer = await stranger.request("POST", f"/if/flow/{SIGN_IN}/", body, FORM.items())
        assert (answer.status, answer.header("content-type")) == (status, "text/html; charset=utf-8")
        assert is_plain(answer)


async def test_a_form_of_another_type_is_415(stranger: Visitor) -> None:
    await stranger.get(f"/if/flow/{SIGN_IN}/")
    for kind in ("", "application/json", "text/plain", "multipart/form-data; boundary=x"):
        sent = [("content-type", kind)] if kind else []
        assert (await stranger.request("POST", f"/if/flow/{SIGN_IN}/", b"uid_field=olivia", sent)).status == 415
