"""Several processes at one port: the parent starts them, starts another where one has died, and ends them together.

Each is a program of its own, and not a copy of this one: threads and connections do not survive being copied.
"""

import asyncio
import signal
import sys
import tempfile
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec
import structlog

from watchword.cli.assignment import READY, Assignment
from watchword.metrics.group import Group

log = structlog.get_logger(__name__)

STOP_SECONDS = 25.0
"""What is given to workers that are told to stop; systemd and Kubernetes kill all after 30 unless told otherwise."""
LONGEST_PAUSE = 30.0
STEADY_SECONDS = 60.0
"""A worker that lived so long is started anew at once."""


class Workers:
    def __init__(self, assignment: Assignment, number: int, *, on_ready: Callable[[], None]) -> None:
        """`on_ready` is called once, when all of them serve."""
        self._assignment = assignment
        self._number = number
        self._on_ready = on_ready
        self._stop = asyncio.Event()
        self._asked = False
        self._waiting_for = number
        self._processes: dict[int, Process] = {}

    async def run(self) -> bool:
        """Until a signal asks to stop; False where a worker could not even start once."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._ask)
        with tempfile.TemporaryDirectory(prefix="watchword-metrics-", ignore_cleanup_errors=True) as folder:
            group = Group(Path(folder))
            keepers = [asyncio.create_task(self._keep(one, group)) for one in range(1, self._number + 1)]
            await self._stop.wait()
            await self._end()
            await asyncio.gather(*keepers)
        return self._asked

    def _ask(self) -> None:
        self._asked = True
        self._stop.set()

    async def _keep(self, number: int, group: Group) -> None:
        pause, has_served = 0.0, False
        while not self._stop.is_set():
            began = time.monotonic()
            process = await self._start(number, group)
            served = await self._serves(process, has_served)
            status = await process.wait()
            del self._processes[number]
            group.left(number, process.pid)
            if self._stop.is_set():
                return
            has_served = has_served or served
            if not has_served:
                log.error("worker_failed", worker=number, status=status)
                self._stop.set()
                return
            pause = (
                0.0 if served and time.monotonic() - began > STEADY_SECONDS else min(pause * 2 or 0.5, LONGEST_PAUSE)
            )
            log.error("worker_died", worker=number, status=status, again_in=pause)
            await self._rest(pause)

    async def _start(self, number: int, group: Group) -> Process:
        # Without -P the directory that the server was started in would come first where modules are looked for.
        words = [sys.executable, "-P", "-m", "watchword.cli.worker", msgspec.json.encode(self._assignment).decode()]
        process = await asyncio.create_subprocess_exec(*words, stdin=PIPE, stdout=PIPE, env=group.environment())
        self._processes[number] = process
        group.joined(number, process.pid)
        if self._stop.is_set():
            _tell(process, signal.SIGTERM)
        return process

    async def _serves(self, process: Process, again: bool) -> bool:
        """Waits for its word, or its end."""
        assert process.stdout is not None  # noqa: S101 - it was asked for
        if await process.stdout.readline() != READY:
            return False
        if again:
            log.info("worker_started")
        else:
            self._waiting_for -= 1
            if not self._waiting_for:
                self._on_ready()
        return True

    async def _rest(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stop.wait()

    async def _end(self) -> None:
        living = list(self._processes.values())
        for process in living:
            _tell(process, signal.SIGTERM)
        ends = [asyncio.ensure_future(process.wait()) for process in living]
        late = (await asyncio.wait(ends, timeout=STOP_SECONDS))[1] if ends else ()
        if late:
            log.error("workers_killed", number=len(late))
            for process in living:
                _tell(process, signal.SIGKILL)


def _tell(process: Process, number: signal.Signals) -> None:
    if process.returncode is None:
        process.send_signal(number)
