"""Whether visitors can be served: what they do is written, so a database that is only read is not enough."""

import time
from collections.abc import Callable

from watchword.clock import Clock
from watchword.errors import DatabaseUnavailable
from watchword.storage.database import Database
from watchword.storage.health import ping, prove_writing

PROVED_SECONDS, FAILED_SECONDS = 10.0, 1.0
"""For so long a write, or its failure, is believed: balancers ask every second, each of several."""


class Readiness:
    """`now` is in seconds, of a clock that nobody sets."""

    def __init__(self, database: Database, clock: Clock, now: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._clock = clock
        self._now = now
        self._failed = False
        self._again = now()

    async def check(self) -> None:
        """Raises `DatabaseUnavailable`."""
        await self._database.read(ping)
        if self._now() >= self._again:
            await self._write()
        elif self._failed:
            raise DatabaseUnavailable

    async def _write(self) -> None:
        self._again = self._now() + PROVED_SECONDS  # before: whoever asks meanwhile shall not write as well
        try:
            await self._database.run(prove_writing, self._clock())
        except DatabaseUnavailable:
            self._failed, self._again = True, self._now() + FAILED_SECONDS
            raise
        self._failed = False
