"""An authentik over HTTP, and a fresh database to import into."""

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from tests.cheap_passwords import cheap_passwords as cheap_passwords
from tests.doubles.authentik import Authentik, serving
from tests.unit.migration.imports import Imports
from tests.unit.migration.world import lists
from watchword.storage.migrate import migrate

Fresh = Callable[[], Imports]


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("migrated") / "watchword.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def authentik() -> Iterator[Authentik]:
    with serving(Authentik(lists())) as served:
        yield served


@pytest.fixture
async def imports(authentik: Authentik, migrated: Path, tmp_path: Path) -> AsyncIterator[Imports]:
    async with Imports.opened(authentik, migrated, tmp_path / "watchword.db") as opened:
        yield opened
