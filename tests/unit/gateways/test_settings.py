"""Settings of gateways: what is secret is shown to nobody, and found again in whatever a gateway repeats."""

from typing import Any
from urllib.parse import quote

import pytest
from rich.pretty import pretty_repr

from tests.unit.gateways.make import (
    ACCOUNT,
    GENERIC,
    KEY_SID,
    PASSWORD,
    SETTINGS,
    TOKEN,
    TWILIO,
    URL_KEY,
    URL_PASSWORD,
)
from watchword.gateways.base import GatewaySettings
from watchword.gateways.errors import SendError
from watchword.gateways.generic.settings import GenericSettings
from watchword.gateways.scrub import basic_credentials, scrub
from watchword.gateways.twilio.settings import TwilioSettings

SECRETS = (ACCOUNT, KEY_SID, TOKEN, PASSWORD, URL_PASSWORD, URL_KEY, "user-in-the-address")
MESSAGES = "/2010-04-01/Accounts"


def twilio(**changes: Any) -> TwilioSettings:
    return TwilioSettings(**{"account_sid": ACCOUNT, "auth": TOKEN, **changes})


@pytest.mark.parametrize("settings", SETTINGS, ids=lambda settings: settings.kind)
def test_settings_show_no_value(settings: GatewaySettings) -> None:
    for shown in (repr(settings), str(settings), f"{[settings]}", pretty_repr(settings)):
        assert shown.strip("[]") == f"{type(settings).__name__}()"


@pytest.mark.parametrize("settings", [TWILIO, GENERIC], ids=lambda settings: settings.kind)
def test_what_is_secret_survives_in_no_answer_that_repeats_the_settings(settings: GatewaySettings) -> None:
    said = " | ".join(str(getattr(settings, name)) for name in settings.__struct_fields__)
    assert any(secret in said for secret in SECRETS)
    left = scrub(said, settings.secrets())
    assert not any(secret in left for secret in SECRETS)


@pytest.mark.parametrize(
    ("settings", "credentials"),
    [
        (twilio(), basic_credentials(ACCOUNT, TOKEN)),
        (TWILIO, basic_credentials(KEY_SID, TOKEN)),
        (GENERIC, basic_credentials(TOKEN, PASSWORD)),
        (GENERIC, basic_credentials("user-in-the-address", URL_PASSWORD)),
    ],
)
def test_the_header_that_was_sent_survives_in_no_answer(settings: GatewaySettings, credentials: str) -> None:
    assert scrub(f"Authorization: Basic {credentials}", settings.secrets()) == "Authorization: Basic ***"


@pytest.mark.parametrize("settings", [each for each in SETTINGS if each not in (TWILIO, GENERIC)])
def test_what_sends_nothing_has_no_secret(settings: GatewaySettings) -> None:
    assert settings.secrets() == []


@pytest.mark.parametrize(
    ("url", "secret"),
    [
        ("https://sms.example.org/send?key=3f9a8b7c", "3f9a8b7c"),
        ("https://sms.example.org/send?v=2&key=3f%2F9a+8b", "3f/9a 8b"),
        ("https://sms.example.org/send?3f9a8b7c", "3f9a8b7c"),
        ("https://sms.example.org/send?3f9a8b7c=", "3f9a8b7c"),
        ("https://user:3f9a8b7c@sms.example.org/", "3f9a8b7c"),
        ("https://3f9a8b7c@sms.example.org/", "3f9a8b7c"),
        ("https://:3f9a8b7c@sms.example.org/", "3f9a8b7c"),
        ("https://user:3f%409a@sms.example.org/", "3f@9a"),
    ],
)
def test_what_the_address_holds_of_keys_survives_in_no_answer(url: str, secret: str) -> None:
    secrets = GenericSettings(url=url).secrets()
    for spelled in (url, quote(secret, safe=""), secret):
        left = scrub(f"Nothing at {spelled}!", secrets)
        assert not any(part in left for part in (secret, secret[:2], secret[-2:]))


def test_an_address_that_cannot_be_read_is_a_secret_as_a_whole() -> None:
    assert (
        scrub("Nothing at https://[3f9a8b7c!", GenericSettings(url="https://[3f9a8b7c").secrets()) == "Nothing at ***!"
    )


def test_an_address_without_keys_stays_readable() -> None:
    url = "https://sms.example.org/send/here"
    assert scrub(f"Nothing at {url}!", GenericSettings(url=url).secrets()) == f"Nothing at {url}!"


def test_an_endpoint_gets_the_credentials_in_the_form_it_asks_for() -> None:
    url = "https://sms.example.org/"
    assert GenericSettings(url=url, auth_password=PASSWORD).authorization() == {}
    assert GenericSettings(url=url, auth=TOKEN, auth_type="bearer").authorization() == {
        "Authorization": f"Bearer {TOKEN}"
    }
    # RFC 7617, section 2.1: the user is "test", the password "123£".
    basic = GenericSettings(url=url, auth="test", auth_password="123£").authorization()
    assert basic == {"Authorization": "Basic dGVzdDoxMjPCow=="}


def test_an_api_key_signs_in_for_the_account() -> None:
    assert twilio().user == ACCOUNT
    assert TWILIO.user == KEY_SID
    assert TWILIO.url == f"https://api.twilio.com{MESSAGES}/{ACCOUNT}/Messages.json"


@pytest.mark.parametrize(
    ("changes", "host"),
    [
        ({}, "https://api.twilio.com"),
        ({"edge": "dublin", "region": "ie1"}, "https://api.dublin.ie1.twilio.com"),
        (
            {"edge": "dublin", "region": "ie1", "base_url": "https://api.twilio.com/"},
            "https://api.dublin.ie1.twilio.com",
        ),
        ({"base_url": "http://127.0.0.1:4010"}, "http://127.0.0.1:4010"),
        ({"base_url": "http://127.0.0.1:4010/", "edge": "dublin"}, "http://127.0.0.1:4010"),
    ],
)
def test_twilio_is_found_at_its_edge_or_where_it_is_stood_in_for(changes: dict[str, str], host: str) -> None:
    assert twilio(**changes).url == f"{host}{MESSAGES}/{ACCOUNT}/Messages.json"


@pytest.mark.parametrize(
    ("edge", "region"),
    [("dublin", ""), ("", "ie1"), ("evil.example/", "ie1"), ("dublin", "ie1@evil"), ("Dublin", "ie1"), ("a" * 64, "b")],
)
def test_credentials_go_to_no_host_that_is_not_twilios(edge: str, region: str) -> None:
    with pytest.raises(SendError, match="could not be sent") as refused:
        _ = twilio(edge=edge, region=region).url
    assert (refused.value.category, refused.value.permanent) == ("configuration", True)
    assert "both an edge and a region" in refused.value.detail


@pytest.mark.parametrize("sid", ["AC/../other", "AC?x=", "AC#", "AC 1"])
def test_an_account_sid_reaches_no_other_resource(sid: str) -> None:
    assert twilio(account_sid=sid).url.split("/")[3:] == [
        "2010-04-01",
        "Accounts",
        quote(sid, safe=""),
        "Messages.json",
    ]


HEX_TOKEN = "00112233445566778899aabbccddeeff"


@pytest.mark.parametrize(
    ("sid", "warned"),
    [(ACCOUNT, False), (ACCOUNT.upper(), False), (KEY_SID, True), (f"{ACCOUNT}0", True), ("AC123", True)],
)
def test_an_account_sid_that_looks_wrong_is_told_but_not_refused(sid: str, warned: bool) -> None:
    assert len(twilio(account_sid=sid, auth=HEX_TOKEN).warnings()) == warned


def test_what_looks_wrong_of_the_other_credentials_is_told_too() -> None:
    assert twilio(auth=HEX_TOKEN[1:]).warnings() == ["This is too short: an Auth Token has 32 characters."]
    assert twilio(auth=HEX_TOKEN[1:], api_key_sid=KEY_SID).warnings() == []
    assert twilio(auth=TOKEN, api_key_sid="SK1").warnings() == ["34 characters are needed, this has 3."]


def test_a_question_about_the_account_goes_where_messages_go() -> None:
    settings = twilio(base_url="http://127.0.0.1:4010")
    assert settings.account_url == f"http://127.0.0.1:4010{MESSAGES}/{ACCOUNT}.json"
    assert settings.no_messages_url.startswith(f"{settings.url}?To=")


def test_twilio_keeps_text_and_number_unless_it_is_told_not_to() -> None:
    """Each needs an agreement with Twilio, who refuses the message otherwise."""
    assert (twilio().discard_content, twilio().obfuscate_address) == (False, False)
