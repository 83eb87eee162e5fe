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
from watchword.model.base import ConfigObject
from watchword.model.snapshot import Snapshot
from watchword.settings import load
from watchword.stages.catalogue import CATALOGUE
from watchword.storage.config import load_objects, save_changes
from watchword.storage.database import Database, open_database
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
    async def opened(cls, authentik: Authentik, migrated: Path, path: Path) -> AsyncIterator["Imports"]:
        """On an installation that has started once."""
        shutil.copy(migrated, path)
        database = open_database(f"sqlite:///{path}")
        try:
            await bootstrap(settings_of(path), database, demo=False, clock=lambda: NOW)
            yield cls(authentik, database)
        finally:
            await database.close()

    async def run(self, *, token: str = TOKEN, **options: Any) -> Report:
        http = HttpClient(timeout=5.0, peer=PEER, largest=LARGEST)
        await http.start()
        try:
            remote = Remote(http, self.authentik.url, token, sleep=self._sleep)
            chosen = Options(keyring=self.keyring, clock=lambda: NOW, **options)
            return await import_from(remote, self.database, chosen, progress=self._tell)
        finally:
            await http.close()

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


def settings_of(path: Path) -> Any:
    return load({"WATCHWORD_SECRET_KEY": SECRET_KEY}, data_dir=path.parent)


def _rows(conn: Connection) -> State:
    tables = [table for table in metadata.sorted_tables if table.name not in MOVING]
    return {table.name: sorted(map(tuple, conn.execute(select(table))), key=repr) for table in tables}


def line(report: Report, kind: str, label: str) -> Line:
    """The one line about something."""
    (found,) = [one for one in report.lines if one.kind == kind and one.label == label]
    return found
