"""Whatever a provider does wrong, its message has failed, the administrator learns why, and it was sent once."""

import socket

import pytest

from tests.contract.gateways.carriers import REAL, failure, message
from tests.doubles.gateway import GatewayDouble
from watchword.gateways.base import GatewaySettings
from watchword.gateways.errors import SENTENCES, TRY_AGAIN, Category
from watchword.gateways.http import MAX_ANSWER, HttpClient
from watchword.gateways.lane import Limits
from watchword.gateways.sender import Sender

NOW = "Date: Fri, 01 May 2026 12:00:00 GMT"


@pytest.mark.parametrize(
    ("status", "category", "permanent"),
    [
        (401, "configuration", True),
        (403, "configuration", True),
        (404, "configuration", True),
        (429, "throttled", False),
        (500, "gateway", False),
        (503, "gateway", False),
        (599, "gateway", False),
        (999, "gateway", False),
    ],
)
async def test_a_status_of_400_or_above_is_a_failed_send(
    sender: Sender,
    double: GatewayDouble,
    settings: GatewaySettings,
    status: int,
    category: Category,
    permanent: bool,
) -> None:
    double.behave("status", status, b"what it said")
    error = await failure(sender, settings)
    assert (error.category, error.permanent, error.http_status) == (category, permanent, status)
    assert error.detail.endswith(f"Status {status}: what it said")
    assert str(error) == SENTENCES.get(category, TRY_AGAIN)
    assert len(double.requests) == 1


async def test_a_bad_request_is_final_for_twilio_only(sender: Sender, double: GatewayDouble) -> None:
    """An endpoint's 400 may mean anything; Twilio's is about this message."""
    double.behave("status", 400, b"no")
    errors = [await failure(sender, make(double.url)) for _, make in sorted(REAL.items())]
    assert [(error.category, error.permanent) for error in errors] == [("gateway", False), ("gateway", True)]


@pytest.mark.parametrize("status", [200, 201, 202, 204])
@pytest.mark.parametrize("body", [b"", b"OK", b'{"id": 7, "sid": null}', b"[]", b"\x00\xff"])
async def test_a_status_of_200_to_299_says_sent_whatever_the_answer_is(
    sender: Sender, double: GatewayDouble, settings: GatewaySettings, status: int, body: bytes
) -> None:
    double.behave("status", status, b"" if status == 204 else body, "Content-Type: text/html")
    receipt = await sender.send(settings, message())
    assert (receipt.status, receipt.provider_id, receipt.segments) == (status, None, None)


async def test_json_is_read_under_a_wrong_content_type(
    sender: Sender, double: GatewayDouble, settings: GatewaySettings
) -> None:
    double.behave("status", 200, b'{"sid": "SM1"}', "Content-Type: text/html; charset=nonsense")
    assert (await sender.send(settings, message())).provider_id == "SM1"


@pytest.mark.parametrize("status", [300, 301, 302, 303, 307, 308])
async def test_a_redirection_is_a_failed_send_and_takes_the_message_nowhere(
    sender: Sender, double: GatewayDouble, elsewhere: GatewayDouble, settings: GatewaySettings, status: int
) -> None:
    double.behave("status", status, b"", f"Location: {elsewhere.url}/other")
    error = await failure(sender, settings)
    assert (error.category, error.permanent, error.http_status) == ("configuration", True, status)
    assert elsewhere.url not in error.detail
    assert len(double.requests) == 1


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        (["Retry-After: 30"], 30),
        (["Retry-After: Fri, 01 May 2026 12:02:00 GMT", NOW], 120),
        (["Retry-After: soon"], None),
        ([], None),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
async def test_a_gateway_says_when_to_come_back(
    sender: Sender,
    double: GatewayDouble,
    settings: GatewaySettings,
    status: int,
    headers: list[str],
    seconds: int | None,
) -> None:
    double.behave("status", status, b"", *headers)
    assert (await failure(sender, settings)).retry_after == seconds


@pytest.mark.parametrize(
    ("behaviour", "arguments"),
    [
        pytest.param("reset", (), id="a reset connection"),
        pytest.param("close", (), id="half an answer"),
        pytest.param("garbage", (), id="no HTTP"),
        pytest.param("bad_gzip", (), id="no gzip"),
        pytest.param("raw", (b"",), id="no answer"),
        pytest.param("raw", (b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nok",), id="a negative length"),
        pytest.param("raw", (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nok",), id="bad chunks"),
        pytest.param("raw", (b"HTTP/1.1 200 OK\r\nX: " + b"a" * 100_000 + b"\r\n\r\n",), id="a header without end"),
        pytest.param("raw", (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",), id="another protocol"),
        pytest.param("raw", (b"HTTP/1.1 000 Odd\r\nContent-Length: 2\r\n\r\nok",), id="no status"),
        pytest.param("huge", (MAX_ANSWER + 1,), id="over a megabyte"),
        pytest.param("gzip_bomb", (MAX_ANSWER + 1,), id="over a megabyte once unpacked"),
    ],
)
async def test_a_broken_answer_is_a_failed_send_that_may_be_tried_again(
    sender: Sender, double: GatewayDouble, settings: GatewaySettings, behaviour: str, arguments: tuple[object, ...]
) -> None:
    double.behave(behaviour, *arguments)
    error = await failure(sender, settings)
    assert (error.category, error.permanent, error.retry_elsewhere) == ("network", False, True)
    assert str(error) == TRY_AGAIN
    assert double.url not in error.detail
    assert len(double.requests) == 1


async def test_an_answer_of_a_megabyte_is_still_an_answer(
    sender: Sender, double: GatewayDouble, settings: GatewaySettings
) -> None:
    double.behave("huge", MAX_ANSWER)
    receipt = await sender.send(settings, message())
    assert MAX_ANSWER == 1_000_000
    assert receipt.answer_excerpt == "x" * 500


@pytest.mark.parametrize("interim", ["100 Continue", "102 Processing", "103 Early Hints"])
async def test_preliminary_answers_are_passed_over(
    sender: Sender, double: GatewayDouble, settings: GatewaySettings, interim: str
) -> None:
    final = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    double.behave("raw", f"HTTP/1.1 {interim}\r\n\r\n{final}".encode())
    assert (await sender.send(settings, message())).status == 200


@pytest.mark.parametrize("behaviour", ["stall", "drip"])
async def test_nobody_waits_longer_than_the_time_out(
    impatient: Sender, double: GatewayDouble, settings: GatewaySettings, behaviour: str
) -> None:
    double.behave(behaviour)
    error = await failure(impatient, settings)
    assert (error.category, error.permanent, error.retry_elsewhere) == ("network", False, True)
    assert error.detail == "The gateway did not answer in time."


async def test_the_senders_deadline_holds_whatever_the_clients_time_out_is(
    http: HttpClient, double: GatewayDouble, settings: GatewaySettings
) -> None:
    double.behave("stall")
    error = await failure(Sender(http, limits=Limits(deadline=0.2)), settings)
    assert (error.category, error.detail) == ("network", "The gateway did not answer in time.")


@pytest.mark.parametrize("kind", sorted(REAL))
async def test_a_refused_connection_is_a_failed_send(sender: Sender, kind: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
    error = await failure(sender, REAL[kind](url))
    assert (error.category, error.permanent, error.http_status) == ("network", False, None)
    assert error.detail == "The gateway cannot be reached: no connection can be made (ClientConnectorError)."


async def test_a_failure_keeps_no_error_that_may_hold_the_address(
    sender: Sender, double: GatewayDouble, settings: GatewaySettings
) -> None:
    """Where the cause is kept, a traceback in the log shows it."""
    double.behave("reset")
    error = await failure(sender, settings)
    assert error.__cause__ is None
    assert error.__suppress_context__
