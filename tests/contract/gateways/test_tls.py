"""Over HTTPS nothing is said to a server that cannot prove its name."""

import asyncio
import datetime
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.gateways.carriers import NUMBER, REAL, failure
from tests.doubles.certificates import self_signed
from tests.doubles.gateway import GatewayDouble
from watchword.gateways.check import Check
from watchword.gateways.errors import TRY_AGAIN
from watchword.gateways.http import HttpClient
from watchword.gateways.sender import Sender


@pytest.fixture
def impostor(tmp_path: Path) -> Iterator[GatewayDouble]:
    with GatewayDouble(self_signed(tmp_path)) as double:
        yield double


@pytest.mark.parametrize("kind", sorted(REAL))
async def test_a_server_that_nobody_vouches_for_is_told_nothing(
    sender: Sender, impostor: GatewayDouble, kind: str
) -> None:
    error = await failure(sender, REAL[kind](impostor.url))
    assert (error.category, error.permanent, error.retry_elsewhere) == ("network", False, True)
    assert "its certificate is not trusted" in error.detail
    assert str(error) == TRY_AGAIN
    assert impostor.requests == []


@pytest.mark.parametrize("kind", sorted(REAL))
async def test_a_server_that_speaks_no_tls_is_told_nothing(sender: Sender, kind: str) -> None:
    heard: list[bytes] = []

    async def plainly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read(65_536))
        writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(plainly, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        error = await failure(sender, REAL[kind](f"https://127.0.0.1:{port}"))
    assert error.category == "network"
    assert "no TLS connection can be made" in error.detail
    assert len(heard) == 1
    assert NUMBER.encode() not in heard[0]
    assert b"authorization" not in heard[0].lower()


@pytest.mark.parametrize("kind", sorted(REAL))
async def test_a_name_that_is_not_known_is_a_failed_send(
    sender: Sender, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    error = await failure(sender, REAL[kind]("https://gateway.example.org"))
    assert (error.category, error.permanent) == ("network", False)
    assert error.detail == "The gateway cannot be reached: its name is not known (ClientConnectorDNSError)."


async def vouched_for(folder: Path, life: datetime.timedelta) -> Check:
    """What is said of an endpoint whose certificate is trusted."""
    trust = ssl.create_default_context()
    with GatewayDouble(self_signed(folder, life)) as double:
        trust.load_verify_locations(folder / "server.pem")
        http = HttpClient(timeout=5.0, trust=trust)
        await http.start()
        check = await Sender(http).check(REAL["generic"](double.url))
        await http.close()
    return check


@pytest.mark.parametrize(("days", "severity"), [(90, "ok"), (22, "ok"), (20, "warning"), (1, "warning")])
async def test_the_end_of_a_certificate_is_told(tmp_path: Path, days: int, severity: str) -> None:
    life = datetime.timedelta(days=days)
    status, certificate = (await vouched_for(tmp_path, life)).findings
    ends = datetime.datetime.now(datetime.UTC) + life
    assert (status.severity, certificate.severity) == ("ok", severity)
    assert f"{ends.day} {ends:%B %Y}" in certificate.sentence
    assert bool(certificate.fix) is (severity == "warning")


@pytest.mark.parametrize("kind", sorted(REAL))
async def test_a_check_tells_a_server_that_nobody_vouches_for_nothing_either(
    sender: Sender, impostor: GatewayDouble, kind: str
) -> None:
    [finding] = (await sender.check(REAL[kind](impostor.url))).findings
    assert finding.severity == "error"
    assert "its certificate is not trusted" in finding.sentence
    assert "trusted by this server" in finding.fix
    assert impostor.requests == []
