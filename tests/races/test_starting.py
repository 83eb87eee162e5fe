"""Servers that start at the same moment on one empty database: all come up, and what one makes is there once."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path

import psycopg
import pytest

from tests.databases import database_settings
from tests.e2e.server import ServerProcess
from tests.unit.web.house import select_rows
from watchword.bootstrap import bootstrap
from watchword.settings import Settings, load
from watchword.storage.database import Database, open_database
from watchword.storage.schema import bring_up
from watchword.storage.tables import metadata

pytestmark = pytest.mark.asyncio(loop_scope="session")

FIRST = {"WATCHWORD_BOOTSTRAP_PASSWORD": "the first password", "WATCHWORD_BOOTSTRAP_TOKEN": "the first token's key"}


ONCE = (
    "SELECT 1 FROM users WHERE username = 'akadmin'",
    "SELECT 1 FROM token",
    "SELECT 1 FROM event WHERE action = 'administrator_created' AND username = 'akadmin'",
)


@asynccontextmanager
async def several(settings: Settings, count: int) -> AsyncIterator[list[Database]]:
    databases = [open_database(settings.database_url, pool=2) for _ in range(count)]
    try:
        yield databases
    finally:
        for database in databases:
            await database.close()


@pytest.mark.parametrize("demo", [False, True])
@pytest.mark.parametrize("count", [2, 4])
async def test_whoever_comes_first_the_first_administrator_is_made_once(tmp_path: Path, demo: bool, count: int) -> None:
    with database_settings("postgresql") as environment:
        settings = load({**environment, **FIRST}, data_dir=tmp_path)
        await asyncio.gather(*(asyncio.to_thread(bring_up, settings.database_url) for _ in range(count)))
        async with several(settings, count) as databases:
            await asyncio.gather(*(bootstrap(settings, database, demo=demo) for database in databases))
            made, tokens, welcomed = [await databases[0].read(select_rows, query, {}) for query in ONCE]
    assert (len(made), len(tokens), len(welcomed)) == (1, 1, 1)


async def test_two_servers_that_start_at_once_on_an_empty_database_both_come_up(tmp_path: Path) -> None:
    with database_settings("postgresql") as environment:
        servers = [ServerProcess(tmp_path / name, **environment, **FIRST) for name in ("one", "other")]
        with ThreadPoolExecutor() as pool:
            list(pool.map(ServerProcess.start, servers))
        try:
            with psycopg.connect(environment["WATCHWORD_DATABASE_URL"]) as conn:
                tables = conn.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
                admins = conn.execute("SELECT count(*) FROM users WHERE username = 'akadmin'").fetchone()
        finally:
            ended = [server.stop() for server in servers]
    assert {name for (name,) in tables} == {*metadata.tables, "alembic_version"}
    assert admins == (1,)
    assert ended == [0, 0]
    assert "Traceback" not in servers[0].output() + servers[1].output()
