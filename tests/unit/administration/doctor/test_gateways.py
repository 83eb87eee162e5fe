"""The doctor asks the gateways: over real HTTP, each once, and no message is sent."""

import json
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.doubles.certificates import self_signed
from tests.doubles.gateway import ACCOUNT_TOKEN, GatewayDouble
from tests.unit.administration.doctor.patients import (
    NOW,
    UNREAD,
    Known,
    after,
    codes,
    not_checked,
    only,
    patient,
    settings,
    stage,
)
from watchword.administration.doctor.asking import Answered, Asked
from watchword.administration.doctor.checks import gateways
from watchword.administration.doctor.checks.gateways import check
from watchword.administration.doctor.finding import Finding
from watchword.administration.doctor.patient import NO_CONFIGURATION, OFFLINE, Patient
from watchword.gateways.check import Check
from watchword.gateways.check import Finding as Said
from watchword.gateways.http import HttpClient
from watchword.gateways.sender import Sender
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage

SID = "AC" + "0" * 32


def asking(http: HttpClient, *stages: AuthenticatorSMSStage, **values: Any) -> Patient:
    clock = values.pop("clock", lambda: NOW)
    asked = Asked(Sender(http, demo=True, clock=clock), settings(), clock, stages)
    return patient(*stages, asked=asked, clock=clock, **values)


def twilio(double: GatewayDouble, **values: Any) -> AuthenticatorSMSStage:
    return stage(provider="twilio", account_sid=SID, gateway_url=double.url, **values)


def generic(double: GatewayDouble, **values: Any) -> AuthenticatorSMSStage:
    return stage(account_sid=f"{double.url}/send", **values)


def said(findings: list[Finding]) -> str:
    return " ".join(f"{one.sentence} {one.fix} {one.about}" for one in findings)


async def test_one_that_takes_the_credentials_is_fine(double: GatewayDouble, http: HttpClient) -> None:
    told = await check(asking(http, twilio(double)))
    assert set(codes(told)) == {"gateway_fine"}
    assert told[0].about == "Stage “sms”"
    assert [request.method for request in double.requests] == ["GET"]


async def test_one_that_refuses_them_is_wrong(double: GatewayDouble, http: HttpClient) -> None:
    double.behave("status", 401, json.dumps({"code": 20003, "message": UNREAD}).encode())
    told = await check(asking(http, twilio(double)))
    assert only(told, gateways.REFUSES).pk
    assert UNREAD not in said(told)


async def test_a_trial_account_is_doubtful(double: GatewayDouble, http: HttpClient) -> None:
    double.behave("account", {"type": "Trial"})
    told = await check(asking(http, twilio(double)))
    assert codes(told) == ["gateway_fine", "gateway_doubtful"]
    assert ACCOUNT_TOKEN not in said(told)


@pytest.mark.parametrize("behaviour", ["reset", "garbage", "stall"])
async def test_one_that_gives_no_answer_is_unreachable(double: GatewayDouble, http: HttpClient, behaviour: str) -> None:
    double.behave(behaviour)
    assert codes(await check(asking(http, generic(double)))) == ["gateway_unreachable"]


async def test_nothing_at_its_address_is_unreachable(http: HttpClient) -> None:
    told = await check(asking(http, stage(account_sid="http://127.0.0.1:1/send")))
    assert codes(told) == ["gateway_unreachable"]
    assert "no connection can be made" in told[0].sentence


async def test_an_untrusted_certificate_is_unreachable(tmp_path: Path, http: HttpClient) -> None:
    with GatewayDouble(self_signed(tmp_path)) as double:
        told = await check(asking(http, generic(double)))
        assert double.requests == []
    assert codes(told) == ["gateway_unreachable"]
    assert "certificate is not trusted" in told[0].sentence


@pytest.mark.parametrize(("days", "code"), [(5, "gateway_certificate_ends"), (300, "gateway_fine")])
async def test_a_certificate_that_ends_soon_is_told_once(tmp_path: Path, days: int, code: str) -> None:
    server = self_signed(tmp_path, timedelta(days=days, hours=1))
    trusting = HttpClient(timeout=5, trust=ssl.create_default_context(cafile=tmp_path / "server.pem"))
    await trusting.start()
    now = datetime.now(UTC)
    with GatewayDouble(server) as double:
        for one in (twilio(double), generic(double)):
            told = await check(asking(trusting, one, clock=lambda: now))
            assert code in codes(told)
            assert codes(told).count("gateway_certificate_ends") == (1 if days == 5 else 0)
            assert "gateway_doubtful" not in codes(told)
    await trusting.close()


async def test_stages_of_one_gateway_ask_it_once(double: GatewayDouble, http: HttpClient) -> None:
    ill = asking(http, twilio(double, name="a"), twilio(double, name="b"), twilio(double, name="c", auth="other"))
    told = await check(ill)
    assert sorted({one.about for one in told}) == ["Stage “c”", "Stages “a”, “b”"]
    assert len(double.requests) == 2
    await check(ill)
    assert len(double.requests) == 2, "and what it said is remembered"


async def test_what_the_stages_check_says_of_an_address_is_not_said_again(
    double: GatewayDouble, http: HttpClient
) -> None:
    """Loopback is no slip, so the address is of another host; its answer is made up."""
    one = stage(account_sid="http://gateway.example/send")
    slip = "With http:// numbers, codes and credentials can be read on the way. Use https:// where you can."
    told = await _judged(Answered((one,), Check((Said("ok", "Fine."), Said("warning", slip))), NOW, NOW))
    assert codes(told) == ["gateway_fine"]


async def test_one_that_takes_long_is_told() -> None:
    slow = Answered((stage(),), Check((Said("ok", "Fine."),)), NOW, after(seconds=4.2))
    told = await _judged(slow)
    assert codes(told) == ["gateway_fine", "gateway_slow"]
    assert "4.2 seconds" in told[1].sentence
    gone = Answered((stage(),), Check((Said("error", "Gone."),), "network"), NOW, after(seconds=4.2))
    assert codes(await _judged(gone)) == ["gateway_unreachable"]


@pytest.mark.parametrize(
    ("category", "severity", "code"),
    [
        (None, "ok", "gateway_fine"),
        (None, "warning", "gateway_doubtful"),
        (None, "error", "gateway_refuses"),
        ("configuration", "error", "gateway_refuses"),
        ("network", "error", "gateway_unreachable"),
    ],
)
async def test_each_answer_has_its_code(category: Any, severity: Any, code: str) -> None:
    answer = Answered((stage(),), Check((Said(severity, "Something.", "A fix."),), category), NOW, NOW)
    [told] = await _judged(answer)
    assert (told.code, told.sentence, told.fix) == (code, "Something.", "A fix.")


async def test_the_demos_gateway_needs_nobody(http: HttpClient) -> None:
    assert codes(await check(asking(http, stage(provider="demo")))) == ["gateway_fine"]


async def test_where_there_is_none_there_is_nothing_to_ask(http: HttpClient) -> None:
    assert codes(await check(asking(http))) == ["gateways_none"]


async def test_offline_nobody_is_asked(double: GatewayDouble) -> None:
    assert await not_checked(check, patient(generic(double))) == OFFLINE
    assert await not_checked(check, patient(snapshot=None)) == NO_CONFIGURATION
    assert double.requests == []


async def _judged(*answers: Answered) -> list[Finding]:
    return await check(patient(asked=Known(*answers)))
