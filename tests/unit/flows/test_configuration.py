"""The snapshot in force: kept up with what other processes change, and never exchanged for one that is not valid."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, insert, update

from tests.unit.engine.engine import Engine
from tests.unit.engine.flows import flow
from watchword.errors import ConfigurationInvalid, DatabaseUnavailable
from watchword.flows import configuration as module
from watchword.flows.configuration import Configuration
from watchword.stages.catalogue import CATALOGUE
from watchword.storage.tables import config_objects, config_revisions

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
async def elsewhere(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Configuration]:
    """What another process has in force; it looks for changes all the time."""
    monkeypatch.setattr(module, "POLL_SECONDS", 0.0)
    services = engine.services
    made = Configuration(services.database, CATALOGUE, services.keyring)
    await made.start()
    yield made
    await made.stop()


async def until(condition: Callable[[], bool]) -> None:
    for _ in range(10_000):
        if condition():
            return
        await asyncio.sleep(0)
    raise AssertionError("It never came to pass.")


def spoil(conn: Connection) -> None:
    """As a newer version of the program might leave it."""
    conn.execute(update(config_objects).values(model="authentik_stages_new.newstage"))
    conn.execute(insert(config_revisions).values(created=LONG_AGO, author="x", summary="", changes=[]))


def mend(conn: Connection) -> None:
    conn.execute(update(config_objects).values(model="authentik_flows.flow"))


def test_changes_are_in_force_within_two_seconds() -> None:
    """A look that has just missed a change is followed by one that has not."""
    assert 0 < module.POLL_SECONDS * 2 <= 2


async def test_it_begins_with_what_is_stored(engine: Engine) -> None:
    await engine.install(flow())
    services = engine.services
    made = Configuration(services.database, CATALOGUE, services.keyring)
    assert made.snapshot.flow("enrol") is None
    assert await made.refresh() is True
    assert made.snapshot.flow("enrol") is not None
    assert made.snapshot.revision == services.configuration.snapshot.revision
    assert await made.refresh() is False


async def test_another_process_follows(engine: Engine, elsewhere: Configuration) -> None:
    objects = flow(title="One")
    await engine.install(objects)
    await until(lambda: elsewhere.snapshot.flow("enrol") is not None)
    await engine.install([], remove=[objects[0].pk])
    await until(lambda: elsewhere.snapshot.flow("enrol") is None)


async def test_what_is_not_valid_never_comes_into_force_and_ends_no_watch(
    engine: Engine, elsewhere: Configuration
) -> None:
    await engine.install(flow())
    await until(lambda: elsewhere.snapshot.flow("enrol") is not None)
    before = elsewhere.snapshot
    await engine.services.database.run(spoil)
    with pytest.raises(ConfigurationInvalid):
        await elsewhere.refresh()
    for _ in range(20):
        await asyncio.sleep(0)
    assert elsewhere.snapshot is before
    await engine.services.database.run(mend)
    await until(lambda: elsewhere.snapshot is not before)


async def test_a_database_that_is_away_for_a_while_ends_no_watch(
    engine: Engine, elsewhere: Configuration, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def away(_: Connection) -> int:
        asked.append(1)
        raise DatabaseUnavailable

    with monkeypatch.context() as patched:
        patched.setattr(module, "load_revision", away)
        await until(lambda: len(asked) > 2)
    await engine.install(flow())
    await until(lambda: elsewhere.snapshot.flow("enrol") is not None)


async def test_stopping_ends_the_watch(engine: Engine, elsewhere: Configuration) -> None:
    await elsewhere.stop()
    await engine.install(flow())
    for _ in range(20):
        await asyncio.sleep(0)
    assert elsewhere.snapshot.flow("enrol") is None
