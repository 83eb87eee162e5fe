"""A test message that was sent, or not: what it means comes first, then the gateway's own words."""

import json
from typing import Any

import pytest

from tests.doubles.gateway import GatewayDouble
from tests.people import OWNER
from tests.unit.web.api.caller import ApiCaller
from tests.unit.web.api.samples import make
from tests.unit.web.client import Visitor
from tests.unit.web.forms import fill
from tests.unit.web.house import House
from tests.unit.web.pages.html_tree import Node, parse
from watchword.gateways.explanations import EXPLANATIONS
from watchword.gateways.twilio.errors import MEANINGS
from watchword.model.mapping import NotificationWebhookMapping
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage

TOKEN = "00112233445566778899aabbccddeeff"
TWILIO = {"provider": "twilio", "account_sid": "AC0123456789abcdef0123456789abcdef", "auth": TOKEN}


async def send(api: ApiCaller, admin: Visitor, **values: Any) -> Node:
    """What the page says after a message was sent to the owner."""
    stage = await make(api, AuthenticatorSMSStage, "one", from_number="+15017122661", **values)
    page = await fill(admin, f"/if/admin/stages/{stage['pk']}/try/", number=OWNER.number)
    assert page.status == 200
    assert TOKEN not in page.text
    return parse(page.text)


def facts(page: Node, class_: str = "facts") -> dict[str, str]:
    told = page.one("dl", class_=class_)
    return dict(zip([dt.text for dt in told.all("dt")], [dd.text for dd in told.all("dd")], strict=True))


def words(page: Node) -> dict[str, str]:
    """The gateway's own."""
    return facts(page.one("details", class_="answer"), "facts words")


def says_no(double: GatewayDouble, code: int, status: int = 400) -> None:
    said = {"code": code, "message": f"Cannot send to {OWNER.number} with {TOKEN}", "status": status}
    double.behave("status", status, json.dumps(said).encode())


async def test_a_message_that_was_taken(api: ApiCaller, admin: Visitor, double: GatewayDouble) -> None:
    double.behave("status", 201, b'{"sid": "SM123", "num_segments": "1"}')
    page = await send(api, admin, **TWILIO, gateway_url=double.url)
    said = facts(page)
    assert said["Result"] == "Sent to +49 ••• ••13."
    assert said["What it means"] == "The gateway took the message, and passes it on."
    assert said["Segments"] == "1"
    assert said["Text"] == "Your code for localhost is ***. It is valid for 5 minutes. @localhost #***"
    assert words(page) == {
        "HTTP status": "201", "Its id of the message": "SM123", "What it said": '{"sid": "SM123", "num_segments": "1"}',
    }  # fmt: skip


@pytest.mark.parametrize("code", [20003, 21408, 21608, 21610, 30450])
async def test_a_code_of_twilios_is_named_and_explained(
    api: ApiCaller, admin: Visitor, double: GatewayDouble, code: int
) -> None:
    says_no(double, code)
    page = await send(api, admin, **TWILIO, gateway_url=double.url)
    said, known = facts(page), EXPLANATIONS[MEANINGS[code].category]
    assert said["Result"] == "Not sent to +49 ••• ••13."
    assert said["What it means"] == f"{known.meaning} Twilio’s code for it is {code}."
    assert (said["Whose move it is"], said["What to do"]) == (known.move, MEANINGS[code].hint)
    assert words(page)["What it said"].startswith('Status 400: {"code": ')
    assert not any(secret in page.text for secret in (OWNER.number, TOKEN))


async def test_a_gateway_that_explains_nothing_is_explained(
    api: ApiCaller, admin: Visitor, double: GatewayDouble
) -> None:
    double.behave("status", 500, b"Oops")
    page = await send(api, admin, account_sid=f"{double.url}/send")
    said, known = facts(page), EXPLANATIONS["gateway"]
    assert (said["What it means"], said["Whose move it is"], said["What to do"]) == known
    assert words(page) == {"HTTP status": "500", "What it said": "Status 500: Oops"}


async def test_where_nothing_was_reached_it_says_what_to_look_at(api: ApiCaller, admin: Visitor) -> None:
    page = await send(api, admin, account_sid="http://127.0.0.1:9/none")
    assert facts(page)["What it means"] == EXPLANATIONS["network"].meaning
    assert "port" in facts(page)["What to do"]
    assert "HTTP status" not in words(page)


async def test_a_long_text_says_that_each_segment_is_paid_for(api: ApiCaller, admin: Visitor) -> None:
    page = await send(api, admin, provider="demo", message="{code} " + "x" * 160)
    assert facts(page)["Segments"] == "2, and each is paid for. The message’s field says why."


async def test_what_a_mapping_made_is_shown_without_code_and_number(
    api: ApiCaller, admin: Visitor, double: GatewayDouble
) -> None:
    expression = 'return {"to": device.phone_number, "text": f"foo {token}"}'
    mapping = await make(api, NotificationWebhookMapping, "m", expression=expression)
    page = await send(api, admin, account_sid=f"{double.url}/send", mapping=mapping["pk"])
    assert facts(page)["Text"] == '{"to":"***","text":"foo ***"}'


@pytest.mark.parametrize("expression", ["return nothing", 'return {"to": {1, 2}}', "return 5"])
async def test_a_mapping_that_fails_is_its_makers_move(api: ApiCaller, admin: Visitor, expression: str) -> None:
    mapping = await make(api, NotificationWebhookMapping, "m", expression=expression)
    page = await send(api, admin, account_sid="http://127.0.0.1:9/none", mapping=mapping["pk"])
    assert facts(page)["What it means"] in (EXPLANATIONS["mapping"].meaning, EXPLANATIONS["network"].meaning)
    assert "Result" in facts(page)


async def test_the_api_says_the_same(house: House, api: ApiCaller, double: GatewayDouble) -> None:
    says_no(double, 21608)
    stage = await make(api, AuthenticatorSMSStage, "one", from_number="1", **TWILIO, gateway_url=double.url)
    path = f"/stages/authenticator/sms/{stage['pk']}/send_test/"
    result = await api.post(path, {"phone_number": OWNER.number}, status=200)
    known = EXPLANATIONS["configuration"]
    assert (result["meaning"], result["move"], result["fix"]) == (known.meaning, known.move, MEANINGS[21608].hint)
    assert (result["provider_code"], result["segments"]) == ("21608", 1)
    assert result["text"].startswith("Your code for ")
    assert OWNER.number not in json.dumps(result)
