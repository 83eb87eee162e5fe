"""A provider may repeat all that it was told: no code, number or credential of it is kept, in any spelling."""

import base64
import html
import json
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import quote, quote_plus

import pytest

from tests.contract.gateways.carriers import (
    ACCOUNT,
    CODE,
    FROM,
    NUMBER,
    PASSWORD,
    REAL,
    TOKEN,
    URL_KEY,
    failure,
    generic_settings,
    message,
    twilio_settings,
)
from tests.doubles.gateway import GatewayDouble
from watchword.gateways.generic.settings import GenericSettings
from watchword.gateways.sender import Sender
from watchword.storage.database import open_database
from watchword.storage.deliveries import get_delivery, record_delivery
from watchword.storage.migrate import upgrade

KEY_SID = "SKfedcba9876543210fedcba9876543210"


def basic(user: str, password: str) -> str:
    return base64.b64encode(f"{user}:{password}".encode()).decode()


SPELLINGS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "for URLs": lambda secret: quote(secret, safe=""),
    "for forms": quote_plus,
    "for JSON": lambda secret: json.dumps(secret)[1:-1],
    "for JSON, slashes too": lambda secret: json.dumps(secret)[1:-1].replace("/", "\\/"),
    "for HTML": html.escape,
    "base64": lambda secret: base64.b64encode(secret.encode()).decode(),
    "a form within JSON": lambda secret: json.dumps(quote_plus(secret))[1:-1],
    "JSON within JSON": lambda secret: json.dumps(json.dumps(secret)[1:-1])[1:-1],
}

KEPT_FROM_ALL = [NUMBER, CODE, TOKEN]
SECRETS = {
    "generic": [*KEPT_FROM_ALL, PASSWORD, URL_KEY, basic(TOKEN, PASSWORD)],
    "twilio": [*KEPT_FROM_ALL, ACCOUNT, basic(ACCOUNT, TOKEN)],
}
EACH_SECRET = [
    pytest.param(kind, secret, id=f"{kind}-{n}") for kind, all_ in SECRETS.items() for n, secret in enumerate(all_)
]


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize(("kind", "secret"), EACH_SECRET)
async def test_nothing_secret_is_kept_of_a_refusal(
    sender: Sender, double: GatewayDouble, kind: str, secret: str, spelling: str
) -> None:
    double.behave("status", 400, f"refused <{SPELLINGS[spelling](secret)}> today".encode())
    error = await failure(sender, REAL[kind](double.url))
    # The padding of base64 stays, and says nothing.
    assert error.detail.replace("=", "") == "Status 400: refused <***> today"
    assert error.answer.replace("=", "") == "refused <***> today"


@pytest.mark.parametrize("kind", sorted(REAL))
@pytest.mark.parametrize("written", ["0151 234 567 13", "+49 (151) 23456713", "0049-151-23456713", "15123456713"])
async def test_a_number_is_hidden_however_the_provider_writes_it(
    sender: Sender, double: GatewayDouble, kind: str, written: str
) -> None:
    double.behave("status", 400, f"no route to {written} today".encode())
    error = await failure(sender, REAL[kind](double.url))
    for kept in (error.detail, error.answer):
        assert "***" in kept
        assert not any(part in kept for part in ("23456713", "56713", "567 13"))


@pytest.mark.parametrize(("kind", "secret"), EACH_SECRET)
async def test_nothing_secret_is_kept_of_a_receipt(
    sender: Sender, double: GatewayDouble, kind: str, secret: str
) -> None:
    double.behave("status", 201, json.dumps({"sid": secret, "said": secret}).encode())
    receipt = await sender.send(REAL[kind](double.url), message())
    assert receipt.answer_excerpt == '{"sid": "***", "said": "***"}'


@pytest.mark.parametrize("kind", sorted(REAL))
@pytest.mark.parametrize("status", [200, 401, 500])
async def test_an_echo_of_the_whole_request_leaks_nothing(
    sender: Sender, double: GatewayDouble, kind: str, status: int
) -> None:
    double.behave("echo_status", status)
    settings = REAL[kind](double.url)
    if status == 200:
        said = [(await sender.send(settings, message())).answer_excerpt]
    else:
        error = await failure(sender, settings)
        said = [error.detail, error.answer]
    spelled = {write(secret) for secret in SECRETS[kind] for write in SPELLINGS.values()}
    for kept in [*said, await stored(said[-1])]:
        assert "authorization" in kept
        assert [leak for leak in spelled if leak in kept] == []


async def stored(answer: str) -> str:
    """What the console shows of it, and its files have."""
    database = open_database("sqlite://")
    await database.run(upgrade)
    now = datetime(2026, 3, 1, tzinfo=UTC)
    delivery = await database.run(record_delivery, now=now, gateway="twilio", outcome="sent", answer=answer)
    found = await database.read(get_delivery, delivery)
    await database.close()
    assert found is not None
    assert FROM not in (found.answer or "")
    return found.answer or ""


@pytest.mark.parametrize("kind", sorted(REAL))
@pytest.mark.parametrize("before", [0, 480, 490, 499])
async def test_of_an_answer_five_hundred_characters_are_kept_and_no_half_of_a_secret(
    sender: Sender, double: GatewayDouble, kind: str, before: int
) -> None:
    said = "y" * before + TOKEN + "z" * 1_000
    double.behave("status", 400, said.encode())
    error = await failure(sender, REAL[kind](double.url))
    detail = error.detail
    kept = detail.removeprefix("Status 400: ")
    assert kept == error.answer
    assert kept == ("y" * before + "***" + "z" * 1_000)[: len(kept)]
    assert before < len(kept) <= 500


@pytest.mark.parametrize("kind", sorted(REAL))
async def test_five_hundred_characters_are_kept_and_not_one_less(
    sender: Sender, double: GatewayDouble, kind: str
) -> None:
    said = "".join(chr(ord("a") + at % 26) for at in range(600))
    double.behave("status", 400, said.encode())
    assert (await failure(sender, REAL[kind](double.url))).detail == f"Status 400: {said[:500]}"


@pytest.mark.parametrize("kind", sorted(REAL))
async def test_an_answer_that_is_no_text_is_kept_as_one_that_can_be_stored(
    sender: Sender, double: GatewayDouble, kind: str
) -> None:
    double.behave("status", 400, b"a\x00b\x1b[31m\xff\xfec", "Content-Type: text/plain; charset=utf-16")
    assert (await failure(sender, REAL[kind](double.url))).detail == "Status 400: a b [31m\ufffd\ufffdc"


async def test_the_secret_of_an_api_key_is_hidden_too(sender: Sender, double: GatewayDouble) -> None:
    double.behave("status", 400, f"{KEY_SID} {basic(KEY_SID, TOKEN)}".encode())
    error = await failure(sender, twilio_settings(double.url, api_key_sid=KEY_SID))
    assert error.detail == "Status 400: *** ***"


async def test_credentials_in_the_address_are_hidden_too(sender: Sender, double: GatewayDouble) -> None:
    url = double.url.replace("http://", "http://J%C3%BCrgen:geh%C3%A4im@")
    double.behave("status", 400, f"{basic('Jürgen', 'gehäim')} Jürgen geh%C3%A4im".encode())
    error = await failure(sender, GenericSettings(url=url))
    assert error.detail == "Status 400: *** *** ***"


async def test_what_is_not_secret_stays_readable(sender: Sender, double: GatewayDouble) -> None:
    said = f"The sender {FROM} is not yours; see https://sms.example.org/errors/4711"
    double.behave("status", 400, said.encode())
    assert (await failure(sender, generic_settings(double.url))).detail == f"Status 400: {said}"
