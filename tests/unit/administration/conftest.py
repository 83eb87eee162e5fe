"""The office of whoever administers."""

from collections.abc import AsyncIterator

import pytest

from tests.unit.administration.bench import Office, open_office
from tests.unit.engine.fixtures import engine, quick, shared_database

__all__ = ["engine", "office", "quick", "shared_database"]


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    async with open_office() as office:
        yield office
