"""An engine for each test, with the owner and another user in it."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
from sqlalchemy import Connection, delete

from tests.cheap_passwords import CHEAP
from tests.databases import POOL, Kind, database_settings
from tests.people import OTHER, OWNER
from tests.unit.engine.engine import Engine, open_engine
from tests.unit.engine.visitor import Visitor
from watchword import passwords
from watchword.stages.authenticator_sms import sending
from watchword.storage.database import Database, open_database
from watchword.storage.migrate import migrate
from watchword.storage.tables import metadata


@pytest.fixture(scope="session")
def shared_database(database_kind: Kind, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Migrated as a server does it. One for all tests, for each database compiles its statements anew."""
    with database_settings(database_kind) as settings:
        file = tmp_path_factory.mktemp("engine") / "watchword.db"
        url = settings.get("WATCHWORD_DATABASE_URL", f"sqlite:///{file}")
        migrate(url)
        database = open_database(url, pool=POOL)
        yield database
        asyncio.run(database.close())


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without what costs time on purpose: the work of hashing a password, and of pretending to send."""
    monkeypatch.setattr(passwords, "_hasher", CHEAP)
    monkeypatch.setattr(sending, "DECOY_SECONDS", 0.0)


@pytest.fixture
async def engine(quick: None, shared_database: Database) -> AsyncIterator[Engine]:
    await shared_database.run(empty)
    async with open_engine(shared_database) as made:
        for person in (OWNER, OTHER):
            await made.add_user(person)
        yield made
    if shared_database.dialect == "postgresql":  # connections belong to a test's event loop
        await shared_database.close()


def empty(conn: Connection) -> None:
    for table in reversed(metadata.sorted_tables):
        conn.execute(delete(table))


@pytest.fixture
async def owner(engine: Engine) -> Visitor:
    return await engine.visitor(OWNER)


@pytest.fixture
async def other(engine: Engine) -> Visitor:
    return await engine.visitor(OTHER)


@pytest.fixture
async def stranger(engine: Engine) -> Visitor:
    return await engine.visitor()
