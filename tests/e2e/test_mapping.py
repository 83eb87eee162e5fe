"""Webhook mappings and Twilio, byte by byte."""

import base64
from urllib.parse import parse_qs

import pytest

from tests.doubles.gateway import GatewayDouble
from tests.e2e.inbox import bodies
from tests.e2e.json_client import JsonClient


def test_the_documented_mapping_makes_the_payload(double: GatewayDouble, owner: JsonClient, number: str) -> None:
    owner.flow("mapped")
    owner.answer("mapped", phone_number=number)
    (body,) = bodies(double)
    assert sorted(body) == ["body", "from", "to"]
    assert (body["from"], body["to"]) == ("1234", number)
    words, code = body["body"].rsplit(" ", 1)
    assert words == "foo bar baz"
    assert owner.answer("mapped", code=code)["component"] == "xak-flow-redirect"


def test_twilio_gets_one_form_post(double: GatewayDouble, owner: JsonClient, number: str) -> None:
    double.behave("status", 201, b'{"sid": "SM0123456789abcdef0123456789abcdef", "status": "queued"}')
    owner.flow("by-twilio")
    challenge = owner.answer("by-twilio", phone_number=number)
    assert challenge["response_errors"] == {}
    (request,) = double.requests
    sid = "AC0123456789abcdef0123456789abcdef"
    assert (request.method, request.path) == ("POST", f"/2010-04-01/Accounts/{sid}/Messages.json")
    credentials = base64.b64encode(f"{sid}:twilio-secret-token".encode()).decode()
    assert request.headers["authorization"] == f"Basic {credentials}"
    form = parse_qs(request.body.decode())
    assert (form["To"], form["From"]) == ([number], ["+15017122661"])
    code = form["Body"][0].rsplit("#", 1)[1]
    assert owner.answer("by-twilio", code=code)["component"] == "xak-flow-redirect"


@pytest.mark.parametrize(
    ("status", "code", "said"),
    [
        (400, 21614, "This number cannot receive text messages"),
        (400, 21610, "START"),
        (400, 21408, "country"),
        (401, 20003, "could not be sent"),
        (429, 20429, "try again"),
    ],
)
def test_twilios_errors_become_one_sentence(
    double: GatewayDouble, owner: JsonClient, number: str, status: int, code: int, said: str
) -> None:
    double.behave("status", status, b'{"code": %d, "message": "secret words of Twilio", "status": %d}' % (code, status))
    owner.flow("by-twilio")
    failed = owner.answer("by-twilio", phone_number=number)
    (error,) = failed["response_errors"]["non_field_errors"]
    assert said in error["string"]
    assert "secret words" not in error["string"]
    assert failed["phone_number_required"] is True
