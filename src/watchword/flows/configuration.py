"""The snapshot in force, kept up with what other processes change."""

import asyncio
from collections.abc import Mapping

import structlog

from watchword.errors import WatchwordError
from watchword.keyring import Keyring
from watchword.model.base import ConfigObject
from watchword.model.snapshot import Snapshot
from watchword.storage.config import load_objects, load_revision
from watchword.storage.database import Database

log = structlog.get_logger(__name__)

Catalogue = Mapping[str, type[ConfigObject]]

POLL_SECONDS = 1.0
"""How often other processes' changes are looked for; they are in force within twice this."""


class Configuration:
    def __init__(self, database: Database, catalogue: Catalogue, keyring: Keyring) -> None:
        self._database = database
        self._catalogue = catalogue
        self._keyring = keyring
        self._watcher: asyncio.Task[None] | None = None
        self.snapshot = Snapshot()

    async def refresh(self) -> bool:
        """Takes over a newer revision; True where there was one. Raises `ConfigurationInvalid`."""
        revision = await self._database.read(load_revision)
        if revision == self.snapshot.revision:
            return False
        objects = await self._database.read(load_objects, self._catalogue, self._keyring)
        self.snapshot = Snapshot(objects, revision)
        return True

    async def start(self) -> None:
        await self.refresh()
        self._watcher = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        if self._watcher:
            self._watcher.cancel()
            await asyncio.gather(self._watcher, return_exceptions=True)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(POLL_SECONDS)
            try:
                if await self.refresh():
                    log.info("configuration_refreshed", revision=self.snapshot.revision)
            except WatchwordError as error:
                log.error("configuration_not_refreshed", reason=error.code)
