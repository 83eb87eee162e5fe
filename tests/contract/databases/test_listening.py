"""A change made by one process is in force in the other: by PostgreSQL's word, and without it by looking."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import psycopg
import pytest

from tests.contract.databases.make import NOW
from tests.contract.databases.test_postgresql import NOWHERE
from watchword.errors import Conflict, DatabaseUnavailable
from watchword.flows import configuration as module
from watchword.flows.configuration import Changes, Configuration
from watchword.keyring import Keyring
from watchword.model.flow import Flow
from watchword.stages.catalogue import CATALOGUE
from watchword.storage.config import CHANGED
from watchword.storage.database import Database, open_database
from watchword.storage.listening import listening

KEYRING = Keyring("k" * 32)
FOREVER = 3_600.0
LISTENERS = "FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'"


@asynccontextmanager
async def running(url: str, *, listens: bool = True) -> AsyncIterator[Configuration]:
    """As an application of its own has it."""
    database = open_database(url)
    made = Configuration(database, CATALOGUE, KEYRING, listening(url, CHANGED) if listens else None)
    await made.start()
    try:
        yield made
    finally:
        await made.stop()
        await database.close()


async def change(configuration: Configuration, slug: str) -> None:
    flow = Flow(name=slug, slug=slug, title="One", designation="recovery")
    await configuration.change(lambda _: Changes([flow], [], "A change"), author="mia", now=NOW)


async def until(condition: Callable[[], bool]) -> None:
    for _ in range(1_000):
        if condition():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("It never came to pass.")


def ask(url: str, query: str) -> int:
    with psycopg.connect(url, autocommit=True) as conn:
        return int((conn.execute(query.encode()).fetchone() or [0])[0])


async def listeners(url: str, number: int) -> None:
    """Waits until so many listen."""
    await until(lambda: ask(url, f"SELECT count(*) {LISTENERS}") == number)


def cut_off(url: str) -> None:
    assert ask(url, f"SELECT count(pg_terminate_backend(pid, 5000)) {LISTENERS}") == 1


async def test_a_change_is_announced(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "POLL_SECONDS", FOREVER)
    async with running(postgres_url) as here, running(postgres_url) as there:
        await listeners(postgres_url, 2)
        await change(here, "one")
        await until(lambda: there.snapshot.flow("one") is not None)
        await change(there, "two")
        await until(lambda: here.snapshot.flow("two") is not None)


async def test_while_nothing_can_be_heard_each_looks_for_itself(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "POLL_SECONDS", 0.05)
    monkeypatch.setattr(module, "LISTEN_AGAIN_SECONDS", FOREVER)
    async with running(postgres_url, listens=False) as here, running(postgres_url) as there:
        await listeners(postgres_url, 1)
        cut_off(postgres_url)
        await listeners(postgres_url, 0)
        await change(here, "one")
        await until(lambda: there.snapshot.flow("one") is not None)
        assert ask(postgres_url, f"SELECT count(*) {LISTENERS}") == 0


async def test_it_listens_again_and_takes_over_what_it_missed(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "POLL_SECONDS", FOREVER)
    monkeypatch.setattr(module, "LISTEN_AGAIN_SECONDS", 0.2)
    async with running(postgres_url, listens=False) as here, running(postgres_url) as there:
        await listeners(postgres_url, 1)
        cut_off(postgres_url)
        await change(here, "one")
        await until(lambda: there.snapshot.flow("one") is not None)
        await listeners(postgres_url, 1)
        await change(here, "two")
        await until(lambda: there.snapshot.flow("two") is not None)


async def test_a_change_that_comes_to_nothing_is_not_announced(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = [0]
    async with running(postgres_url, listens=False) as here:
        listen = listening(postgres_url, CHANGED)
        assert listen is not None
        announcements = listen()
        await anext(announcements)

        async def hear() -> None:
            async for _ in announcements:
                heard[0] += 1

        hearing = asyncio.create_task(hear())
        with pytest.raises(Conflict):
            await here.change(lambda _: Changes([], [], "x", work=_refuse), author="mia", now=NOW)
        await change(here, "one")
        await until(lambda: heard[0] > 0)
        await change(here, "one-more")
        await until(lambda: heard[0] == 2)
        hearing.cancel()
        await asyncio.gather(hearing, return_exceptions=True)


def _refuse(_: object) -> None:
    raise Conflict


async def test_stopping_leaves_no_connection(postgres_url: str) -> None:
    async with running(postgres_url):
        await listeners(postgres_url, 1)
    await listeners(postgres_url, 0)


async def test_a_server_that_is_away_cannot_be_listened_to() -> None:
    listen = listening(NOWHERE, CHANGED)
    assert listen is not None
    with pytest.raises(DatabaseUnavailable):
        await anext(listen())


async def test_sqlite_has_nobody_to_listen_to(database: Database, database_url: str) -> None:
    assert (listening(database_url, CHANGED) is None) == (database.dialect == "sqlite")
