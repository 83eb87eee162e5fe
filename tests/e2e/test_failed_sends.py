"""A failed send stops nobody for good: one clear sentence, the number kept, a way to retry, the cause in an event."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.doubles.gateway import GatewayDouble
from tests.e2e.inbox import code_for, rows
from tests.e2e.json_client import JsonClient
from tests.e2e.server import ServerProcess

SENTENCE = "The message could not be sent. Please try again in a moment."

Misbehave = Callable[[GatewayDouble], None]

FAILURES: dict[str, Misbehave] = {
    "status 400": lambda double: double.behave("status", 400, b"no such sender"),
    "status 500": lambda double: double.behave("status", 500, b"down"),
    "redirect": lambda double: double.behave("redirect", "/elsewhere"),
    "stall": lambda double: double.behave("stall"),
    "reset": lambda double: double.behave("reset"),
    "endless answer": lambda double: double.behave("huge", 1_200_000),
    "garbage": lambda double: double.behave("garbage"),
}


def last_failure(server: ServerProcess) -> dict[str, Any]:
    (event,) = rows(server, "SELECT * FROM event WHERE action = 'sms_send_failed' ORDER BY id DESC LIMIT 1")
    return {**event, "context": json.loads(event["context"])}


@pytest.mark.parametrize("failure", FAILURES)
def test_a_failed_send_keeps_the_number_and_can_be_retried(
    double: GatewayDouble, owner: JsonClient, number: str, failure: str
) -> None:
    FAILURES[failure](double)
    owner.flow("direct")
    failed = owner.answer("direct", phone_number=number)
    assert failed["phone_number_required"] is True
    assert failed["phone_number"] == number
    assert failed["response_errors"] == {"non_field_errors": [{"string": SENTENCE, "code": "send_failed"}]}
    assert failed["resend_after"] == 0

    double.reset()
    sent = owner.answer("direct", phone_number=number)
    assert (sent["phone_number_required"], sent["response_errors"]) == (False, {})
    assert owner.answer("direct", code=code_for(double, number))["component"] == "xak-flow-redirect"


def test_a_number_from_a_prompt_stage_can_be_retried_or_corrected(
    double: GatewayDouble, owner: JsonClient, number: str
) -> None:
    double.behave("status", 500, b"down")
    failed = owner.answer("prompted", phone=number)
    assert failed["component"] == "ak-stage-authenticator-sms"
    assert (failed["phone_number_required"], failed["phone_number"], failed["number_fixed"]) == (True, number, True)
    assert failed["response_errors"]["non_field_errors"][0]["string"] == SENTENCE
    assert owner.flow("prompted")["phone_number"] == number
    double.reset()
    assert owner.answer("prompted", phone_number=number)["phone_number_required"] is False
    assert owner.answer("prompted", change_number=True)["component"] == "ak-stage-prompt"


def test_the_event_has_the_gateways_answer_without_secrets_number_or_code(
    server: ServerProcess, double: GatewayDouble, owner: JsonClient, number: str
) -> None:
    double.behave("echo_status", 502)
    owner.flow("direct")
    failed = owner.answer("direct", phone_number=number)
    event = last_failure(server)
    assert event["username"] == "olivia"
    assert event["context"]["status"] == 502
    assert event["context"]["category"] == "gateway"
    assert "From" in event["context"]["detail"]
    assert len(event["context"]["detail"]) <= 700
    code = code_for(double, number)
    everything = json.dumps(event, default=str)
    for secret in (code, number, number[1:], "tok"):
        assert secret not in everything.replace("stok", "")
    assert "From" not in json.dumps(failed["response_errors"])


def test_nothing_is_sent_while_a_mapping_fails(
    server: ServerProcess, double: GatewayDouble, owner: JsonClient, number: str
) -> None:
    owner.flow("broken")
    failed = owner.answer("broken", phone_number=number)
    assert failed["response_errors"]["non_field_errors"][0]["string"] == SENTENCE
    assert double.requests == []
    context = last_failure(server)["context"]
    assert (context["mapping"], context["line"]) == ("broken mapping", 2)


def test_failed_sends_do_not_use_up_the_days_messages(double: GatewayDouble, owner: JsonClient, number: str) -> None:
    owner.flow("direct")
    double.behave("status", 400, b"no such sender")  # an answer: one that is down would soon rest
    for _ in range(7):
        assert owner.answer("direct", phone_number=number)["response_errors"]["non_field_errors"][0]["code"] == (
            "send_failed"
        )
    double.reset()
    assert owner.answer("direct", phone_number=number)["response_errors"] == {}
