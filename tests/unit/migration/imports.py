"""Imports into a database of its own, and looks at what is there then."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from tests.doubles.authentik import TOKEN, Authentik
from watchword.bootstrap import bootstrap
from watchword.gateways.http import HttpClient
from watchword.keyring import Keyring
from watchword.migration.options import Options
from watchword.migration.remote import LARGEST, PEER, Remote
from watchword.migration.report import Line, Report
from watchword.migration.run import import_from
from watchword.migration.source import Source, read_source
from watchword.model.base import ConfigObject
from watchword.model.snapshot import Snapshot
from watchword.settings import load
from watchword.stages.catalogue import CATALOGUE
from watchword.storage.config import load_objects, save_changes
from watchword.storage.database import Database, open_database
from watchword.storage.migrate import migrate
from watchword.storage.tables import metadata

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SECRET_KEY = "a secret key of these tests, long enough"
MOVING = frozenset({"event", "throttle"})
"""Tables that only tell of what happened."""

State = dict[str, list[tuple[Any, ...]]]


class Imports:
    def __init__(self, authentik: Authentik, database: Database) -> None:
        self.authentik = authentik
        self.database = database
        self.keyring = Keyring(SECRET_KEY)
        self.waited: list[float] = []
        self.told: list[tuple[str, int, int]] = []

    @classmethod
    @asynccontextmanager
    async def opened(cls, authentik: Authentik, started: Path, path: Path) -> AsyncIterator["Imports"]:
        """On a copy of an installation that has started once."""
        shutil.copy(started, path)
        database = open_database(f"sqlite:///{path}")
        try:
            yield cls(authentik, database)
        finally:
            await database.close()

    async def run(self, *, token: str = TOKEN, **options: Any) -> Report:
        async with self.remote(token) as remote:
            return await import_from(remote, self.database, self._options(**options), progress=self._tell)

    async def read(self) -> Source:
        """What would be imported."""
        async with self.remote(TOKEN) as remote:
            return await read_source(remote, self._options(), self._tell)

    @asynccontextmanager
    async def remote(self, token: str) -> AsyncIterator[Remote]:
        http = HttpClient(timeout=5.0, peer=PEER, largest=LARGEST)
        await http.start()
        try:
            yield Remote(http, self.authentik.url, token, sleep=self._sleep)
        finally:
            await http.close()

    def _options(self, **options: Any) -> Options:
        return Options(keyring=self.keyring, clock=lambda: NOW, **options)

    async def _sleep(self, seconds: float) -> None:
        self.waited.append(seconds)
        await asyncio.sleep(0)

    def _tell(self, what: str, done: int, count: int) -> None:
        self.told.append((what, done, count))

    async def state(self) -> State:
        """Every row of every table but those that only tell of it."""
        return await self.database.read(_rows)

    async def configuration(self) -> Snapshot:
        return Snapshot(await self.database.read(load_objects, CATALOGUE, self.keyring))

    async def put(self, *objects: ConfigObject) -> None:
        """As an administrator changes it here."""

        def work(conn: Connection) -> None:
            save_changes(
                conn,
                put=objects,
                remove=[],
                catalogue=CATALOGUE,
                keyring=self.keyring,
                author="olivia",
                summary="By hand",
                now=NOW,
            )

        await self.database.run(work)


async def start_once(path: Path) -> None:
    settings = load({"WATCHWORD_SECRET_KEY": SECRET_KEY}, data_dir=path.parent)
    migrate(f"sqlite:///{path}")
    database = open_database(f"sqlite:///{path}")
    await bootstrap(settings, database, demo=False, clock=lambda: NOW)
    await database.close()


def _rows(conn: Connection) -> State:
    tables = [table for table in metadata.sorted_tables if table.name not in MOVING]
    return {table.name: sorted(map(tuple, conn.execute(select(table))), key=repr) for table in tables}


def timeless(state: State) -> State:
    """Without the number of a revision and how secrets were sealed: each time anew."""
    kept = {name: rows for name, rows in state.items() if name not in ("config_revision", "config_object")}
    objects = [(row[0], row[1], {**row[2], "auth": ""}) for row in state["config_object"]]
    return {**kept, "config_object": sorted(objects, key=repr)}


def line(report: Report, kind: str, label: str) -> Line:
    """The one line about something."""
    (found,) = [one for one in report.lines if one.kind == kind and one.label == label]
    return found
