"""Work that a visitor does not wait for, and must not be able to time."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import structlog

log = structlog.get_logger(__name__)

PATIENCE = 15
"""Seconds that a server which stops gives to what is still under way."""

MOST = 10_000
"""Under way at once. Each takes as long as a gateway at most, and some twenty kilobytes."""


class Background:
    """What is under way in this process. It is lost with the process, so nothing that must happen belongs here."""

    def __init__(self, refused: Callable[[], None] | None = None) -> None:
        """`refused` is called for each work that is not begun."""
        self._refused = refused
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def under_way(self) -> int:
        return len(self._tasks)

    def start(self, work: Coroutine[Any, Any, None]) -> bool:
        """False where too much is under way: it is not begun then, nor ever will be."""
        if len(self._tasks) >= MOST:
            work.close()
            log.warning("background_refused", under_way=len(self._tasks))
            if self._refused:
                self._refused()
            return False
        task = asyncio.get_running_loop().create_task(_guarded(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return True

    async def drain(self) -> None:
        """Waits for all that was started; what takes longer than `PATIENCE` is given up."""
        loop = asyncio.get_running_loop()
        until = loop.time() + PATIENCE
        while self._tasks and loop.time() < until:  # what ends may have started something
            await asyncio.wait(self._tasks, timeout=until - loop.time())
        late = list(self._tasks)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)


async def _guarded(work: Coroutine[Any, Any, None]) -> None:
    """Nobody waits for the outcome, so a failure is told to the log; its text may hold a number."""
    try:
        await work
    except Exception as error:  # noqa: BLE001 - there is nobody above to handle any of them
        log.error("background_failed", error=type(error).__name__)
