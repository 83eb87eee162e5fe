"""The console, and an administrator who is signed in."""

from collections.abc import Iterator

import pytest

from tests.doubles.gateway import GatewayDouble
from tests.people import OTHER
from tests.unit.web.api.caller import ApiCaller
from tests.unit.web.api.conftest import ADMIN, with_tokens
from tests.unit.web.client import Visitor
from tests.unit.web.house import House
from tests.unit.web.test_devices import user
from watchword.administration.superusers import make_administrator


@pytest.fixture
async def admin(house: House, other: Visitor) -> Visitor:
    """The other user, once he is one."""
    found = await user(house, OTHER)
    await house.services.database.run(make_administrator, found)
    return other


@pytest.fixture
async def api(house: House) -> ApiCaller:
    """With the administrator's token."""
    return ApiCaller(await with_tokens(house), ADMIN)


@pytest.fixture
def double() -> Iterator[GatewayDouble]:
    with GatewayDouble() as double:
        yield double
