"""Addresses that lead on: each to a path of our own, and back to where the visitor wanted to go."""

import itertools
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from tests.people import OTHER, OWNER
from tests.unit.web.client import SIGN_IN, Visitor
from tests.unit.web.conftest import OpenHouse
from tests.unit.web.house import House
from watchword.model.default_flow import default_of
from watchword.model.flow import Authentication, Designation, Flow

FLOW, DEFAULT = f"/if/flow/{SIGN_IN}/", "/flows/-/default/authentication/"

AWAY = [
    "https://evil.example/",
    "http:evil.example",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/%09/evil.example",
    "/%0a/evil.example",
    "%20//evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "evil.example",
    "/x%00",
    "/a%0d%0aSet-Cookie:%20x=y",
]

OURS = [
    "/",
    "/if/user/",
    "/if/user/?a=1&b=2",
    "/a?next=/b&c=#d",
    "/%2525",
    "/ü/€",
    "/a;b=c,d+e",
    "/if/user/?x=//evil.example",
]


def quoted(target: str) -> str:
    return "".join(f"%{byte:02X}" for byte in target.encode())


async def location(visitor: Visitor, target: str) -> str:
    answer = await visitor.get(target)
    assert answer.status == 303, answer
    return answer.header("location")


async def test_no_address_leads_away(owner: Visitor, stranger: Visitor) -> None:
    for visitor, target in itertools.product((owner, stranger), AWAY):
        assert await location(visitor, f"/flows/-/cancel/?next={target}") == "/"
        assert await location(visitor, f"{DEFAULT}?next={target}") == FLOW
        page = await visitor.get(f"/if/flow/empty/?next={target}")
        assert (page.status, page.header("location")) == (403, ""), target
        assert "Invalid next URL" in page.text


async def test_a_path_of_our_own_arrives_whole(stranger: Visitor) -> None:
    for target in OURS:
        arrived = await location(stranger, f"/flows/-/cancel/?next={quoted(target)}")
        assert unquote(arrived) == unquote(target)
        assert arrived.isascii()
        assert await location(stranger, f"/if/flow/empty/?next={quoted(target)}") == arrived
        led = urlsplit(await location(stranger, f"{DEFAULT}?next={quoted(target)}"))
        assert (led.path, parse_qs(led.query)) == (FLOW, {"next": [target]})


async def test_other_origins_are_led_to_where_the_settings_list_them(opened: OpenHouse) -> None:
    async with opened(redirect_origins="https://app.example.org") as house:
        visitor = house.visitor()
        target = "https://app.example.org/welcome?a=1"
        assert await location(visitor, f"/if/flow/empty/?next={quoted(target)}") == target
        for lookalike in (
            "https://app.example.org.evil.example/",
            "https://app.example.org@evil.example/",
            "//app.example.org",
        ):
            assert (await visitor.get(f"/if/flow/empty/?next={quoted(lookalike)}")).status == 403


async def test_the_front_door_leads_each_to_his_place(owner: Visitor, stranger: Visitor) -> None:
    assert await location(owner, "/") == "/if/user/"
    assert await location(stranger, "/") == DEFAULT
    assert await location(stranger, "/if/user/") == f"{DEFAULT}?next=/if/user/"


async def test_the_default_flow_is_the_first_by_slug(stranger: Visitor) -> None:
    assert await location(stranger, "/flows/-/default/authentication/") == FLOW
    first = "/if/flow/default-authenticator-static-setup/"
    assert await location(stranger, "/flows/-/default/stage_configuration/") == first
    for designation in ("authorization", "none", "%00", "authentication%2F.."):
        assert (await stranger.get(f"/flows/-/default/{designation}/")).status == 404


async def test_a_stage_leads_to_its_set_up_those_who_are_signed_in(
    house: House, owner: Visitor, other: Visitor, stranger: Visitor
) -> None:
    stages = await house.rows("SELECT pk FROM config_object WHERE document LIKE '%demo-sms-direct%'")
    address = f"/flows/-/configure/{stages[0]['pk']}/"
    for visitor in (owner, other):
        assert await location(visitor, address) == "/if/flow/sms-enrollment-direct/"
    assert await location(stranger, address) == f"{DEFAULT}?next={address}"
    assert address in (await owner.get("/if/user/")).text


async def test_what_cannot_be_set_up_is_404(house: House, owner: Visitor) -> None:
    for document in ("%one-page-password%", "%every-prompt%"):
        for row in await house.rows("SELECT pk FROM config_object WHERE document LIKE :like", like=document):
            assert (await owner.get(f"/flows/-/configure/{row['pk']}/")).status == 404
    for pk in ("0", "00000000-0000-0000-0000-000000000000", "%00", "x" * 5000):
        assert (await owner.get(f"/flows/-/configure/{pk}/")).status == 404


async def test_a_made_up_stage_cannot_put_words_into_the_way_to_sign_in(stranger: Visitor) -> None:
    led = urlsplit(await location(stranger, "/flows/-/configure/x&next=evil.example%0d%0a/"))
    assert set(parse_qs(led.query)) == {"next"}
    assert "\n" not in led.query


async def test_a_page_for_members_leads_through_signing_in_and_back(house: House, stranger: Visitor) -> None:
    page = "/if/flow/default-sms-enrollment/?a=1&b=2"
    to_sign_in = await location(stranger, page)
    flow = await location(stranger, to_sign_in)
    for fields in ({"uid_field": OWNER.username}, {"password": OWNER.password}):
        end = await stranger.fill_in(flow, **fields)
    assert (end.status, end.header("location")) == (303, page)
    assert "Phone number" in (await stranger.get(page)).text


async def test_cancelling_begins_again_and_signs_nobody_out(owner: Visitor, other: Visitor) -> None:
    for visitor, person in ((owner, OWNER), (other, OTHER)):
        await visitor.answer("sms-enrollment-direct", phone_number=person.number)
    assert await location(owner, "/flows/-/cancel/?next=/if/user/") == "/if/user/"
    assert (await owner.see("sms-enrollment-direct"))["phone_number_required"] is True
    assert (await other.see("sms-enrollment-direct"))["phone_number_required"] is False
    assert (await owner.get("/if/user/")).status == 200


FOR_FEW: list[Authentication] = ["require_superuser", "require_redirect", "require_outpost", "require_token"]
BOTH_WAYS: list[Designation] = ["authentication", "invalidation"]


@pytest.mark.parametrize("authentication", FOR_FEW)
async def test_a_flow_for_few_is_nobodys_default(house: House, authentication: Authentication) -> None:
    """It would keep everybody else from signing in, or out."""
    snapshot = house.services.configuration.snapshot
    for designation in BOTH_WAYS:
        usual = default_of(snapshot, designation)
        few = Flow(name="Few", slug="0", title="Few", designation=designation, authentication=authentication)
        assert default_of(snapshot.changed([few]), designation) == usual
        many = Flow(name="Many", slug="0", title="Many", designation=designation)
        assert default_of(snapshot.changed([many]), designation) == many
