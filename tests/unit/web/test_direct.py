"""The executor without the framework's path of a request: nobody can tell, but by the time it takes."""

import http.cookies
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar.datastructures import Cookie

from tests.people import OWNER
from tests.unit.web.client import FORM, JSON, SIGN_IN, Answer, CutOff, Header, Visitor
from tests.unit.web.house import House
from watchword.web.api.executor import PATH
from watchword.web.bodies import MAX_BODY
from watchword.web.direct import Direct, set_cookie
from watchword.web.types import WebRequest

FLOW = f"/api/v3/flows/executor/{SIGN_IN}/"
_RANDOM = re.compile(r"[0-9a-f]{32}")


@pytest.fixture
def directly(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Paths of the requests that were answered so."""
    answered: list[str] = []
    answer = Direct.answer

    async def noting(self: Direct, request: WebRequest) -> None:
        answered.append(request.scope["path"])
        await answer(self, request)

    monkeypatch.setattr(Direct, "answer", noting)
    return answered


@pytest.fixture
def never(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From then on the framework answers everything."""
    return lambda: monkeypatch.setattr(Direct, "taken", lambda *_: None)


def same(answer: Answer) -> tuple[int, list[Header], str]:
    """What must not differ: all but what is random. The order of headers says nothing, that of cookies neither."""
    cookies = {name: (len(morsel.value), dict(morsel)) for name, morsel in answer.cookies.items()}
    headers = [(name, _RANDOM.sub("?", value)) for name, value in answer.headers if name != "set-cookie"]
    return answer.status, [*sorted(headers), ("cookies", repr(sorted(cookies.items())))], _RANDOM.sub("?", answer.text)


Send = tuple[str, str, bytes | list[bytes], dict[str, str]]
REQUESTS: dict[str, Send] = {
    "a flow is begun": ("GET", FLOW, b"", {}),
    "with its query": ("GET", f"{FLOW}?query=next%3D%2Fif%2Fuser%2F", b"", {}),
    "with a query that leads away": ("GET", f"{FLOW}?query=next%3Dhttps%3A%2F%2Fevil.example%2F", b"", {}),
    "a flow that is none": ("GET", "/api/v3/flows/executor/none/", b"", {}),
    "an answer": ("POST", FLOW, b'{"uid_field": "nobody"}', JSON),
    "an answer in two parts": ("POST", FLOW, [b'{"uid_field": ', b'"nobody"}'], JSON),
    "an empty answer": ("POST", FLOW, b"", JSON),
    "no JSON": ("POST", FLOW, b"{", JSON),
    "no object": ("POST", FLOW, b"[]", JSON),
    "a form": ("POST", FLOW, b"uid_field=nobody", FORM),
    "one too large": ("POST", FLOW, b" " * (MAX_BODY + 1), JSON),
    "one that ends too early": ("POST", FLOW, CutOff([b'{"uid_field": ']), JSON),
    "from another site": ("POST", FLOW, b"{}", {**JSON, "sec-fetch-site": "cross-site"}),
    "a slug beyond ASCII": ("GET", "/api/v3/flows/executor/%F0%9F%93%B1/", b"", {}),
    "a slug with a space": ("GET", "/api/v3/flows/executor/a%20b/", b"", {}),
}


@pytest.mark.parametrize("what", REQUESTS)
async def test_the_answer_is_the_frameworks(
    house: House, directly: list[str], never: Callable[[], None], what: str
) -> None:
    method, target, body, headers = REQUESTS[what]
    ours = await house.visitor().request(method, target, body, headers.items())
    assert len(directly) == 1
    never()
    theirs = await house.visitor().request(method, target, body, headers.items())
    assert len(directly) == 1
    assert same(ours) == same(theirs)


NOT_PLAIN: dict[str, tuple[str, str, dict[str, str]]] = {
    "another method": ("PUT", FLOW, {}),
    "HEAD": ("HEAD", FLOW, {}),
    "no slash at the end": ("GET", FLOW[:-1], {}),
    "two slashes": ("GET", FLOW + "/", {}),
    "no slug": ("GET", "/api/v3/flows/executor/", {}),
    "something below": ("GET", f"{FLOW}more/", {}),
    "a slash in the slug": ("GET", "/api/v3/flows/executor/a%2Fb/", {}),
    "another address": ("GET", "/api/v3/flows/instances/", {}),
    "a host that is no name": ("GET", FLOW, {"host": "a b"}),
}


@pytest.mark.parametrize("what", NOT_PLAIN)
async def test_of_anything_else_the_framework_judges(house: House, directly: list[str], what: str) -> None:
    method, target, headers = NOT_PLAIN[what]
    answer = await house.visitor().request(method, target, headers=headers.items())
    assert directly == []
    assert answer.status < 500


async def test_a_whole_flow_goes_that_way_and_others_are_still_held_out(
    house: House, owner: Visitor, other: Visitor, stranger: Visitor, directly: list[str]
) -> None:
    signed_in = await house.signed_in(OWNER)
    assert len(directly) == 3
    assert "Olivia" not in (await stranger.get("/if/user/")).text
    for visitor in (owner, other, signed_in):
        refused = await visitor.post(SIGN_IN, b"{}", **{"x-authentik-csrf": "0" * 64})
        assert (refused.status, refused.json["component"]) == (403, "ak-stage-flow-error")


async def test_a_defect_is_an_answer_with_an_id_and_nothing_of_what_went_wrong(
    house: House, monkeypatch: pytest.MonkeyPatch, directly: list[str]
) -> None:
    def broken(*_: Any) -> Any:
        raise ZeroDivisionError("the secret is 4711")

    monkeypatch.setattr("watchword.flows.executor.Executor.show", broken)
    answer = await house.visitor().get(FLOW)
    assert len(directly) == 1
    assert (answer.status, answer.json["request_id"]) == (500, answer.header("x-authentik-id"))
    assert "4711" not in answer.text


def test_only_operations_at_one_path_can_be_answered_so() -> None:
    assert PATH.count("{") == 1


COOKIES = st.builds(
    Cookie,
    key=st.sampled_from(["authentik_session", "authentik_csrf"]),
    value=st.one_of(
        st.from_regex(re.compile(r"[\w.~-]{0,50}", re.ASCII), fullmatch=True), st.text("\x21\x22,;\\= abc", max_size=20)
    ),
    path=st.just("/"),
    max_age=st.one_of(st.none(), st.integers(0, 10**8)),
    httponly=st.booleans(),
    secure=st.booleans(),
    samesite=st.sampled_from(["lax", "strict"]),
)


@given(COOKIES)
def test_a_cookie_is_set_as_the_framework_sets_it(cookie: Cookie) -> None:
    (name, ours), (_, theirs) = set_cookie(cookie), cookie.to_encoded_header()
    assert name == b"set-cookie"
    assert read(ours) == read(theirs)


def read(header: bytes) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (morsel.key, morsel.value, dict(morsel))
        for morsel in http.cookies.SimpleCookie(header.decode("latin-1")).values()
    ]
