"""A gateway double, and a client that is quick to give up."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.doubles.gateway import GatewayDouble
from watchword.gateways.http import HttpClient


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
async def impatient() -> AsyncIterator[HttpClient]:
    client = HttpClient(timeout=0.3)
    await client.start()
    yield client
    await client.close()
