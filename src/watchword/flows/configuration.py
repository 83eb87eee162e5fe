"""The snapshot in force, kept up with what other processes change."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import aclosing, suppress
from datetime import datetime
from typing import NamedTuple

import structlog
from sqlalchemy import Connection

from watchword.errors import WatchwordError
from watchword.keyring import Keyring
from watchword.model.base import ConfigObject
from watchword.model.snapshot import Snapshot
from watchword.storage.config import Listen, load_objects, load_revision, lock_configuration, save_changes
from watchword.storage.database import Database

log = structlog.get_logger(__name__)

Catalogue = Mapping[str, type[ConfigObject]]

POLL_SECONDS = 1.0
"""How often other processes' changes are looked for; they are in force within twice this, also where no announcement
of them is heard.
"""
LISTEN_AGAIN_SECONDS = 5.0
STOP_SECONDS = 5.0


class Changes(NamedTuple):
    put: list[ConfigObject]
    remove: list[str]
    summary: str
    work: Callable[[Connection], None] | None = None
    """What else is to happen in the same transaction; what it raises undoes all."""


class Configuration:
    def __init__(
        self, database: Database, catalogue: Catalogue, keyring: Keyring, listen: Listen | None = None
    ) -> None:
        """Where `listen` is given, a change is looked for as soon as it is announced, and not at the next turn."""
        self._database = database
        self._catalogue = catalogue
        self._keyring = keyring
        self._listen = listen
        self._announced = asyncio.Event()
        self._over = False
        self._tasks: list[asyncio.Task[None]] = []
        self._changing = asyncio.Lock()
        self.snapshot = Snapshot()

    async def refresh(self) -> bool:
        """Takes over a newer revision; True where there was one. Raises `ConfigurationInvalid`."""
        before = self.snapshot
        revision = await self._database.read(load_revision)
        if revision == before.revision:
            return False
        fresh = Snapshot(await self._database.read(load_objects, self._catalogue, self._keyring), revision)
        if self.snapshot is not before:  # a change made here meanwhile is newer than what was read
            return False
        self.snapshot = fresh
        return True

    async def change(self, make: Callable[[Snapshot], Changes], *, author: str, now: datetime) -> Snapshot:
        """The snapshot with the changes, in force here at once.

        `make` decides on what stands there when nobody else can change it any more; after a deadlock it may be called
        again. Raises what it raises, what its work raises, and `ConfigurationInvalid` where the whole would not be
        valid.
        """
        async with self._changing:
            after = await self._database.run(self._change, make, self.snapshot, author, now)
            if after.revision > self.snapshot.revision:
                self.snapshot = after
            return after

    def _change(
        self, conn: Connection, make: Callable[[Snapshot], Changes], known: Snapshot, author: str, now: datetime
    ) -> Snapshot:
        lock_configuration(conn)
        before = self._newest(conn, known)
        changes = make(before)
        after = before.changed(changes.put, changes.remove)
        revision = save_changes(
            conn,
            put=changes.put,
            remove=changes.remove,
            catalogue=self._catalogue,
            keyring=self._keyring,
            author=author,
            summary=changes.summary,
            now=now,
            expected_revision=before.revision,
        )
        if changes.work:
            changes.work(conn)
        return after.changed(revision=revision)

    def _newest(self, conn: Connection, known: Snapshot) -> Snapshot:
        revision = load_revision(conn)
        if revision == known.revision:
            return known
        return Snapshot(load_objects(conn, self._catalogue, self._keyring), revision)

    async def start(self) -> None:
        await self.refresh()
        self._tasks = [asyncio.create_task(self._watch())]
        if self._listen:
            self._tasks.append(asyncio.create_task(self._hear(self._listen)))

    async def stop(self) -> None:
        """A look that is under way is let end: broken off, it would leave a connection behind."""
        self._over = True
        self._announced.set()
        if not self._tasks:
            return
        watching, *hearing = self._tasks
        for task in hearing:
            task.cancel()
        await asyncio.wait({watching}, timeout=STOP_SECONDS)
        watching.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _hear(self, listen: Listen) -> None:
        """Begins again for as long as the server runs: meanwhile the turns go on."""
        while True:
            try:
                async with aclosing(listen()) as announcements:
                    async for _ in announcements:
                        self._announced.set()
            except WatchwordError as error:
                log.warning("configuration_not_heard", reason=error.code)
            await asyncio.sleep(LISTEN_AGAIN_SECONDS)

    async def _watch(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL_SECONDS):
                    await self._announced.wait()
            if self._over:
                return
            self._announced.clear()
            try:
                if await self.refresh():
                    log.info("configuration_refreshed", revision=self.snapshot.revision)
            except WatchwordError as error:
                log.error("configuration_not_refreshed", reason=error.code)
