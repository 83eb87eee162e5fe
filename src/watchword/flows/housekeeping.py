"""What goes on in the background: expired rows and old history are swept away, a few at a time."""

import asyncio
from collections import Counter

import structlog

from watchword.clock import Clock
from watchword.errors import WatchwordError
from watchword.storage.database import Database
from watchword.storage.sweep import BATCH, Retention, Sort, sorts, sweep

log = structlog.get_logger(__name__)

EVERY_SECONDS = 60.0
REST_SECONDS = 0.05
"""Between two batches: visitors come first, also where a year of history has to go."""


class Housekeeping:
    """`swept` counts the rows that went since the start, by table."""

    def __init__(self, database: Database, clock: Clock, retention: Retention, swept: Counter[str]) -> None:
        self._database = database
        self._clock = clock
        self._retention = retention
        self._swept = swept
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            before = self._swept.total()
            try:
                for sort in sorts(self._retention):
                    await self._sweep(sort)
            except WatchwordError as error:
                log.warning("sweep_failed", reason=error.code)
            if rows := self._swept.total() - before:
                log.debug("swept", rows=rows)

    async def _sweep(self, sort: Sort) -> None:
        while True:
            rows = await self._database.run(sweep, sort, self._clock())
            self._swept[sort.table] += rows
            if rows < BATCH:
                return
            await asyncio.sleep(REST_SECONDS)
