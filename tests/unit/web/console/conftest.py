"""The console, and an administrator who is signed in."""

import pytest

from tests.people import OTHER
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
