"""The real server, as a process of its own, on a free port."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

WATCHWORD = str(Path(sys.executable).with_name("watchword"))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class ServerProcess:
    """`watchword serve` on loopback; started anew it keeps its data directory, port and settings."""

    def __init__(self, data_dir: Path, *arguments: str, **settings: str) -> None:
        self.data_dir = data_dir
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = data_dir.with_name(data_dir.name + ".log")
        self._arguments = arguments
        self.environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("WATCHWORD_")},
            **settings,
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> "ServerProcess":
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own command
                [WATCHWORD, "serve", "--port", str(self.port), "--data-dir", str(self.data_dir), *self._arguments],
                stdout=log,
                stderr=log,
                env=self.environment,
            )
        deadline = time.monotonic() + 90
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"The server did not start:\n{self.output()}")
            time.sleep(0.05)
        return self

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/-/health/ready/", timeout=2) as answer:  # noqa: S310 - loopback
                return bool(answer.status == 204)
        except OSError:
            return False

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def output(self) -> str:
        return self.log.read_text() if self.log.exists() else ""

    def stop(self, number: int = signal.SIGTERM) -> int:
        """The exit status, after the signal."""
        assert self._process is not None
        if self._process.poll() is None:
            self._process.send_signal(number)
        return self._process.wait(timeout=20)

    def kill(self) -> None:
        self.stop(signal.SIGKILL)

    def run(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Another command on the same data directory."""
        done = subprocess.run(  # noqa: S603 - our own command
            [WATCHWORD, *arguments, "--data-dir", str(self.data_dir)],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0 or not check, done.stdout + done.stderr
        return done
