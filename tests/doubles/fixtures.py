"""The gateway double as tests ask for it."""

from collections.abc import Iterator

import pytest

from tests.doubles.gateway import GatewayDouble


@pytest.fixture(scope="session")
def shared_double() -> Iterator[GatewayDouble]:
    with GatewayDouble() as double:
        yield double


@pytest.fixture
def double(shared_double: GatewayDouble) -> GatewayDouble:
    """The gateway, in a good mood and with nothing received."""
    shared_double.reset()
    return shared_double


@pytest.fixture
def elsewhere() -> Iterator[GatewayDouble]:
    """A server that nothing should ever be sent to."""
    with GatewayDouble() as double:
        yield double
        assert double.requests == []
