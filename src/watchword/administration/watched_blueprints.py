"""The files of the watched directory become what is configured: at start, and whenever one changes."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import NamedTuple

import structlog

from watchword.administration.blueprints import allowed_environment, outline
from watchword.administration.watched_outcomes import Attempt, failed, keep, let_go, once
from watchword.blueprints.file import apply_text
from watchword.blueprints.folder import WATCHED, Folder, WatchedFile, reader
from watchword.blueprints.problems import BlueprintInvalid
from watchword.clock import Clock
from watchword.errors import Invalid, WatchwordError
from watchword.keyring import Keyring
from watchword.stages.catalogue import CATALOGUE
from watchword.storage.blueprint_instances import BlueprintInstance, list_instances
from watchword.storage.database import Database

log = structlog.get_logger(__name__)

NOT_BY_ITSELF = "blueprints.goauthentik.io/instantiate"
"""A file with this label, "false", is not applied until somebody makes an instance of it."""


class Means(NamedTuple):
    """`changed` is called after something was applied."""

    database: Database
    keyring: Keyring
    clock: Clock
    changed: Callable[[], Awaitable[object]] | None = None


class WatchedBlueprints:
    """Several servers may watch copies of one directory: each content is applied by the first that sees it. A server
    acts when its own copy changes, so that two with different copies do not take turns.
    """

    def __init__(self, directory: Path, means: Means) -> None:
        self._directory = directory
        self._means = means
        self._folder = Folder(directory)
        self._there: set[str] = set()
        self._done: dict[str, str] = {}
        """The digest that was tried last, by the instance's pk."""

    async def sweep(self, *, start: bool = False) -> None:
        """At the start everything is applied, for the environment may have changed. Raises `DatabaseUnavailable`."""
        try:
            files = await asyncio.to_thread(self._folder.scan)
        except OSError as error:
            log.warning("blueprints_dir_unreadable", reason=error.strerror)
            return
        known = await self._means.database.read(list_instances, under=WATCHED)
        there = {file.path for file in files}
        await self._let_go({one.path for one in known} - there if start else self._there - there)
        self._there = there
        for file in (file for file in files if file.settled):
            for instance in await self._instances(file, known):
                await self._applied(instance, file, start=start)

    async def _let_go(self, paths: set[str]) -> None:
        if paths:
            for instance in await self._means.database.run(let_go, paths):
                self._done.pop(instance.pk, None)
                log.warning("blueprint_orphaned", blueprint=instance.name)

    async def _instances(self, file: WatchedFile, known: list[BlueprintInstance]) -> list[BlueprintInstance]:
        own = [instance for instance in known if instance.path == file.path]
        said = outline(file.text) if file.text else None
        if own or (said and said.labels.get(NOT_BY_ITSELF, "").lower() == "false"):
            return own
        return await self._means.database.run(keep, file.path, self._means.clock())

    async def _applied(self, instance: BlueprintInstance, file: WatchedFile, *, start: bool) -> None:
        if not instance.enabled:
            self._done.pop(instance.pk, None)
            return
        if self._done.get(instance.pk) == file.digest:
            return
        attempt = Attempt(instance.pk, instance.name, file.path, file.digest, self._means.clock(), start)
        if attempt.wanted(instance):
            await self._tried(instance, file, attempt)
        self._done[instance.pk] = file.digest

    async def _tried(self, instance: BlueprintInstance, file: WatchedFile, attempt: Attempt) -> None:
        means = self._means
        try:
            if file.problem:
                raise Invalid(file.problem)
            await apply_text(
                means.database,
                file.text,
                name=file.name,
                catalogue=CATALOGUE,
                keyring=means.keyring,
                author=f"blueprint {instance.name}",
                clock=means.clock,
                env=allowed_environment(),
                context=instance.context,
                read_file=reader(self._directory),
                watched=self._directory,
                around=once(attempt),
            )
        except Invalid as error:
            problems = [str(one) for one in error.problems] if isinstance(error, BlueprintInvalid) else [error.message]
            await means.database.run(failed, attempt, problems)
            log.error("blueprint_failed", blueprint=instance.name, reason=problems[0] if problems else error.code)
        else:
            log.info("blueprint_applied", blueprint=instance.name)
            if means.changed:
                await means.changed()


class BlueprintWatcher:
    """Looks every few seconds, as long as the server runs."""

    EVERY_SECONDS = 2.0

    def __init__(self, watched: WatchedBlueprints) -> None:
        self._watched = watched
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            try:
                await self._watched.sweep()
            except WatchwordError as error:
                log.warning("blueprints_not_watched", reason=error.code)
            await asyncio.sleep(self.EVERY_SECONDS)
