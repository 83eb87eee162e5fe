"""Wherever an import ends, nothing is half there, and the next run comes to the same as one that was never stopped."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from tests.doubles.authentik import Authentik
from tests.unit.migration.imports import Imports, timeless
from watchword.migration import devices, users
from watchword.migration.remote import TRIES, ImportFailed
from watchword.storage.database import Database

DOWN = 503, b"down", "Content-Type: text/plain"


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(users, "BATCH", 3)
    monkeypatch.setattr(devices, "BATCH", 2)


async def _requests(imports: Imports) -> int:
    await imports.run(dry=True)
    return len(imports.authentik.asked)


async def test_authentik_dies_at_any_request_and_nothing_has_changed(imports: Imports) -> None:
    before, count = await imports.state(), await _requests(imports)
    assert count > 30
    for dying in range(count):
        seen = 0

        def fault(_: str, __: int, dying: int = dying) -> Any:
            nonlocal seen
            seen += 1
            return DOWN if seen > dying else None

        imports.authentik.fault = fault
        with pytest.raises(ImportFailed):
            await imports.run()
        assert await imports.state() == before, f"at request {dying}"


async def test_authentik_stumbles_at_any_request_and_the_import_is_the_same(imports: Imports) -> None:
    count = await _requests(imports)
    whole = await imports.read()
    for stumbling in range(count):
        seen = 0

        def fault(_: str, __: int, stumbling: int = stumbling) -> Any:
            nonlocal seen
            seen += 1
            return DOWN if stumbling < seen < stumbling + TRIES else None

        imports.authentik.fault = fault
        assert await imports.read() == whole


class Stopping:
    """Somebody presses Ctrl-C after some units of work, at the end of the next."""

    def __init__(self, database: Database, after: int) -> None:
        self._database, self._left = database, after

    async def run(self, fn: Callable[..., Any], *arguments: Any) -> Any:
        self._left -= 1
        if self._left >= 0:
            return await self._database.run(fn, *arguments)

        def broken(conn: Connection) -> None:
            fn(conn, *arguments)
            raise asyncio.CancelledError

        return await self._database.run(broken)


async def test_it_is_stopped_at_any_transaction_and_the_next_run_completes_it(
    authentik: Authentik, started: Path, tmp_path: Path, small_batches: None
) -> None:
    async with Imports.opened(authentik, started, tmp_path / "whole.db") as imports:
        await imports.run()
        whole = timeless(await imports.state())
    stop = 0
    while True:
        async with Imports.opened(authentik, started, tmp_path / f"{stop}.db") as imports:
            database, imports.database = imports.database, Stopping(imports.database, stop)  # type: ignore[assignment] # it does what a Database does
            try:
                await imports.run()
                assert stop > 5
                return
            except asyncio.CancelledError:
                pass
            finally:
                imports.database = database
            await imports.run()
            assert timeless(await imports.state()) == whole, f"stopped at transaction {stop}"
        stop += 1


async def test_a_user_never_comes_without_his_groups(imports: Imports, small_batches: None) -> None:
    database, imports.database = imports.database, Stopping(imports.database, 3)  # type: ignore[assignment] # it does what a Database does
    with pytest.raises(asyncio.CancelledError):
        await imports.run()
    imports.database = database
    state = await imports.state()
    assert 0 < len(state["users"]) < 8
    assert len(state["membership"]) == len(state["users"])
