"""Twilio's Messages API as Watchword speaks it: what Twilio's own description allows and its own package sends."""

import base64
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import jsonschema
import pytest
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from tests.contract.gateways.carriers import (
    ACCOUNT,
    CODE,
    FROM,
    NUMBER,
    TEXT,
    TOKEN,
    failure,
    message,
    twilio_settings,
)
from tests.doubles.gateway import GatewayDouble, Received
from watchword import __version__
from watchword.gateways.message import Message
from watchword.gateways.sender import Sender
from watchword.gateways.twilio.settings import TwilioSettings

DESCRIPTION = json.loads(Path(__file__).with_name("twilio_messages.openapi.json").read_text())
SEND = DESCRIPTION["paths"]["/2010-04-01/Accounts/{AccountSid}/Messages.json"]["post"]
FORM = SEND["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]
TAKEN = SEND["responses"]["201"]["content"]["application/json"]["examples"]["create"]["value"]

SERVICE = "MG0123456789abcdef0123456789abcdef"
KEY_SID = "SKfedcba9876543210fedcba9876543210"

SENDERS = {"a number": FROM, "a name": "Watchword", "a short code": "12345", "a service": SERVICE}
BOTH = {"discard_content": True, "obfuscate_address": True}


@pytest.fixture
def twilio(double: GatewayDouble) -> GatewayDouble:
    """The double, answering as Twilio's description says."""
    double.behave("status", 201, json.dumps(TAKEN).encode(), "Content-Type: application/json")
    return double


async def sent(sender: Sender, twilio: GatewayDouble, settings: TwilioSettings, what: Message) -> Received:
    await sender.send(settings, what)
    return twilio.requests[-1]


def form_in(request: Received) -> dict[str, str]:
    pairs = parse_qsl(request.body.decode("ascii"), keep_blank_values=True, strict_parsing=True)
    assert len(dict(pairs)) == len(pairs)
    return dict(pairs)


def official(twilio: GatewayDouble, user: str = ACCOUNT) -> Any:
    """Twilio's own client, which knows no other host than Twilio's."""
    connection = TwilioHttpClient(timeout=5.0)
    connection.session.trust_env = False
    client = Client(user, TOKEN, ACCOUNT, http_client=connection)
    client.get_hostname = lambda url: url.replace("https://api.twilio.com", twilio.url)
    return client


@pytest.mark.parametrize("options", [{}, BOTH], ids=["as usual", "keeping nothing"])
@pytest.mark.parametrize("from_", SENDERS.values(), ids=SENDERS)
async def test_twilios_own_description_allows_every_request(
    sender: Sender, twilio: GatewayDouble, from_: str, options: dict[str, bool]
) -> None:
    request = await sent(sender, twilio, twilio_settings(twilio.url, **options), message(sender=from_))
    numbers = [name for name, schema in FORM["properties"].items() if schema.get("type") == "integer"]
    form = {name: int(value) if name in numbers else value for name, value in form_in(request).items()}
    schema = {**FORM, "additionalProperties": False, "components": DESCRIPTION["components"]}
    jsonschema.validate(form, schema)
    (parameter,) = SEND["parameters"]
    assert re.fullmatch(parameter["schema"]["pattern"], request.path.split("/")[3])
    assert request.path == f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"


@pytest.mark.parametrize("options", [{}, BOTH], ids=["as usual", "keeping nothing"])
@pytest.mark.parametrize("from_", SENDERS.values(), ids=SENDERS)
@pytest.mark.parametrize("key", ["", KEY_SID], ids=["auth token", "api key"])
async def test_twilios_own_package_sends_the_same(
    sender: Sender, twilio: GatewayDouble, from_: str, options: dict[str, bool], key: str
) -> None:
    text = "Grüße 👋 a+b&c=d%20\n\n@sms.example.org #042917"
    settings = twilio_settings(twilio.url, api_key_sid=key, **options)
    ours = await sent(sender, twilio, settings, message(sender=from_, text=text, life_seconds=240))
    client = official(twilio, user=key or ACCOUNT)
    client.messages.create(
        to=NUMBER,
        body=text,
        validity_period=240,
        **{"messaging_service_sid" if from_ == SERVICE else "from_": from_},
        **({"content_retention": "discard", "address_retention": "obfuscate"} if options else {}),
    )
    client.http_client.session.close()
    theirs = twilio.requests[-1]
    assert theirs is not ours
    assert form_in(ours) == form_in(theirs)
    assert (ours.method, ours.path) == (theirs.method, theirs.path)
    for name in ("authorization", "content-type", "accept", "host"):
        assert ours.headers[name] == theirs.headers[name]


async def test_the_request_is_this_and_nothing_more(sender: Sender, twilio: GatewayDouble) -> None:
    request = await sent(sender, twilio, twilio_settings(twilio.url), message())
    assert request.method == "POST"
    assert form_in(request) == {"To": NUMBER, "From": FROM, "Body": TEXT, "ValidityPeriod": "300"}
    assert request.headers == {
        "host": twilio.url.removeprefix("http://"),
        "content-type": "application/x-www-form-urlencoded",
        "content-length": str(len(request.body)),
        "authorization": "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode(),
        "accept": "application/json",
        "accept-encoding": request.headers["accept-encoding"],
        "user-agent": f"Watchword/{__version__}",
    }


async def test_an_api_key_signs_for_the_account_in_the_path(sender: Sender, twilio: GatewayDouble) -> None:
    request = await sent(sender, twilio, twilio_settings(twilio.url, api_key_sid=KEY_SID), message())
    assert request.headers["authorization"] == "Basic " + base64.b64encode(f"{KEY_SID}:{TOKEN}".encode()).decode()
    assert request.path == f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"


@pytest.mark.parametrize(
    ("from_", "field"),
    [
        *((from_, "MessagingServiceSid" if from_ == SERVICE else "From") for from_ in SENDERS.values()),
        (SERVICE[:-1], "From"),
        ("MGM Resorts", "From"),
        ("PN" + SERVICE[2:], "From"),
    ],
)
async def test_a_sender_stands_in_one_field_only(sender: Sender, twilio: GatewayDouble, from_: str, field: str) -> None:
    form = form_in(await sent(sender, twilio, twilio_settings(twilio.url), message(sender=from_)))
    assert form[field] == from_
    assert len({"From", "MessagingServiceSid"}.intersection(form)) == 1


@pytest.mark.parametrize(("life", "validity"), [(600, "600"), (1, "1"), (0, "1"), (-5, "1"), (99_999, "36000")])
async def test_a_message_is_not_delivered_after_its_code_has_died(
    sender: Sender, twilio: GatewayDouble, life: int, validity: str
) -> None:
    request = await sent(sender, twilio, twilio_settings(twilio.url), message(life_seconds=life))
    assert form_in(request)["ValidityPeriod"] == validity


async def test_a_mappings_payload_is_for_generic_gateways_only(sender: Sender, twilio: GatewayDouble) -> None:
    request = await sent(sender, twilio, twilio_settings(twilio.url), message(payload={"To": "elsewhere", "Extra": 1}))
    assert form_in(request) == {"To": NUMBER, "From": FROM, "Body": TEXT, "ValidityPeriod": "300"}


async def test_what_twilio_answers_is_the_receipt(sender: Sender, twilio: GatewayDouble) -> None:
    receipt = await sender.send(twilio_settings(twilio.url), message())
    assert (receipt.provider_id, receipt.status, receipt.segments) == (TAKEN["sid"], 201, int(TAKEN["num_segments"]))


@pytest.mark.parametrize("path", ["", "/", "/a/stand-in", "/a/stand-in/"])
async def test_another_base_address_can_stand_in(sender: Sender, twilio: GatewayDouble, path: str) -> None:
    request = await sent(sender, twilio, twilio_settings(twilio.url + path), message())
    assert request.path == f"{path.rstrip('/')}/2010-04-01/Accounts/{ACCOUNT}/Messages.json"


@pytest.mark.parametrize("account", ["AC1/../../Accounts/AC2", "AC1?x=", "AC1#", "AC1\r\nX: y", "AC 1"])
async def test_an_account_sid_cannot_name_another_path(sender: Sender, twilio: GatewayDouble, account: str) -> None:
    request = await sent(sender, twilio, twilio_settings(twilio.url, account_sid=account), message())
    assert request.path.count("/") == 4
    assert request.path.endswith("/Messages.json")


@pytest.mark.parametrize(("edge", "region"), [("", ""), ("dublin", "ie1"), ("sydney", "au1")])
def test_edge_and_region_name_the_host_that_twilios_package_names(edge: str, region: str) -> None:
    settings = TwilioSettings(account_sid=ACCOUNT, auth=TOKEN, edge=edge, region=region)
    client = Client(ACCOUNT, TOKEN, edge=edge, region=region)
    usual = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    assert settings.url == client.get_hostname(usual)
    client.http_client.session.close()


async def test_a_text_over_twilios_length_is_not_sent(sender: Sender, twilio: GatewayDouble) -> None:
    await sender.send(twilio_settings(twilio.url), message(text="x" * 1_600))
    error = await failure(sender, twilio_settings(twilio.url), message(text="x" * 1_601))
    assert (error.category, error.permanent) == ("configuration", True)
    assert CODE not in error.detail
    assert len(twilio.requests) == 1
