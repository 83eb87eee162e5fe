"""The doctor on what the SMS stages are set to."""

from typing import Any

import pytest

from tests.unit.administration.doctor.patients import (
    UNREAD,
    codes,
    not_checked,
    only,
    patient,
    placed,
    stage,
)
from watchword.administration.doctor.checks import stages
from watchword.administration.doctor.checks.stages import address_of, check, is_private
from watchword.administration.doctor.finding import Finding
from watchword.administration.doctor.patient import NO_CONFIGURATION

SID, TOKEN = "AC" + "0" * 32, "0" * 32
TWILIO = {"provider": "twilio", "account_sid": SID, "auth": TOKEN, "from_number": "+15017122661"}


async def found(**values: Any) -> list[Finding]:
    demo = values.pop("demo", False)
    return await check(patient(*placed(stage(**values)), demo=demo))


async def test_a_stage_that_is_set_up_well_is_fine() -> None:
    assert codes(await found()) == ["stages_fine"]
    assert codes(await found(**TWILIO)) == ["stages_fine"]


async def test_no_stage_at_all_is_told() -> None:
    assert codes(await check(patient())) == ["gateway_missing"]


@pytest.mark.parametrize("provider", ["console", "demo"])
async def test_a_gateway_that_pretends_is_for_the_demo(provider: str) -> None:
    assert codes(await found(provider=provider)) == ["gateway_missing", "gateway_pretends"]
    assert codes(await found(provider=provider, demo=True)) == ["gateway_missing"]


async def test_a_sender_of_blanks_is_none() -> None:
    told = await found(**{**TWILIO, "from_number": "  "})
    assert only(told, stages.NO_SENDER).about == "Stage “sms”"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({**TWILIO, "account_sid": "SK" + "0" * 32}, "API key"),
        ({**TWILIO, "auth": "abc123"}, "too short"),
        ({**TWILIO, "from_number": "+1 501 712"}, "without blanks"),
    ],
)
async def test_what_does_not_look_right_is_told_and_not_shown(values: dict[str, Any], words: str) -> None:
    told = only(await found(**values), stages.ODD)
    assert words in told.sentence
    assert values["auth"] not in told.sentence


@pytest.mark.parametrize(
    "values",
    [
        {"account_sid": "http://gateway.example/send"},
        {**TWILIO, "gateway_url": "http://gateway.example"},
    ],
)
async def test_a_plain_address_is_told(values: dict[str, Any]) -> None:
    assert "can be read on the way" in only(await found(**values), stages.PLAIN).sentence


async def test_what_stays_on_this_machine_needs_no_encryption() -> None:
    assert codes(await found(account_sid="http://127.0.0.1:8080/send")) == ["stages_fine", "gateway_private"]


@pytest.mark.parametrize(
    ("host", "private"),
    [
        ("10.0.0.7", True),
        ("192.168.1.1", True),
        ("::1", True),
        ("169.254.169.254", True),
        ("gateway", True),
        ("gateway.internal", True),
        ("gateway.example", False),
        ("8.8.8.8", False),
    ],
)
def test_private_addresses_are_known(host: str, private: bool) -> None:
    assert is_private(host) is private


async def test_a_private_address_is_advice_only() -> None:
    told = await found(account_sid="https://10.0.0.7/send")
    assert codes(told) == ["stages_fine", "gateway_private"]


def test_the_address_is_where_messages_go() -> None:
    settings = patient().settings
    assert address_of(stage(), settings) == "https://gateway.example/send"
    assert address_of(stage(**TWILIO), settings) == "https://api.twilio.com"
    assert address_of(stage(**TWILIO, gateway_url="https://twilio.example"), settings) == "https://twilio.example"
    assert address_of(stage(provider="demo"), settings) == ""


async def test_a_stage_without_a_flow_is_told() -> None:
    alone = stage(name="alone")
    told = await check(patient(alone))
    assert codes(told) == ["stages_fine", "stage_unused"]
    assert only(told, stages.UNUSED).pk == alone.pk


async def test_stages_are_told_in_the_order_of_their_names() -> None:
    objects = [*placed(stage(name="b", provider="demo")), *placed(stage(name="a", provider="demo"))]
    told = [one.about for one in await check(patient(*objects)) if one.about]
    assert told == ["Stage “a”", "Stage “b”"]


async def test_a_number_in_a_stages_name_is_masked() -> None:
    told = only(await found(name="for +4915123456713", provider="demo"), stages.PRETENDS)
    assert told.about == "Stage “for +49 ••• ••13”"


async def test_no_secret_is_told() -> None:
    for provider in ("twilio", "generic", "demo"):
        told = await found(provider=provider, auth_password=UNREAD, account_sid="http://a:b@x.example/?key=k3y")
        said = " ".join(f"{one.sentence}{one.fix}{one.about}" for one in told)
        assert UNREAD not in said
        assert "k3y" not in said


async def test_without_configuration_nothing_is_said() -> None:
    assert await not_checked(check, patient(snapshot=None)) == NO_CONFIGURATION
