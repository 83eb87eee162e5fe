"""What goes on in the background: expired rows and old history are swept away, a few at a time."""

import asyncio

import structlog

from watchword.clock import Clock
from watchword.errors import WatchwordError
from watchword.flows.expired_codes import count_expired
from watchword.metrics import Metrics
from watchword.storage.database import Database
from watchword.storage.sweep import BATCH, Retention, Sort, sorts, sweep

log = structlog.get_logger(__name__)

EVERY_SECONDS = 60.0
KEEP_HISTORY = Retention()
REST_SECONDS = 0.05
"""Between two batches: visitors come first, also where a year of history has to go."""


class Housekeeping:
    def __init__(
        self,
        database: Database,
        clock: Clock,
        metrics: Metrics | None = None,
        retention: Retention = KEEP_HISTORY,
    ) -> None:
        self._database = database
        self._metrics = metrics or Metrics()
        self._clock = clock
        self._retention = retention
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
            await self.once()

    async def once(self) -> None:
        swept = 0
        try:
            for sort in sorts(self._retention):
                swept += await self._sweep(sort)
            await count_expired(self._database, self._metrics.codes, self._clock())
        except WatchwordError as error:
            log.warning("sweep_failed", reason=error.code)
        if swept:
            log.debug("swept", rows=swept)

    async def _sweep(self, sort: Sort) -> int:
        swept = 0
        while True:
            rows = await self._database.run(sweep, sort, self._clock())
            self._metrics.server.swept({sort.table: rows})
            swept += rows
            if rows < BATCH:
                return swept
            await asyncio.sleep(REST_SECONDS)
