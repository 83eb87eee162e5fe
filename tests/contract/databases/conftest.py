"""Every test here runs on SQLite and on PostgreSQL, each with a database of its own."""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.postgres import empty_database, refill
from watchword.storage.database import Database, open_database
from watchword.storage.migrate import migrate


@pytest.fixture
def empty_postgres() -> Iterator[str]:
    """The address of a database without tables, dropped afterwards."""
    with empty_database() as url:
        yield url


@pytest.fixture(scope="session")
def migrated_postgres() -> Iterator[str]:
    with empty_database() as url:
        migrate(url)
        yield url


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("migrated") / "watchword.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database that no migration has seen."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    url: str = request.getfixturevalue("empty_postgres")
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A migrated database without rows."""
    if request.param == "sqlite":
        copy = shutil.copy(request.getfixturevalue("migrated_sqlite"), tmp_path / "watchword.db")
        return f"sqlite:///{copy}"
    return refill(request.getfixturevalue("migrated_postgres"))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = open_database(database_url)
    yield opened
    await opened.close()


@pytest.fixture
def postgres_url(migrated_postgres: str) -> str:
    return refill(migrated_postgres)


@pytest.fixture
async def postgres(postgres_url: str) -> AsyncIterator[Database]:
    """For what only PostgreSQL can go through."""
    opened = open_database(postgres_url)
    yield opened
    await opened.close()
