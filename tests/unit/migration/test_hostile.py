"""Whatever the other server answers: one clear sentence, nothing changed, and the token goes to nobody else."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.doubles.authentik import JSON, TOKEN, Authentik, serving
from tests.unit.migration.imports import Imports
from watchword.errors import Invalid
from watchword.migration.drafts import Draft, draft
from watchword.migration.remote import LARGEST, LONGEST_WAIT, TRIES, ImportFailed, base_address
from watchword.migration.report import harmless
from watchword.stages.catalogue import CATALOGUE

HTML = b"<html><body>Not found</body></html>"
ENVELOPE = {"next": 0, "previous": 0, "count": 1, "current": 1, "total_pages": 1, "start_index": 1, "end_index": 1}


def page(results: Any, **pagination: Any) -> tuple[int, bytes, str]:
    return 200, json.dumps({"pagination": {**ENVELOPE, **pagination}, "results": results}).encode(), JSON


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        ((200, HTML, "Content-Type: text/html"), "no JSON"),
        ((404, HTML, "Content-Type: text/html"), "is this the address of authentik"),
        ((403, b'{"detail": "Token invalid/expired"}', JSON), "refuses the token"),
        ((401, b"", JSON), "refuses the token"),
        ((418, b"teapot", JSON), "status 418"),
        ((302, b"", "Location: https://elsewhere.example/api"), "leads elsewhere"),
        ((200, b"[]", JSON), "none of authentik's"),
        ((200, b"null", JSON), "no JSON"),
        ((200, b'{"results": []}', JSON), "none of authentik's"),
        ((200, b'{"results": {}, "pagination": {}}', JSON), "none of authentik's"),
        (page([1, 2]), "none of authentik's"),
        (page([], next="2"), "none of authentik's"),
        (page([], next=-1), "none of authentik's"),
        (page([], count=None), "none of authentik's"),
        (page([], next=1), "does not end"),
        (page([], next=7), "does not end"),
        ((200, b"x" * (LARGEST + 1), JSON), f"over {LARGEST} bytes"),
        ((200, b'{"results": ' + b"[" * 100_000, JSON), "no JSON"),
    ],
)
async def test_an_answer_that_is_none_is_one_sentence(imports: Imports, answer: Any, word: str) -> None:
    before = await imports.state()
    imports.authentik.fault = lambda path, *_: answer if path == "/api/v3/core/users/" else None
    with pytest.raises(ImportFailed) as raised:
        await imports.run()
    assert word in raised.value.message
    assert raised.value.message.count("\n") == 0
    assert "elsewhere.example" not in raised.value.message
    assert TOKEN not in raised.value.message
    assert await imports.state() == before


async def test_it_follows_nobody_elsewhere(imports: Imports) -> None:
    with serving(Authentik({})) as elsewhere:
        to = 302, b"", f"Location: {elsewhere.url}/api/v3/core/users/"
        imports.authentik.fault = lambda *_: to
        with pytest.raises(ImportFailed, match="leads elsewhere"):
            await imports.run()
        assert elsewhere.asked == []


@pytest.mark.parametrize("behaviour", ["garbage", "close", "reset", "bad_gzip"])
async def test_a_connection_that_breaks_is_tried_again_and_then_told(imports: Imports, behaviour: str) -> None:
    async with imports.remote(TOKEN) as remote:
        assert await remote.count("/core/groups/") == 3
        imports.authentik.double.behave(behaviour)
        with pytest.raises(ImportFailed, match=r"^authentik cannot be reached"):
            await remote.count("/core/groups/")
    assert imports.waited == [1, 2, 4, 8]


async def test_what_never_answered_is_told_at_once(imports: Imports) -> None:
    imports.authentik.double.behave("reset")
    with pytest.raises(ImportFailed, match=r"^authentik cannot be reached"):
        await imports.run()
    assert imports.waited == []


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
async def test_a_busy_server_is_given_time(imports: Imports, status: int) -> None:
    imports.authentik.fault = lambda _, turn: (status, b"", "Retry-After: 7") if turn < 2 else None
    await imports.run(dry=True)
    assert imports.waited == [7, 7]


async def test_nobody_is_waited_for_for_hours(imports: Imports) -> None:
    imports.authentik.fault = lambda *_: (429, b"", "Retry-After: 86400")
    with pytest.raises(ImportFailed, match="status 429"):
        await imports.run()
    assert imports.waited == [LONGEST_WAIT] * (TRIES - 1)


async def test_a_wrong_token_is_not_tried_again(imports: Imports) -> None:
    with pytest.raises(ImportFailed, match="API token of an administrator"):
        await imports.run(token="wrong")
    assert len(imports.authentik.asked) == 1


@pytest.mark.parametrize("token", ["", "line\nbreak", "ünïcode"])
async def test_what_is_no_token_is_refused_before_anything_is_asked(imports: Imports, token: str) -> None:
    with pytest.raises(Invalid, match="no API token"):
        await imports.run(token=token)
    assert imports.authentik.asked == []


async def test_a_list_that_grows_meanwhile_has_each_once(imports: Imports) -> None:
    """What is new at the front pushes the last of a page to the next one."""
    users = imports.authentik.lists["/core/users/"]

    def growing(path: str, turn: int) -> None:
        if path == "/api/v3/core/users/" and len(users) < 12:
            users.insert(0, {**users[-1], "pk": 900 + turn, "username": f"new{turn}", "uuid": None})

    imports.authentik.fault = growing
    report = await imports.run()
    labels = [one.label for one in report.lines if one.kind == "user"]
    assert len(labels) == len(set(labels))


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("https://auth.example.org", "https://auth.example.org"),
        ("https://auth.example.org/", "https://auth.example.org"),
        ("https://auth.example.org:9443/api/v3/", "https://auth.example.org:9443"),
        (" https://example.org/auth/api/v3 ", "https://example.org/auth"),
        ("http://127.0.0.1:9000", "http://127.0.0.1:9000"),
        ("http://[::1]:9000", "http://[::1]:9000"),
    ],
)
def test_an_address_is_taken_as_one_has_it(url: str, base: str) -> None:
    assert base_address(url) == base


@pytest.mark.parametrize(
    "url",
    [
        *("", "auth.example.org", "ftp://auth.example.org", "https://", "https://x?token=secret", "https://x#y"),
        *("https://me:secret@auth.example.org", "https://x:port", "http://auth.example.org", "https://[::1"),
    ],
)
def test_an_address_that_is_none_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(Invalid) as raised:
        base_address(url)
    assert "secret" not in raised.value.message


def test_a_plain_address_is_taken_where_one_insists() -> None:
    assert base_address("http://auth.example.org", plain_http=True) == "http://auth.example.org"


_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)


@given(st.sampled_from(sorted(CATALOGUE)), st.data())
def test_an_object_of_any_shape_comes_or_is_left_out_with_a_reason(model: str, data: st.DataObject) -> None:
    cls = CATALOGUE[model]
    fields = st.dictionaries(st.sampled_from([*cls.__struct_fields__, "captcha_stage", "odd"]), _values)
    made = draft(cls, {"pk": "6ba7b810-9dad-11d1-80b4-00c04fd430c8", **data.draw(fields)})
    assert isinstance(made, Draft) or made.why


@given(st.text(max_size=1000))
def test_whatever_is_told_fits_a_terminal(text: str) -> None:
    said = harmless(text)
    assert len(said) <= 200
    assert all(char.isprintable() for char in said)


def test_colours_and_numbers_in_names_are_taken_out() -> None:
    assert harmless("\x1b[31mred\x07 +4915123456713") == " [31mred  +49 ••• ••13"
