"""Asking a gateway whether it would take messages: nothing is sent, nothing leaks, and there is always an answer."""

import json
import re
import socket
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import jsonschema
import pytest

from tests.contract.gateways.carriers import ACCOUNT, REAL, Carrier, generic_settings, twilio_settings
from tests.contract.gateways.test_leaks import KEY_SID, SECRETS, SPELLINGS
from tests.doubles.gateway import ACCOUNT_TOKEN, GatewayDouble
from watchword.gateways.base import GatewaySettings
from watchword.gateways.check import Check, Severity
from watchword.gateways.http import MAX_ANSWER, HttpClient
from watchword.gateways.lane import Limits
from watchword.gateways.sender import Sender

DESCRIPTION = json.loads(Path(__file__).with_name("twilio_messages.openapi.json").read_text())
PATHS = DESCRIPTION["paths"]
EXAMPLE = next(
    iter(
        PATHS["/2010-04-01/Accounts/{Sid}.json"]["get"]["responses"]["200"]["content"]["application/json"][
            "examples"
        ].values()
    )
)["value"]
NO_ANSWER = "The gateway did not answer in time."


def words(check: Check) -> str:
    return " ".join(f"{finding.sentence} {finding.fix}" for finding in check.findings)


def severities(check: Check) -> list[Severity]:
    return [finding.severity for finding in check.findings]


async def test_every_gateway_can_be_asked_and_sends_nothing(carrier: Carrier, double: GatewayDouble) -> None:
    check = await carrier.sender.check(carrier.settings)
    assert check.ok
    assert all(finding.sentence.endswith(".") for finding in check.findings)
    assert [request.method for request in double.requests if request.method == "POST"] == []


async def test_every_gateway_that_is_broken_says_so(carrier: Carrier, double: GatewayDouble) -> None:
    double.behave("status", 500, b"what it said")
    check = await carrier.sender.check(carrier.settings)
    assert check.ok is (carrier.settings.kind not in REAL)
    assert "what it said" not in words(check)


async def test_a_gateway_that_sends_nothing_is_refused_outside_a_demo(carrier: Carrier, http: HttpClient) -> None:
    check = await Sender(http).check(carrier.settings)
    assert check.ok is (carrier.settings.kind in REAL)


@pytest.mark.parametrize(
    ("behaviour", "arguments"),
    [
        pytest.param("reset", (), id="a reset connection"),
        pytest.param("close", (), id="half an answer"),
        pytest.param("garbage", (), id="no HTTP"),
        pytest.param("bad_gzip", (), id="no gzip"),
        pytest.param("raw", (b"",), id="no answer"),
        pytest.param("huge", (MAX_ANSWER + 1,), id="over a megabyte"),
        pytest.param("gzip_bomb", (MAX_ANSWER + 1,), id="over a megabyte once unpacked"),
    ],
)
async def test_without_an_answer_it_says_why_and_what_to_do(
    sender: Sender, double: GatewayDouble, settings: GatewaySettings, behaviour: str, arguments: tuple[object, ...]
) -> None:
    double.behave(behaviour, *arguments)
    [finding] = (await sender.check(settings)).findings
    assert finding.severity == "error"
    assert finding.sentence.startswith("The gateway")
    assert finding.fix.endswith(".")
    assert double.url.removeprefix("http://") not in words(Check((finding,)))
    # A question may be asked again where the connection broke, as it changes nothing (RFC 9110, 9.2.2).
    assert {request.method for request in double.requests} <= {"GET", "OPTIONS"}


@pytest.mark.parametrize("behaviour", ["stall", "drip"])
async def test_nobody_waits_longer_than_the_time_out(
    impatient: Sender, double: GatewayDouble, settings: GatewaySettings, behaviour: str
) -> None:
    double.behave(behaviour)
    [finding] = (await impatient.check(settings)).findings
    assert (finding.severity, finding.sentence) == ("error", NO_ANSWER)
    assert "WATCHWORD_GATEWAY_TIMEOUT" in finding.fix


async def test_the_senders_deadline_holds_for_all_questions_together(http: HttpClient, double: GatewayDouble) -> None:
    double.behave("stall")
    check = await Sender(http, limits=Limits(deadline=0.2)).check(twilio_settings(double.url, api_key_sid=KEY_SID))
    assert [finding.sentence for finding in check.findings] == [NO_ANSWER]


@pytest.mark.parametrize("kind", sorted(REAL))
async def test_where_nothing_runs_it_says_so(sender: Sender, kind: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
    [finding] = (await sender.check(REAL[kind](url))).findings
    assert "no connection can be made" in finding.sentence
    assert "port" in finding.fix


@pytest.mark.parametrize("status", [300, 301, 302, 307, 308])
async def test_credentials_follow_no_redirect(
    sender: Sender, double: GatewayDouble, elsewhere: GatewayDouble, settings: GatewaySettings, status: int
) -> None:
    double.behave("status", status, b"", f"Location: {elsewhere.url}/other")
    check = await sender.check(settings)
    assert not check.ok
    assert "redirect" in words(check)
    assert elsewhere.url not in words(check)


@pytest.mark.parametrize("body", [b"", b"<html>no</html>", b"[]", b'"no"', b"{", b"\x00\xff"])
@pytest.mark.parametrize("status", [200, 401, 403, 404, 500])
async def test_an_answer_that_is_no_account_is_not_taken_for_one(
    sender: Sender, double: GatewayDouble, status: int, body: bytes
) -> None:
    double.behave("status", status, body, "Content-Type: text/html")
    check = await sender.check(twilio_settings(double.url))
    assert "the account is active" not in words(check)
    if status < 500:
        assert "not as Twilio does" in words(check)
        assert "Twilio's address" in check.findings[0].fix
    assert check.ok is (status == 200)


ACTIVE = "Twilio takes the credentials, and the account is active."


@pytest.mark.parametrize(
    ("changes", "expected", "said"),
    [
        ({}, ["ok", "ok"], "It is a full account"),
        ({"type": "Trial"}, ["ok", "warning"], "only to verified numbers"),
        ({"status": "suspended"}, ["error", "ok"], "has suspended the account"),
        ({"status": "closed", "type": "Trial"}, ["error", "warning"], "the account is closed"),
        ({"status": "paused"}, ["warning", "ok"], "a status that is not known here"),
        ({"type": "Enormous"}, ["ok"], ACTIVE),
        ({"type": None}, ["ok"], ACTIVE),
        ({"status": 7}, ["warning"], "not as Twilio does"),
    ],
)
async def test_an_account_is_described_in_words(
    sender: Sender, double: GatewayDouble, changes: dict[str, object], expected: list[Severity], said: str
) -> None:
    double.behave("account", changes)
    check = await sender.check(twilio_settings(double.url))
    assert severities(check) == expected
    assert said in words(check)
    assert check.ok is ("error" not in expected)
    assert "paused" not in words(check)


async def test_twilios_own_example_is_understood(sender: Sender, double: GatewayDouble) -> None:
    double.behave("status", 200, json.dumps(EXAMPLE).encode())
    check = await sender.check(twilio_settings(double.url))
    assert check.findings[0].sentence == ACTIVE


@pytest.mark.parametrize(
    ("status", "code", "severity", "fix"),
    [
        (401, 20003, "error", "copy both again"),
        (403, 20008, "error", "take the live ones"),
        (404, 20404, "error", "check the Account SID"),
        (429, 20429, "warning", "slow down"),
        (400, 99999, "error", "list of errors"),
        (500, 20500, "error", "Try again"),
        (503, 20503, "error", "Try again"),
    ],
)
async def test_a_refusal_has_its_status_its_code_and_what_to_do(
    sender: Sender, double: GatewayDouble, status: int, code: int, severity: Severity, fix: str
) -> None:
    double.behave("status", status, json.dumps({"code": code, "message": "No.", "status": status}).encode())
    finding = (await sender.check(twilio_settings(double.url))).findings[0]
    assert (finding.severity, finding.sentence) == (severity, f"Twilio says no: status {status}, its code {code}.")
    assert fix in finding.fix


async def test_what_looks_wrong_is_told_with_a_refusal(sender: Sender, double: GatewayDouble) -> None:
    double.behave("status", 401, b'{"code": 20003}')
    check = await sender.check(twilio_settings(double.url, account_sid=KEY_SID))
    assert "that is an API key's SID" in words(check)
    assert severities(check)[1:] == ["warning"] * (len(check.findings) - 1)


REFUSED = (401, b'{"code": 20003, "message": "Authenticate", "status": 401}')


@pytest.mark.parametrize(
    ("second", "severity", "said"),
    [
        ((200, b'{"messages": []}'), "ok", "Twilio takes the API key."),
        (REFUSED, "error", "Twilio does not take the API key for this account."),
        ((403, b'{"code": 20403}'), "warning", "does not let the API key read messages"),
        ((404, b'{"code": 20404}'), "error", "Twilio says no: status 404, its code 20404."),
        ((500, b"{}"), "error", "Twilio says no: status 500."),
    ],
)
@pytest.mark.parametrize("first", [REFUSED, (403, b'{"code": 20403}')])
async def test_a_key_that_may_not_read_the_account_is_asked_for_messages_to_nobody(
    sender: Sender,
    double: GatewayDouble,
    first: tuple[int, bytes],
    second: tuple[int, bytes],
    severity: Severity,
    said: str,
) -> None:
    """A standard key is right, and yet refused the account (Twilio: key types)."""
    double.behave("in_turn", first, second)
    finding = (await sender.check(twilio_settings(double.url, api_key_sid=KEY_SID))).findings[0]
    assert (finding.severity, said in finding.sentence) == (severity, True)
    assert len(double.requests) == 2


async def test_a_main_key_is_asked_once_and_no_token_twice(sender: Sender, double: GatewayDouble) -> None:
    assert (await sender.check(twilio_settings(double.url, api_key_sid=KEY_SID))).ok
    assert len(double.requests) == 1
    double.reset()
    double.behave("status", *REFUSED)
    await sender.check(twilio_settings(double.url))
    assert len(double.requests) == 1


async def test_twilios_own_description_allows_both_questions(sender: Sender, double: GatewayDouble) -> None:
    double.behave("in_turn", REFUSED, (200, b'{"messages": []}'))
    await sender.check(twilio_settings(double.url, api_key_sid=KEY_SID))
    account, messages = double.requests
    assert (account.method, account.body) == (messages.method, messages.body) == ("GET", b"")
    assert account.path == f"/2010-04-01/Accounts/{ACCOUNT}.json"
    [parameter] = PATHS["/2010-04-01/Accounts/{Sid}.json"]["get"]["parameters"]
    assert re.fullmatch(parameter["schema"]["pattern"], ACCOUNT)
    url = urlsplit(messages.path)
    assert url.path == f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    described = PATHS["/2010-04-01/Accounts/{AccountSid}/Messages.json"]["get"]["parameters"]
    schemas = {one["name"]: one["schema"] for one in described if one["in"] == "query"}
    for name, value in parse_qsl(url.query, strict_parsing=True):
        jsonschema.validate(int(value) if schemas[name]["type"] == "integer" else value, schemas[name])


@pytest.mark.parametrize("kind", sorted(REAL))
@pytest.mark.parametrize("status", [200, 401, 404, 500])
async def test_an_echo_of_the_whole_question_leaks_nothing(
    sender: Sender, double: GatewayDouble, kind: str, status: int
) -> None:
    double.behave("echo_status", status)
    said = words(await sender.check(REAL[kind](double.url)))
    spelled = {write(secret) for secret in SECRETS[kind] for write in SPELLINGS.values()}
    assert [leak for leak in spelled if leak in said] == []


@pytest.mark.parametrize("key", ["", KEY_SID], ids=["auth token", "api key"])
async def test_nothing_of_an_account_is_passed_on_its_own_token_least_of_all(
    sender: Sender, double: GatewayDouble, key: str
) -> None:
    check = await sender.check(twilio_settings(double.url, api_key_sid=key))
    assert check.ok
    assert not any(said in repr(check) for said in (ACCOUNT_TOKEN, "Ours", ACCOUNT))


@pytest.mark.parametrize(
    ("status", "severity", "said"),
    [
        (200, "ok", "200: it is there, and answers."),
        (204, "ok", "204: it is there, and answers."),
        (400, "ok", "400: it is there, and misses the message. That is fine."),
        (401, "error", "401: it does not take these credentials."),
        (403, "warning", "403: it is there, and refuses"),
        (404, "warning", "404: nothing is at this address"),
        (405, "ok", "405: it is there, and answers only to messages. That is fine."),
        (410, "error", "410: the endpoint is gone"),
        (415, "ok", "415: it is there, and misses the message. That is fine."),
        (429, "warning", "429: it is there, and asks to slow down."),
        (500, "error", "500: it is there, and in trouble."),
        (501, "ok", "501: it is there, and answers only to messages. That is fine."),
        (503, "error", "503: it is there, and in trouble."),
    ],
)
async def test_the_status_of_an_endpoint_is_told_in_words(
    sender: Sender, double: GatewayDouble, status: int, severity: Severity, said: str
) -> None:
    double.behave("status", status, b"")
    [finding] = (await sender.check(generic_settings(double.url))).findings
    assert (finding.severity, said in finding.sentence) == (severity, True)
    assert finding.fix or severity == "ok"


async def test_an_endpoint_is_asked_by_a_method_that_sends_nothing(sender: Sender, double: GatewayDouble) -> None:
    settings = generic_settings(double.url)
    await sender.check(settings)
    [request] = double.requests
    assert (request.method, request.body) == ("OPTIONS", b"")
    assert request.headers["authorization"] == settings.authorization()["Authorization"]


@pytest.mark.parametrize("kind", sorted(REAL))
@pytest.mark.parametrize(
    "url", ["", "nothing", "ftp://127.0.0.1", "http://", "http://[", "http://127.0.0.1:99999", "http://a b"]
)
async def test_an_address_that_is_none_is_said_so(sender: Sender, kind: str, url: str) -> None:
    [finding] = (await sender.check(REAL[kind](url))).findings
    assert finding.severity == "error"
    assert finding.fix
