"""Processes, and what Linux says of them."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, Self
from urllib.request import urlopen

_TICKS = os.sysconf("SC_CLK_TCK")
_PROC = Path("/proc")
_START_SECONDS = 60


class Cores(NamedTuple):
    """One core is for the server, another for the load where there is another."""

    server: int
    load: int


def cores() -> Cores:
    allowed = sorted(os.sched_getaffinity(0))
    return Cores(allowed[-1], allowed[0])


@contextmanager
def pinned(*numbers: int) -> Iterator[None]:
    """This process and whatever it starts meanwhile; what was started stays there."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, numbers)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Memory(NamedTuple):
    """In MB: what is resident of the first process and of those below it, and what all take without counting twice."""

    own: float
    below: float
    shared_fairly: float


class Server:
    """A server's processes, on one core unless told otherwise; `with Server(...)` waits until it answers."""

    def __init__(
        self,
        command: Sequence[str],
        port: int,
        *,
        probe: str,
        log: Path,
        environment: Mapping[str, str] | None = None,
        on: Sequence[int] | None = None,
    ) -> None:
        self.port = port
        self._command = command
        self._probe = f"http://127.0.0.1:{port}{probe}"
        self._log = log
        self._environment = dict(environment or os.environ)
        self._on = on or [cores().server]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process
        return self._process.pid

    def __enter__(self) -> Self:
        with self._log.open("ab") as log, pinned(*self._on):
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log, env=self._environment)  # noqa: S603 - ours
        deadline = time.monotonic() + _START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise RuntimeError(f"The server did not start:\n{self._log.read_text()}")
            time.sleep(0.01)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _answers(self) -> bool:
        try:
            with urlopen(self._probe, timeout=2) as answer:  # noqa: S310 - loopback
                return bool(answer.status < 300)
        except OSError:
            return False

    def stop(self, number: int = signal.SIGTERM) -> None:
        assert self._process
        if self._process.poll() is None:
            self._process.send_signal(number)
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def processes(self) -> list[int]:
        """Itself and all below it."""
        found, below = [], [self.pid]
        while below:
            pid = below.pop()
            found.append(pid)
            below += _children(pid)
        return found

    def cpu_seconds(self) -> float:
        return sum(map(_cpu_seconds, self.processes()))

    def memory(self) -> Memory:
        """At this moment."""
        own, *below = (_megabytes(pid) for pid in self.processes())
        return Memory(own["Rss"], sum(one["Rss"] for one in below), sum(one["Pss"] for one in (own, *below)))

    def peak(self) -> float:
        """Of the first process, in MB."""
        lines = (_PROC / str(self.pid) / "status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) * 1024 / 1e6


def _children(pid: int) -> list[int]:
    try:
        tasks = list((_PROC / str(pid) / "task").iterdir())
        return [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:
        return []


def _megabytes(pid: int) -> dict[str, float]:
    """Rss and Pss."""
    try:
        lines = (_PROC / str(pid) / "smaps_rollup").read_text().splitlines()[1:]
    except OSError:  # it has ended meanwhile
        lines = []
    found = {line.partition(":")[0]: int(line.split()[1]) * 1024 / 1e6 for line in lines}
    return {"Rss": found.get("Rss", 0.0), "Pss": found.get("Pss", 0.0)}


def _cpu_seconds(pid: int) -> float:
    """Of the process, and of those that it has waited for; 0 where it is gone."""
    try:
        fields = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / _TICKS
