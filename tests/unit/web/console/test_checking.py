"""Checking credentials from a form: with what was typed, keeping nothing, and telling no secret to a stranger."""

from typing import Any

import pytest

from tests.doubles.gateway import ACCOUNT_TOKEN, GatewayDouble
from tests.unit.web.api.caller import ApiCaller
from tests.unit.web.api.samples import make
from tests.unit.web.client import Answer, Visitor
from tests.unit.web.forms import filled, send
from tests.unit.web.house import House
from tests.unit.web.pages.html_tree import Node, parse
from watchword.administration.checking import ELSEWHERE, PER_HOUR
from watchword.gateways.scrub import basic_credentials
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage
from watchword.stages.deny import DenyStage
from watchword.web.pages.console.guidance import TYPE_AGAIN

NEW = "/if/admin/stages/new/authenticatorsmsstage/"
SID = "AC0123456789abcdef0123456789abcdef"
KEY = "SK0123456789abcdef0123456789abcdef"
TOKEN = "00112233445566778899aabbccddeeff"
STORED = "ffeeddccbbaa99887766554433221100"
BLANK = "This field may not be blank."


@pytest.fixture
async def edit(api: ApiCaller, double: GatewayDouble) -> str:
    """A stage that is kept, by the address of its form."""
    values = {"provider": "twilio", "account_sid": SID, "auth": STORED, "gateway_url": double.url}
    made = await make(api, AuthenticatorSMSStage, "kept", from_number="+15017122661", **values)
    return f"/if/admin/stages/{made['pk']}/edit/"


async def check(admin: Visitor, form: str, /, **typed: str) -> Answer:
    """Presses the button of a form after something was typed into it."""
    page = await admin.get(form)
    to = parse(page.text).one("button", formaction=form.replace("/edit/", "/") + "check/").attrs["formaction"]
    return await send(admin, to, filled(page) | {name: [value] for name, value in typed.items()})


def result(page: Answer) -> Node:
    return parse(page.text).by_id("check-result")


def typed(double: GatewayDouble, **more: str) -> dict[str, str]:
    return {"provider": "twilio", "account_sid": SID, "auth": TOKEN, "gateway_url": double.url, **more}


async def test_a_form_that_was_never_saved_is_checked_and_comes_back_as_it_was(
    house: House, admin: Visitor, double: GatewayDouble
) -> None:
    stages = await house.rows("SELECT pk FROM config_object")
    events = await house.rows("SELECT id FROM event")
    page = await check(admin, NEW, **typed(double, name="half", message="Code {code}", code_length="many"))
    assert page.status == 200
    assert "Good: Twilio takes the credentials, and the account is active." in result(page).text
    [request] = double.requests
    assert request.headers["authorization"] == f"Basic {basic_credentials(SID, TOKEN)}"
    back = filled(page)
    assert {name: back[name] for name in ("name", "message", "code_length", "account_sid")} == {
        "name": ["half"], "message": ["Code {code}"], "code_length": ["many"], "account_sid": [SID],
    }  # fmt: skip
    assert await house.rows("SELECT pk FROM config_object") == stages
    assert await house.rows("SELECT id FROM event") == events


async def test_a_secret_that_was_typed_is_used_and_never_shown(admin: Visitor, double: GatewayDouble) -> None:
    page = await check(admin, NEW, **typed(double))
    assert TOKEN not in page.text
    assert ACCOUNT_TOKEN not in page.text
    assert filled(page)["auth"] == [""]
    assert parse(page.text).by_id("f-auth-advice").text == TYPE_AGAIN


async def test_a_stored_secret_is_used_where_none_is_typed(admin: Visitor, edit: str, double: GatewayDouble) -> None:
    page = await check(admin, edit)
    assert double.requests[0].headers["authorization"] == f"Basic {basic_credentials(SID, STORED)}"
    assert STORED not in page.text
    assert TYPE_AGAIN not in page.text
    await check(admin, edit, auth=TOKEN)
    assert double.requests[1].headers["authorization"] == f"Basic {basic_credentials(SID, TOKEN)}"


@pytest.mark.parametrize(
    "changes",
    [
        {"gateway_url": "http://127.0.0.1:9/elsewhere"},
        {"provider": "generic", "account_sid": "http://127.0.0.1:9/elsewhere"},
        {"gateway_url": ""},
    ],
)
async def test_a_stored_secret_is_never_sent_elsewhere(
    admin: Visitor, edit: str, double: GatewayDouble, changes: dict[str, str]
) -> None:
    page = await check(admin, edit, **changes)
    assert page.status == 400
    assert ELSEWHERE in result(page).text
    assert ELSEWHERE in parse(page.text).by_id("f-auth-error").text
    assert double.requests == []


async def test_another_address_is_checked_with_a_secret_that_is_typed(
    admin: Visitor, edit: str, double: GatewayDouble
) -> None:
    page = await check(admin, edit, provider="generic", account_sid=f"{double.url}/send", auth=TOKEN)
    assert "200: it is there, and answers." in result(page).text
    assert STORED not in double.requests[0].raw.decode()


async def test_a_stored_password_goes_elsewhere_no_more_than_a_token(
    api: ApiCaller, admin: Visitor, double: GatewayDouble
) -> None:
    values = {"account_sid": f"{double.url}/send", "auth": "me", "auth_password": STORED, "auth_type": "basic"}
    made = await make(api, AuthenticatorSMSStage, "basic", **values)
    form = f"/if/admin/stages/{made['pk']}/edit/"
    page = await check(admin, form, account_sid=f"{double.url}/other", auth="me")
    assert ELSEWHERE in parse(page.text).by_id("f-auth_password-error").text
    assert double.requests == []
    await check(admin, form, account_sid=f"{double.url}/other", auth="me", auth_type="bearer")
    assert [request.headers["authorization"] for request in double.requests] == ["Bearer me"]


async def test_a_secret_that_is_taken_away_is_not_used(admin: Visitor, edit: str, double: GatewayDouble) -> None:
    page = await check(admin, edit, auth_clear="true")
    assert f"Auth Token: {BLANK}" in result(page).text
    assert double.requests == []
    assert filled(page)["auth_clear"] == ["true"], "and the box stays ticked"


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"provider": ""}, 'Gateway: "" is not a valid choice.'),
        ({"account_sid": ""}, f"Account SID: {BLANK}"),
        ({"account_sid": "AC\x00"}, "Account SID: Null characters are not allowed."),
        ({"gateway_url": "ftp://x"}, "Twilio’s address: "),
        ({"provider": "generic", "account_sid": "ftp://x"}, "External API URL: The External API URL must start with"),
        ({"provider": "pigeon"}, 'Gateway: "pigeon" is not a valid choice.'),
    ],
)
async def test_what_it_cannot_be_asked_with_is_said_at_the_field_and_at_the_button(
    admin: Visitor, double: GatewayDouble, changes: dict[str, str], problem: str
) -> None:
    page = await check(admin, NEW, **typed(double, **changes))
    assert page.status == 400
    assert problem.replace("’", "'") in result(page).text.replace("’", "'")
    assert "It was not checked." in result(page).text
    assert "Nothing was saved." not in page.text
    assert len([node for node in parse(page.text) if node.attrs.get("class") == "error"]) == 1
    assert double.requests == []


async def test_the_check_is_where_the_reader_is_taken_to(admin: Visitor, double: GatewayDouble) -> None:
    page = await check(admin, NEW, **typed(double))
    assert [node.attrs["id"] for node in parse(page.text) if "autofocus" in node.attrs] == ["check-result"]
    assert not [node for node in parse((await admin.get(NEW)).text) if "autofocus" in node.attrs]


async def test_a_check_keeps_the_version_that_was_seen(
    api: ApiCaller, admin: Visitor, edit: str, double: GatewayDouble
) -> None:
    """Else whoever checks before he saves would overwrite what somebody else changed meanwhile."""
    opened = filled(await admin.get(edit))
    pk = edit.split("/")[-3]
    await api.patch(f"/stages/authenticator/sms/{pk}/", {"friendly_name": "theirs"})
    page = await send(admin, edit.replace("/edit/", "/check/"), opened)
    assert filled(page)["version"] == opened["version"]
    assert "Somebody changed this" in (await send(admin, edit, filled(page))).text


async def test_a_check_keeps_the_flow_that_the_stage_is_made_for(
    house: House, admin: Visitor, double: GatewayDouble
) -> None:
    [flow, *_] = [obj.pk for obj in house.services.configuration.snapshot.objects() if obj.family == "flow"]
    opened = filled(await admin.get(f"{NEW}?flow={flow}"))
    page = await send(admin, f"{NEW}check/", opened)
    assert filled(page)["flow"] == [flow]


async def test_the_gateways_of_a_demo_can_be_asked_too(admin: Visitor, double: GatewayDouble) -> None:
    page = await check(admin, NEW, **typed(double, provider="demo"))
    assert "only pretends to send" in result(page).text


async def test_checks_are_throttled_for_each_administrator(house: House, admin: Visitor, double: GatewayDouble) -> None:
    double.behave("status", 401, b'{"code": 20003}')
    form = filled(await admin.get(NEW)) | {name: [value] for name, value in typed(double).items()}
    for _ in range(PER_HOUR.count):
        assert (await send(admin, f"{NEW}check/", form)).status == 200
    last = await send(admin, f"{NEW}check/", form)
    assert last.status == 400
    assert "Too many checks." in result(last).text
    assert len(double.requests) == PER_HOUR.count
    house.clock.pass_by(hours=1)
    assert (await send(admin, f"{NEW}check/", form)).status == 200


async def test_what_is_kept_and_looks_wrong_is_said_when_the_form_is_opened(
    api: ApiCaller, admin: Visitor, double: GatewayDouble
) -> None:
    values: dict[str, Any] = {"provider": "twilio", "account_sid": KEY, "auth": TOKEN[1:], "from_number": "+1 2"}
    made = await make(api, AuthenticatorSMSStage, "odd", **values)
    tree = parse((await admin.get(f"/if/admin/stages/{made['pk']}/edit/")).text)
    assert tree.by_id("f-account_sid-advice").text.endswith("that is an API key's SID.")
    assert tree.by_id("f-from_number-advice").text.startswith("A number is written without blanks")
    assert tree.by_id("f-auth-advice").text == "This is too short: an Auth Token has 32 characters."
    assert tree.by_id("f-api_key_sid-advice").text == ""
    for field in ("account_sid", "auth"):
        control = tree.by_id(f"f-{field}")
        assert f"f-{field}-advice" in control.attrs["aria-describedby"]
        assert "aria-invalid" not in control.attrs, "it is not refused"


@pytest.mark.parametrize("path", [f"{NEW}check/", "/if/admin/stages/6ba7b810-9dad-11d1-80b4-00c04fd430c8/check/"])
async def test_nobody_else_checks_anything(house: House, owner: Visitor, double: GatewayDouble, path: str) -> None:
    assert (await owner.submit(path, **typed(double))).status == 403
    stranger = await house.visitor().submit(path, **typed(double))
    assert (stranger.status, stranger.header("location").partition("?")[0]) == (303, "/flows/-/default/authentication/")
    assert double.requests == []


async def test_a_form_without_its_token_checks_nothing(admin: Visitor, edit: str, double: GatewayDouble) -> None:
    assert (await check(admin, edit, _csrf="wrong")).status == 403
    assert double.requests == []


async def test_what_has_no_gateway_is_not_checked(api: ApiCaller, admin: Visitor) -> None:
    deny = (await make(api, DenyStage, "deny"))["pk"]
    for path in (f"{deny}/check/", "new/denystage/check/", "new/nothing/check/", "x/check/", "%00/check/"):
        assert (await admin.submit(f"/if/admin/stages/{path}")).status == 404, path
    assert "check-gateway" not in (await admin.get(f"/if/admin/stages/{deny}/edit/")).text


@pytest.mark.parametrize(
    "form", [{}, {"provider": ["twilio"]}, {"account_sid": ["9" * 300_000], "auth": ["é" * 9_999]}]
)
async def test_a_form_that_is_cut_short_is_no_failure(admin: Visitor, form: dict[str, list[str]]) -> None:
    csrf = filled(await admin.get(NEW))["_csrf"]
    assert (await send(admin, f"{NEW}check/", {"_csrf": csrf, **form})).status == 400
