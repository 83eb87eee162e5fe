"""The main job over JSON: a number enrolled end to end, with real HTTP on both sides."""

import re

from tests.doubles.gateway import GatewayDouble
from tests.e2e.conftest import SignIn
from tests.e2e.inbox import bodies, code_for, rows, sent_to, wrong
from tests.e2e.json_client import JsonClient
from tests.e2e.numbers import fresh_number
from tests.e2e.server import ServerProcess
from tests.people import OTHER, OWNER

SMS = "ak-stage-authenticator-sms"


def devices(server: ServerProcess, username: str) -> list[str]:
    query = "SELECT phone_number FROM sms_device d JOIN users u ON u.id = d.user_id WHERE u.username = ?"
    return [row["phone_number"] for row in rows(server, query, username)]


def test_the_documented_flow_enrols_a_number(
    server: ServerProcess, double: GatewayDouble, owner: JsonClient, number: str
) -> None:
    first = owner.flow("prompted")
    assert first["component"] == "ak-stage-prompt"
    assert first["flow_info"]["title"] == "Add your phone"
    assert [field["field_key"] for field in first["fields"]] == ["phone"]

    second = owner.answer("prompted", component="ak-stage-prompt", phone=f" {number[:3]} {number[3:]} ")
    assert second["component"] == SMS
    assert second["phone_number_required"] is False
    assert second["masked_number"] == f"{number[:3]} ••• ••{number[-2:]}"
    assert second["pending_user"] == OWNER.username
    assert (second["attempts_left"], second["resend_after"]) == (5, 30)
    assert 290 <= second["code_expires_in"] <= 300

    end = owner.answer("prompted", component=SMS, code=code_for(double, number))
    assert end == {"component": "xak-flow-redirect", "to": "/"}
    assert number in devices(server, OWNER.username)
    assert number not in devices(server, OTHER.username)


def test_the_gateway_receives_exactly_four_keys(double: GatewayDouble, owner: JsonClient, number: str) -> None:
    owner.answer("prompted", phone=number)
    (request,) = double.requests
    assert (request.method, request.path) == ("POST", "/send")
    assert request.headers["authorization"] == "Bearer tok"
    assert request.headers["content-type"] == "application/json"
    (body,) = bodies(double)
    assert list(body) == ["From", "To", "Body", "Message"]
    assert (body["From"], body["To"]) == ("1234", number)
    assert re.fullmatch(r"[0-9]{6}", body["Body"])
    sentence, empty, bound = body["Message"].split("\n")
    assert sentence == f"Your code for 127.0.0.1 is {body['Body']}. It is valid for 5 minutes."
    assert (empty, bound) == ("", f"@127.0.0.1 #{body['Body']}")


def test_the_stage_asks_for_the_number_itself(double: GatewayDouble, other: JsonClient, number: str) -> None:
    first = other.flow("direct")
    assert (first["component"], first["phone_number_required"]) == (SMS, True)
    asked = other.answer("direct", component=SMS)
    assert asked["response_errors"] == {"non_field_errors": [{"string": "phone_number required", "code": "invalid"}]}
    sent = other.answer("direct", component=SMS, phone_number="0" + number[3:], region="DE")
    assert (sent["response_errors"], sent["phone_number_required"]) == ({}, False)
    assert other.answer("direct", code=code_for(double, number))["component"] == "xak-flow-redirect"


def test_looking_again_sends_nothing_again(double: GatewayDouble, owner: JsonClient, number: str) -> None:
    owner.answer("prompted", phone=number)
    for _ in range(3):
        assert owner.flow("prompted")["component"] == SMS
    assert len(sent_to(double, number)) == 1


def test_a_wrong_code_costs_a_try_and_five_are_all(double: GatewayDouble, guesser: JsonClient, number: str) -> None:
    guesser.answer("prompted", phone=number)
    code = code_for(double, number)
    for left in (4, 3, 2, 1, 0):
        challenge = guesser.answer("prompted", code=wrong(code))
        expected = {"non_field_errors": [{"string": "Code does not match", "code": "invalid"}]}
        assert (challenge["response_errors"], challenge["attempts_left"]) == (expected, left)
    spent = guesser.answer("prompted", code=code)
    assert spent["response_errors"]["non_field_errors"][0]["code"] == "spent"


def test_a_code_proves_only_the_number_it_was_sent_to(
    server: ServerProcess, double: GatewayDouble, guesser: JsonClient, number: str
) -> None:
    another = fresh_number()
    guesser.flow("direct")
    guesser.answer("direct", phone_number=number)
    stolen = code_for(double, number)
    guesser.answer("direct", phone_number=another)
    refused = guesser.answer("direct", code=stolen)
    assert refused["response_errors"]["non_field_errors"][0]["string"] == "Code does not match"
    assert rows(server, "SELECT 1 FROM sms_device WHERE phone_number = ?", another) == []


def test_a_number_from_a_prompt_stage_cannot_be_swapped(
    server: ServerProcess, double: GatewayDouble, owner: JsonClient, number: str
) -> None:
    owner.answer("prompted", phone=number)
    another = fresh_number()
    refused = owner.answer("prompted", phone_number=another)
    assert refused["response_errors"]["phone_number"][0]["code"] == "number_fixed"
    assert sent_to(double, another) == []
    back = owner.answer("prompted", change_number=True)
    assert back["component"] == "ak-stage-prompt"
    assert back["fields"][0]["initial_value"] == number


def test_a_number_enrols_once_whatever_its_spelling_and_whoever_asks(
    server: ServerProcess, double: GatewayDouble, owner: JsonClient, sign_in: SignIn, number: str
) -> None:
    owner.answer("prompted", phone=number)
    owner.answer("prompted", code=code_for(double, number))
    double.reset()
    other = sign_in(OTHER)
    for spelling in (number, f"{number[:3]} {number[3:6]}-{number[6:]}", f"{number[:3]} (0) {number[3:]}"):
        refused = other.answer("direct", phone_number=spelling)
        assert (refused["phone_number_required"], refused["phone_number"]) == (True, spelling)
        sentence = refused["response_errors"]["phone_number"][0]["string"]
        assert sentence == "This phone number cannot be used here. Try another one."
    assert double.requests == []
    assert number not in devices(server, OTHER.username)


def test_a_reused_code_is_worth_nothing(double: GatewayDouble, owner: JsonClient, number: str) -> None:
    owner.answer("prompted", phone=number)
    code = code_for(double, number)
    assert owner.answer("prompted", code=code)["component"] == "xak-flow-redirect"
    again = owner.answer("prompted", code=code)
    assert again["component"] == "ak-stage-prompt"
    assert again["response_errors"]["phone"][0]["code"] == "required"


def test_a_stranger_enrols_nothing(double: GatewayDouble, stranger: JsonClient, number: str) -> None:
    for slug in ("prompted", "direct", "documented"):
        denied = stranger.flow(slug)
        assert (denied["component"], denied["error_message"]) == (
            "ak-stage-access-denied",
            "Flow does not apply to current user.",
        )
        assert stranger.answer(slug, phone=number, phone_number=number)["component"] == "ak-stage-access-denied"
    assert double.requests == []


def test_a_user_enrols_no_more_phones_than_he_may(double: GatewayDouble, other: JsonClient, number: str) -> None:
    other.answer("single", phone_number=number)
    assert other.answer("single", code=code_for(double, number))["component"] == "xak-flow-redirect"
    denied = other.flow("single")
    assert denied["component"] == "ak-stage-access-denied"
    assert denied["error_message"] == "You have already enrolled as many phones as you may."


def test_a_resend_waits_and_kills_the_code_before(double: GatewayDouble, owner: JsonClient, number: str) -> None:
    owner.answer("prompted", phone=number)
    early = owner.answer("prompted", resend=True)
    assert early["response_errors"]["non_field_errors"][0]["code"] == "throttled"
    assert 28 <= early["resend_after"] <= 30
    assert len(sent_to(double, number)) == 1
