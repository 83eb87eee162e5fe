"""Executions: one a session and flow, saved only over what was read."""

import pytest
from sqlalchemy import Connection

from tests.contract.databases.make import NOW, after, make_execution, make_session
from watchword.errors import Conflict
from watchword.storage.database import Database
from watchword.storage.executions import (
    ExecutionRow,
    end_execution,
    end_executions_of,
    load_execution,
    save_execution,
)
from watchword.storage.sessions import end_session


@pytest.fixture
async def session_id(database: Database) -> int:
    return (await database.run(make_session)).id


async def test_an_execution_comes_back_as_started(database: Database, session_id: int) -> None:
    state = bytes(range(256))
    row = await database.run(make_execution, session_id, state=state, expires=after(60))
    assert row == ExecutionRow(
        id="e" * 32,
        session_id=session_id,
        flow_pk="flow",
        version=1,
        state=state,
        created=NOW,
        expires=after(60),
    )
    assert await database.read(load_execution, session_id, "flow", after(59.9)) == row
    assert await database.read(load_execution, session_id, "flow", after(60)) is None
    assert await database.read(load_execution, session_id, "other", NOW) is None
    assert await database.read(load_execution, session_id + 1, "flow", NOW) is None


async def test_starting_replaces_the_run_of_the_same_session_and_flow_only(database: Database, session_id: int) -> None:
    other_session = (await database.run(make_session, "other")).id
    old = await database.run(make_execution, session_id, id="old")
    beside = await database.run(make_execution, session_id, id="beside", flow_pk="other")
    elsewhere = await database.run(make_execution, other_session, id="elsewhere")
    await database.run(save_execution, "old", old.version, b"further", after(60))
    new = await database.run(make_execution, session_id, id="new", state=b"new", now=after(9))
    assert await database.read(load_execution, session_id, "flow", NOW) == new
    assert (new.version, new.created) == (1, after(9))
    assert not await database.run(save_execution, "old", 2, b"late", after(60))
    assert await database.read(load_execution, session_id, "other", NOW) == beside
    assert await database.read(load_execution, other_session, "flow", NOW) == elsewhere


async def test_a_session_that_ended_meanwhile_starts_nothing(database: Database, session_id: int) -> None:
    await database.run(end_session, session_id)
    with pytest.raises(Conflict):
        await database.run(make_execution, session_id)


async def test_saving_counts_the_version_up(database: Database, session_id: int) -> None:
    row = await database.run(make_execution, session_id)
    assert await database.run(save_execution, row.id, 1, b"second", after(90))
    assert await database.run(save_execution, row.id, 2, b"third", after(120))
    saved = await database.read(load_execution, session_id, "flow", after(100))
    assert saved is not None
    assert (saved.version, saved.state, saved.created, saved.expires) == (3, b"third", NOW, after(120))


@pytest.mark.parametrize("version", [0, 1, 3])
async def test_nothing_is_saved_over_another_version(database: Database, session_id: int, version: int) -> None:
    row = await database.run(make_execution, session_id)
    await database.run(save_execution, row.id, 1, b"second", after(90))
    assert not await database.run(save_execution, row.id, version, b"lost", after(90))
    assert not await database.run(end_execution, row.id, version)
    kept = await database.read(load_execution, session_id, "flow", NOW)
    assert kept is not None
    assert (kept.version, kept.state) == (2, b"second")


async def test_an_execution_ends_once(database: Database, session_id: int) -> None:
    row = await database.run(make_execution, session_id)
    assert await database.run(end_execution, row.id, 1)
    assert not await database.run(end_execution, row.id, 1)
    assert not await database.run(save_execution, row.id, 1, b"late", after(90))
    assert await database.read(load_execution, session_id, "flow", NOW) is None


async def test_all_of_a_session_end_and_no_others(database: Database, session_id: int) -> None:
    def unit(conn: Connection) -> None:
        other = make_session(conn, "other").id
        for flow in ("one", "two"):
            make_execution(conn, session_id, id=flow, flow_pk=flow)
        make_execution(conn, other, id="three", flow_pk="one")
        assert end_executions_of(conn, session_id) == 2
        assert load_execution(conn, session_id, "one", NOW) is None
        assert load_execution(conn, other, "one", NOW) is not None

    await database.run(unit)
