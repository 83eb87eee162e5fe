"""A house for each test, and the three people at its door."""

import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path

import pytest
import structlog

from tests.cheap_passwords import cheap_passwords as cheap_passwords
from tests.databases import Kind, database_settings
from tests.people import OTHER, OWNER
from tests.unit.web.client import Visitor
from tests.unit.web.house import House, Prepared, open_house, prepare

OpenHouse = Callable[..., AbstractAsyncContextManager[House]]


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Drawing the lines of a thousand requests takes longer than answering them."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def prepared(database_kind: Kind, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prepared]:
    with database_settings(database_kind) as environment:
        yield prepare(tmp_path_factory.mktemp("prepared") / "data", environment)


@pytest.fixture
def opened(prepared: Prepared, tmp_path: Path) -> OpenHouse:
    """For tests that need other settings: `async with opened(public_url=...) as house`."""
    return partial(open_house, prepared, tmp_path / "data")


@pytest.fixture
async def house(opened: OpenHouse) -> AsyncIterator[House]:
    async with opened() as house:
        yield house


@pytest.fixture
async def owner(house: House) -> Visitor:
    return await house.signed_in(OWNER)


@pytest.fixture
async def other(house: House) -> Visitor:
    return await house.signed_in(OTHER)


@pytest.fixture
def stranger(house: House) -> Visitor:
    return house.visitor()
