"""One pair of replicas for all tests here, on each database: every test brings people of its own."""

import logging
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
import structlog

from tests.cheap_passwords import CHEAP
from tests.races.replicas import Replicas, open_replicas
from watchword import passwords


@pytest.fixture(autouse=True)
def quiet_and_quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    monkeypatch.setattr(passwords, "_hasher", CHEAP)
    yield
    structlog.reset_defaults()


@pytest_asyncio.fixture(scope="session", loop_scope="session", params=["sqlite", "postgresql"])
async def replicas(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Replicas]:
    data_dir = tmp_path_factory.mktemp("replicas")
    async with open_replicas(request.param, data_dir) as opened:
        yield opened
