"""What Watchword makes of Twilio's error codes: who is told, and whether the message is worth another try."""

import json
from typing import NamedTuple

import pytest

from tests.contract.gateways.carriers import failure, message, twilio_settings
from tests.doubles.gateway import GatewayDouble
from watchword.gateways.errors import SENTENCES, TRY_AGAIN, Category, SendError
from watchword.gateways.sender import Sender
from watchword.gateways.twilio.errors import MEANINGS


class Row(NamedTuple):
    code: int
    status: int
    category: Category
    permanent: bool
    elsewhere: bool


TABLE = [
    Row(20003, 401, "configuration", permanent=True, elsewhere=True),
    Row(20008, 403, "configuration", permanent=True, elsewhere=True),
    Row(20404, 404, "configuration", permanent=True, elsewhere=True),
    Row(20429, 429, "throttled", permanent=False, elsewhere=True),
    Row(21211, 400, "number", permanent=True, elsewhere=False),
    Row(21212, 400, "configuration", permanent=True, elsewhere=True),
    Row(21408, 400, "configuration", permanent=True, elsewhere=False),
    Row(21606, 400, "configuration", permanent=True, elsewhere=True),
    Row(21608, 400, "configuration", permanent=True, elsewhere=True),
    Row(21610, 400, "number", permanent=True, elsewhere=False),
    Row(21612, 400, "route", permanent=True, elsewhere=True),
    Row(21614, 400, "number", permanent=True, elsewhere=False),
    Row(21704, 400, "configuration", permanent=True, elsewhere=True),
    Row(30003, 400, "delivery", permanent=False, elsewhere=False),
    Row(30004, 400, "delivery", permanent=True, elsewhere=True),
    Row(30005, 400, "number", permanent=True, elsewhere=False),
    Row(30006, 400, "number", permanent=True, elsewhere=False),
    Row(30007, 400, "delivery", permanent=True, elsewhere=True),
    Row(30008, 400, "delivery", permanent=False, elsewhere=True),
    Row(30034, 400, "configuration", permanent=True, elsewhere=True),
    Row(30450, 400, "abuse", permanent=True, elsewhere=False),
    Row(60410, 403, "abuse", permanent=True, elsewhere=False),
]

HEX_TOKEN = "00112233445566778899aabbccddeeff"
"""As Twilio's look; of one that does not, the administrator is told so."""

OWN_SENTENCES = {
    21408: "Text messages cannot be sent to this country. Use another number.",
    21610: "This number has asked to get no messages. Text START to our number, then try again.",
}


def test_every_code_with_a_meaning_is_in_the_table() -> None:
    assert sorted(MEANINGS) == [row.code for row in TABLE]


async def refused(sender: Sender, double: GatewayDouble, status: int, body: bytes) -> SendError:
    double.behave("status", status, body, "Content-Type: application/json")
    return await failure(sender, twilio_settings(double.url, auth=HEX_TOKEN))


def as_twilio_says(code: int, status: int) -> bytes:
    more = f"https://www.twilio.com/docs/errors/{code}"
    return json.dumps({"code": code, "message": "No.", "more_info": more, "status": status}).encode()


@pytest.mark.parametrize("row", TABLE, ids=[str(row.code) for row in TABLE])
async def test_a_code_decides_who_is_told_and_what_is_tried(sender: Sender, double: GatewayDouble, row: Row) -> None:
    error = await refused(sender, double, row.status, as_twilio_says(row.code, row.status))
    assert (error.provider_code, error.http_status) == (row.code, row.status)
    assert Row(row.code, row.status, error.category, error.permanent, error.retry_elsewhere) == row
    assert str(error) == OWN_SENTENCES.get(row.code, SENTENCES.get(row.category, TRY_AGAIN))


@pytest.mark.parametrize("row", TABLE, ids=[str(row.code) for row in TABLE])
async def test_the_administrator_reads_what_the_code_means_and_the_answer_itself(
    sender: Sender, double: GatewayDouble, row: Row
) -> None:
    detail = (await refused(sender, double, row.status, as_twilio_says(row.code, row.status))).detail
    hint, said = detail.split(f" Status {row.status}: ")
    assert hint == MEANINGS[row.code].hint
    assert json.loads(said)["more_info"].endswith(str(row.code))


@pytest.mark.parametrize("status", [400, 401, 429, 500])
async def test_a_known_code_counts_under_any_status(sender: Sender, double: GatewayDouble, status: int) -> None:
    error = await refused(sender, double, status, as_twilio_says(21614, status))
    assert (error.category, error.permanent) == ("number", True)


BY_STATUS: list[tuple[int, Category, bool]] = [
    (302, "configuration", True),
    (400, "gateway", True),
    (401, "configuration", True),
    (403, "configuration", True),
    (404, "configuration", True),
    (422, "gateway", True),
    (429, "throttled", False),
    (500, "gateway", False),
    (503, "gateway", False),
]


@pytest.mark.parametrize(("status", "category", "permanent"), BY_STATUS)
async def test_an_unknown_code_is_read_by_its_status(
    sender: Sender, double: GatewayDouble, status: int, category: Category, permanent: bool
) -> None:
    error = await refused(sender, double, status, as_twilio_says(99999, status))
    assert (error.category, error.permanent, error.provider_code) == (category, permanent, 99999)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"<html>21211</html>", id="a page"),
        pytest.param(b'{"code": 21211', id="half of it"),
        pytest.param(b'[{"code": 21211}]', id="a list"),
        pytest.param(b'{"error": {"code": 21211}}', id="deeper"),
        pytest.param(b'{"code": "21211"}', id="a text"),
        pytest.param(b'{"code": 21211.5}', id="a fraction"),
        pytest.param(b'{"code": [21211]}', id="in a list"),
        pytest.param(b'{"code": null}', id="null"),
        pytest.param(b'{"code": true}', id="true"),
        pytest.param(b"21211", id="bare"),
        pytest.param(b"null", id="null itself"),
        pytest.param(b"\xff\xfe", id="no text"),
    ],
)
@pytest.mark.parametrize(("status", "category", "permanent"), [(400, "gateway", True), (429, "throttled", False)])
async def test_an_answer_without_a_code_is_read_by_its_status(
    sender: Sender, double: GatewayDouble, body: bytes, status: int, category: Category, permanent: bool
) -> None:
    error = await refused(sender, double, status, body)
    assert (error.category, error.permanent, error.provider_code) == (category, permanent, None)


@pytest.mark.parametrize(
    "code", ["0", "9999", "100000", "-21211", "-2121", "1" + "0" * 30, pytest.param("1" + "0" * 5_000, id="huge")]
)
async def test_a_number_that_is_no_code_of_twilios_is_none(sender: Sender, double: GatewayDouble, code: str) -> None:
    error = await refused(sender, double, 400, f'{{"code": {code}}}'.encode())
    assert (error.category, error.permanent, error.provider_code) == ("gateway", True, None)


@pytest.mark.parametrize(("one_time", "repeated"), [("482913", 482913), ("042917", 42917), ("00000042917", 42917)])
async def test_the_one_time_code_is_never_taken_for_an_error_code(
    sender: Sender, double: GatewayDouble, one_time: str, repeated: int
) -> None:
    double.behave("status", 400, json.dumps({"code": repeated}).encode())
    error = await failure(sender, twilio_settings(double.url), message(code=one_time))
    assert error.provider_code is None
    assert error.detail == 'Status 400: {"code": ***}'


async def test_doubtful_credentials_are_mentioned_where_the_configuration_is_at_fault(
    sender: Sender, double: GatewayDouble
) -> None:
    double.behave("status", 401, as_twilio_says(20003, 401))
    doubtful = await failure(sender, twilio_settings(double.url, account_sid="SK0123", auth=HEX_TOKEN[1:]))
    assert "An Account SID begins with AC; this one begins with SK: that is an API key's SID." in doubtful.detail
    assert "This is too short: an Auth Token has 32 characters." in doubtful.detail
    sound = await failure(sender, twilio_settings(double.url, auth=HEX_TOKEN))
    assert sound.detail.startswith(f"{MEANINGS[20003].hint} Status 401: ")


async def test_a_code_in_an_answer_that_says_sent_fails_nothing(sender: Sender, double: GatewayDouble) -> None:
    double.behave("status", 201, b'{"sid": "SM1", "error_code": null, "code": 21211}')
    receipt = await sender.send(twilio_settings(double.url), message())
    assert receipt.provider_id == "SM1"
