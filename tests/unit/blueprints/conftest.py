"""A bench to apply blueprints on."""

from collections.abc import AsyncIterator

import pytest

from tests.unit.blueprints.bench import Bench


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    made = await Bench().open()
    yield made
    await made.database.close()


@pytest.fixture
async def elsewhere() -> AsyncIterator[Bench]:
    """Another server, empty."""
    made = await Bench().open()
    yield made
    await made.database.close()
