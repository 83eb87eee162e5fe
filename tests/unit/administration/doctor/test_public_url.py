"""The doctor on the public address, and on who is trusted to stand before it."""

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from tests.doubles.certificates import self_signed
from tests.doubles.gateway import GatewayDouble
from tests.unit.administration.doctor.patients import codes, not_checked, only, patient
from watchword.administration.doctor.checks import public_url
from watchword.administration.doctor.checks.public_url import ask, check, is_local
from watchword.gateways.http import HttpClient

PROXIES = (ip_network("127.0.0.1/32"),)


async def found(**values: Any) -> list[str]:
    return codes(await check(patient(**{"trusted_proxies": PROXIES, **values})))


async def test_an_address_of_https_behind_a_proxy_is_fine() -> None:
    assert await found() == ["public_url_fine"]


async def test_none_is_a_warning() -> None:
    assert await found(public_url=None) == ["public_url_unset"]


async def test_http_is_wrong_but_for_this_machine() -> None:
    assert await found(public_url="http://sms.example.org") == ["public_url_plain"]
    for here in ("http://localhost:9000", "http://127.0.0.1:9000", "http://sms.localhost", "http://[::1]:9000"):
        assert "public_url_plain" not in await found(public_url=here), here


@pytest.mark.parametrize("host", ["https://sms", "https://10.0.0.7", "https://sms.lan", "https://[fd00::7]"])
async def test_a_name_that_nobody_else_knows_is_told(host: str) -> None:
    assert await found(public_url=host) == ["public_url_fine", "public_url_local"]


def test_names_of_the_own_network_are_local() -> None:
    assert [name for name in ("sms", "sms.local", "192.0.2.1", "::1", "a.home.arpa") if not is_local(name)] == []
    assert [name for name in ("sms.example.org", "xn--bcher-kva.example", "local.example") if is_local(name)] == []


async def test_an_administrator_who_comes_by_another_host_is_told() -> None:
    ill = patient(trusted_proxies=PROXIES, seen_at="10.1.2.3")
    told = only(await check(ill), public_url.ELSEWHERE)
    assert "10.1.2.3" in told.sentence
    assert "sms.example.org" in told.sentence
    assert await found(seen_at="sms.example.org") == ["public_url_fine"]


async def test_https_without_a_trusted_proxy_is_told() -> None:
    assert await found(trusted_proxies=()) == ["proxies_unset"]
    assert await found(trusted_proxies=(), public_url="http://localhost:9000") == [
        "public_url_fine", "public_url_local",
    ]  # fmt: skip


@pytest.mark.parametrize("network", ["0.0.0.0/0", "::/0", "8.0.0.0/8", "2a00::/16"])
async def test_trusting_everybody_is_wrong(network: str) -> None:
    ill = patient(trusted_proxies=(ip_network(network),))
    assert network in only(await check(ill), public_url.WIDE_PROXIES).sentence


@pytest.mark.parametrize("network", ["10.0.0.0/8", "192.168.0.0/16", "fd00::/8", "203.0.113.7/32", "8.8.0.0/16"])
async def test_networks_of_ones_own_may_be_trusted(network: str) -> None:
    assert await found(trusted_proxies=(ip_network(network),)) == ["public_url_fine"]


async def test_nobody_is_asked_without_an_address_or_a_network(http: HttpClient) -> None:
    assert await not_checked(ask, patient(public_url=None, http=http)) == "There is no public address."
    assert "over the network" in await not_checked(ask, patient())


async def test_watchword_is_found_at_its_address(double: GatewayDouble, http: HttpClient) -> None:
    double.behave("status", 204, b"")
    assert codes(await ask(patient(public_url=double.url, http=http))) == ["public_url_answers"]
    [request] = double.requests
    assert (request.method, request.path) == ("GET", "/-/health/live/")
    assert "authorization" not in request.headers


@pytest.mark.parametrize("status", [200, 302, 404, 502])
async def test_something_else_at_its_address_is_told(double: GatewayDouble, http: HttpClient, status: int) -> None:
    double.behave("status", status, b"what it said")
    [told] = await ask(patient(public_url=double.url, http=http))
    assert told.code == "public_url_other"
    assert str(status) in told.sentence
    assert "what it said" not in told.sentence


async def test_nothing_at_its_address_is_told_with_the_cause(http: HttpClient) -> None:
    [told] = await ask(patient(public_url="http://127.0.0.1:1", http=http))
    assert told.code == "public_url_silent"
    assert "No connection can be made" in told.sentence
    assert "gateway" not in told.sentence.lower()


async def test_an_answer_that_does_not_come_is_told(double: GatewayDouble, impatient: HttpClient) -> None:
    double.behave("stall")
    [told] = await ask(patient(public_url=double.url, http=impatient))
    assert (told.code, "took too long" in told.sentence) == ("public_url_silent", True)


@pytest.mark.parametrize(("days", "code"), [(3, "public_certificate_ends"), (200, "public_url_answers")])
async def test_a_certificate_that_ends_soon_is_told(tmp_path: Path, days: int, code: str) -> None:
    server = self_signed(tmp_path, timedelta(days=days, hours=1))
    trusting = HttpClient(timeout=5, trust=ssl.create_default_context(cafile=tmp_path / "server.pem"))
    await trusting.start()
    with GatewayDouble(server) as double:
        double.behave("status", 204, b"")
        now = datetime.now(UTC)
        [told] = await ask(patient(public_url=double.url, http=trusting, clock=lambda: now))
    await trusting.close()
    assert told.code == code
    assert code != "public_certificate_ends" or f"in {days} days" in told.sentence
