"""An authentik over HTTP, and a fresh database to import into."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.cheap_passwords import cheap_passwords as cheap_passwords
from tests.doubles.authentik import Authentik, serving
from tests.unit.migration.imports import Imports, start_once
from tests.unit.migration.world import lists


@pytest.fixture(scope="session")
def started(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of an installation that has started once."""
    path = tmp_path_factory.mktemp("started") / "watchword.db"
    asyncio.run(start_once(path))
    return path


@pytest.fixture
def authentik() -> Iterator[Authentik]:
    with serving(Authentik(lists(), page_size=5)) as served:
        yield served


@pytest.fixture
async def imports(authentik: Authentik, started: Path, tmp_path: Path) -> AsyncIterator[Imports]:
    async with Imports.opened(authentik, started, tmp_path / "watchword.db") as opened:
        yield opened
