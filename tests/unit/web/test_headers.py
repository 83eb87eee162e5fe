"""Headers that keep browsers, caches and other sites in their place, on every answer."""

import re

import pytest

from tests.people import OWNER
from tests.unit.web.client import FORM, SIGN_IN, Answer, Visitor, executor
from tests.unit.web.conftest import OpenHouse
from tests.unit.web.house import House
from watchword.web.pages.static_files import STATIC

PAGE = f"/if/flow/{SIGN_IN}/"

ANSWERS = {
    "a page": ("GET", PAGE, 200),
    "a challenge": ("GET", executor(SIGN_IN), 200),
    "a redirect": ("GET", "/", 303),
    "a denial": ("GET", "/if/flow/denied/", 403),
    "no such page": ("GET", "/nowhere", 404),
    "no such flow": ("GET", executor("none"), 404),
    "no such file": ("GET", "/static/none.js", 404),
    "a wrong method": ("DELETE", PAGE, 405),
    "a refused form": ("POST", PAGE, 403),
    "a refused call": ("POST", executor(SIGN_IN), 415),
    "health": ("GET", "/-/health/live/", 204),
    "a file": ("GET", "/static/mark.svg", 200),
    "the handset": ("GET", "/demo/handset/", 200),
    "what may be done": ("OPTIONS", PAGE, 204),
}


FILES = {file.name: file.read_bytes() for file in STATIC.iterdir()}


@pytest.fixture
async def answers(stranger: Visitor) -> dict[str, Answer]:
    """One of each kind."""
    found = {}
    for name, (method, target, status) in ANSWERS.items():
        found[name] = await stranger.request(method, target, b"", FORM.items())
        assert found[name].status == status, name
    return found


def each(answers: dict[str, Answer], header: str) -> set[str]:
    return {answer.header(header) for answer in answers.values()}


def test_nothing_runs_in_a_page_but_our_own_files(answers: dict[str, Answer]) -> None:
    (policy,) = each(answers, "content-security-policy")
    assert dict(part.partition(" ")[::2] for part in policy.split("; ")) == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "connect-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }


def test_nobody_frames_sniffs_or_is_told_where_a_visitor_came_from(answers: dict[str, Answer]) -> None:
    assert each(answers, "x-content-type-options") == {"nosniff"}
    assert each(answers, "x-frame-options") == {"DENY"}
    assert each(answers, "referrer-policy") == {"same-origin"}
    assert each(answers, "cross-origin-opener-policy") == {"same-origin"}
    assert each(answers, "cross-origin-resource-policy") == {"same-origin"}
    (permissions,) = each(answers, "permissions-policy")
    assert "otp-credentials=(self)" in permissions
    for header in ("server", "x-powered-by", "access-control-allow-origin"):
        assert each(answers, header) == {""}


def test_every_answer_has_an_id_of_its_own(answers: dict[str, Answer]) -> None:
    ids = each(answers, "x-authentik-id")
    assert len(ids) == len(ANSWERS)
    assert all(re.fullmatch(r"[0-9a-f]{32}", identity) for identity in ids)


async def test_the_id_is_not_the_visitors_to_choose(stranger: Visitor) -> None:
    answers = [await stranger.get(PAGE, x_authentik_id="0" * 32) for _ in range(2)]
    assert len({answer.header("x-authentik-id") for answer in answers} | {"0" * 32}) == 3


def test_only_files_are_kept_by_caches(answers: dict[str, Answer]) -> None:
    assert answers.pop("a file").header("cache-control") == "max-age=31536000, public, immutable"
    assert each(answers, "cache-control") == {"no-store"}


async def test_pages_with_a_number_in_them_are_kept_by_nobody(house: House, owner: Visitor) -> None:
    await owner.answer("sms-enrollment-direct", phone_number=OWNER.number)
    await owner.answer("sms-enrollment-direct", code=house.code_for(OWNER))
    for address in ("/if/user/", "/demo/handset/", "/demo/handset/messages", "/if/flow/sms-enrollment-direct/"):
        answer = await owner.get(address)
        assert (answer.status, answer.header("cache-control")) == (200, "no-store")


async def test_each_static_file_is_served_under_its_type(stranger: Visitor) -> None:
    types = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
    for file, content in FILES.items():
        answer = await stranger.get(f"/static/{file}?v=1")
        assert answer.header("content-type").partition(";")[0] == types[file.rpartition(".")[2]]
        assert (answer.body, answer.cookies) == (content, {})


async def test_no_page_says_what_its_policy_forbids(owner: Visitor, stranger: Visitor) -> None:
    for visitor in (owner, stranger):
        for address in (PAGE, "/if/flow/default-sms-enrollment/", "/if/user/", "/demo/handset/", "/nowhere"):
            page = (await visitor.get(address)).text
            assert not re.search(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=|javascript:", page)
            assert not re.search(r'(?:src|href|action)="(?:https?:)?//', page)


@pytest.mark.parametrize(("scheme", "sent"), [("https", "max-age=31536000"), ("http", "")])
async def test_browsers_are_bound_to_https_where_it_is_spoken(house: House, scheme: str, sent: str) -> None:
    for target in (PAGE, "/nowhere"):
        assert (await house.visitor(scheme=scheme).get(target)).header("strict-transport-security") == sent


async def test_the_handset_is_the_demos_alone(opened: OpenHouse) -> None:
    async with opened(demo=False) as house:
        for address in ("/demo/handset/", "/demo/handset/messages"):
            assert (await house.visitor().get(address)).status == 404


async def test_a_form_may_lead_to_the_origins_where_flows_may_end_and_to_no_other(opened: OpenHouse) -> None:
    async with opened(redirect_origins="https://app.example.org") as house:
        answer = await house.visitor().request("GET", PAGE)
        assert "form-action 'self' https://app.example.org" in answer.header("content-security-policy").split("; ")
