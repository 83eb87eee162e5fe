"""A server whose words nobody reads: stdout and stderr that are closed, broken or full. It serves all the same."""

import os
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.e2e.server import WATCHWORD, ServerProcess


@contextmanager
def served(server: ServerProcess, streams: str, out: int | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """By a shell, which can close what a program begins with."""
    command = f'exec "{WATCHWORD}" serve --port {server.port} --data-dir "{server.data_dir}" {streams}'
    process = subprocess.Popen(["/bin/sh", "-c", command], env=server.environment, stdout=out, stderr=out)  # noqa: S603 - our own command
    try:
        yield process
    finally:
        process.kill()
        process.wait(20)


def asked(server: ServerProcess, path: str) -> int:
    with urllib.request.urlopen(server.url + path, timeout=20) as answer:  # noqa: S310 - loopback
        return int(answer.status)


def wait_for(server: ServerProcess, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 90
    while process.poll() is None and time.monotonic() < deadline:
        try:
            assert asked(server, "/-/health/ready/") == 204
            return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"It does not serve: {process.poll()}")


@pytest.mark.parametrize(
    "streams", [">&- 2>&-", "<&- >&- 2>&-", ">/dev/full 2>/dev/full"], ids=["closed", "all", "full"]
)
def test_a_server_serves_where_its_streams_are(streams: str, tmp_path: Path) -> None:
    server = ServerProcess(tmp_path / "data")
    with served(server, streams) as process:
        wait_for(server, process)
        assert asked(server, "/if/user/") == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


def test_a_server_serves_where_whoever_read_its_log_has_gone(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path / "data")
    reads, writes = os.pipe()
    with served(server, "", writes) as process:
        os.close(writes)
        wait_for(server, process)
        os.close(reads)
        for _ in range(3):
            assert asked(server, "/if/user/") == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
