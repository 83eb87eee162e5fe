"""A double of a provider, and each gateway in front of it."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.contract.gateways import carriers
from tests.contract.gateways.carriers import REAL, Carrier
from tests.doubles.fixtures import elsewhere as elsewhere
from tests.doubles.gateway import GatewayDouble
from watchword.gateways.base import GatewaySettings
from watchword.gateways.http import HttpClient
from watchword.gateways.sender import Sender

KINDS = ["console", "demo", "generic", "memory", "twilio"]


@pytest.fixture
def double() -> Iterator[GatewayDouble]:
    with GatewayDouble() as double:
        yield double


@pytest.fixture
async def http() -> AsyncIterator[HttpClient]:
    client = HttpClient(timeout=5.0)
    await client.start()
    yield client
    await client.close()


@pytest.fixture
def sender(http: HttpClient) -> Sender:
    return Sender(http)


@pytest.fixture
async def impatient() -> AsyncIterator[Sender]:
    http = HttpClient(timeout=0.3)
    await http.start()
    yield Sender(http)
    await http.close()


@pytest.fixture(params=sorted(REAL))
def settings(request: pytest.FixtureRequest, double: GatewayDouble) -> GatewaySettings:
    """Of each gateway that speaks HTTP, to the double."""
    return REAL[request.param](double.url)


@pytest.fixture(params=KINDS)
def carrier(request: pytest.FixtureRequest, http: HttpClient, double: GatewayDouble) -> Carrier:
    match request.param:
        case "console":
            return carriers.console(http)
        case "demo":
            return carriers.demo(http)
        case "generic":
            return carriers.generic(http, double)
        case "memory":
            return carriers.memory(http)
        case "twilio":
            return carriers.twilio(http, double)
        case kind:
            raise AssertionError(f"The gateway {kind} has no carrier.")
