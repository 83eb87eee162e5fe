"""Expression policies in flows: the documented one, guards of flows and steps, and one that never ends."""

import time

from tests.doubles.gateway import GatewayDouble
from tests.e2e.inbox import rows, sent_to
from tests.e2e.json_client import JsonClient
from tests.e2e.server import ServerProcess

MESSAGE = "Invalid phone number or missing region code"


def test_the_documented_policy_refuses_with_its_message(double: GatewayDouble, owner: JsonClient) -> None:
    for phone in ("+49 151 23456789", "012345678", "x"):
        refused = owner.answer("documented", phone=phone)
        assert refused["component"] == "ak-stage-prompt"
        assert refused["response_errors"] == {"non_field_errors": [{"string": MESSAGE, "code": "invalid"}]}
    assert double.requests == []


def test_the_documented_policy_lets_its_region_through(double: GatewayDouble, owner: JsonClient) -> None:
    challenge = owner.answer("documented", phone=" +1234 567 8901")
    assert challenge["component"] == "ak-stage-authenticator-sms"
    assert challenge["phone_number_required"] is False
    assert len(sent_to(double, "+12345678901")) == 1


def test_field_errors_come_before_policies(owner: JsonClient) -> None:
    required = owner.answer("documented")
    assert required["response_errors"] == {"phone": [{"string": "This field is required.", "code": "required"}]}
    blank = owner.answer("documented", phone=" ")
    assert blank["response_errors"] == {"phone": [{"string": "This field may not be blank.", "code": "blank"}]}


def test_a_policy_guards_a_flow(owner: JsonClient, other: JsonClient) -> None:
    assert owner.flow("guarded")["component"] == "ak-stage-prompt"
    denied = other.flow("guarded")
    assert (denied["component"], denied["error_message"]) == ("ak-stage-access-denied", "This is for Olivia.")


def test_a_policy_takes_a_step_out(owner: JsonClient, other: JsonClient) -> None:
    assert owner.flow("step-guarded")["component"] == "ak-stage-prompt"
    assert other.flow("step-guarded") == {"component": "xak-flow-redirect", "to": "/"}


def test_a_runaway_policy_fails_closed_and_costs_nobody_else(
    server: ServerProcess, owner: JsonClient, other: JsonClient
) -> None:
    owner.flow("slow-policy")
    began = time.monotonic()
    refused = owner.answer("slow-policy", phone="+49 151 23456789")
    assert time.monotonic() - began < 5
    sentence = refused["response_errors"]["non_field_errors"][0]["string"]
    assert "checked" in sentence
    assert "Timeout" not in sentence
    assert other.flow("prompted")["component"] == "ak-stage-prompt"
    (event,) = rows(server, "SELECT * FROM event WHERE action = 'policy_exception' ORDER BY id DESC LIMIT 1")
    assert "runaway" in event["context"]
    assert "23456789" not in event["context"]
