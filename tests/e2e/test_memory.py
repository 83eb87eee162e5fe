"""What a server takes of a machine's memory when it has nothing to do."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.json_client import JsonClient
from tests.e2e.server import ServerProcess

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="It is read from /proc.")

MOST = 120
"""Megabytes, for one process."""
MOST_OF_THE_WORKER = 20


def resident(pid: int) -> float:
    """Megabytes, as `ps` has them: what is shared with other processes is counted in."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:"))) / 1024


def children(pid: int) -> list[int]:
    return [int(child) for task in Path(f"/proc/{pid}/task").iterdir() for child in _of(task)]


def _of(task: Path) -> list[str]:
    return (task / "children").read_text().split()


@pytest.fixture(scope="module")
def at_rest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    server = ServerProcess(tmp_path_factory.mktemp("at_rest") / "data").start()
    yield server
    assert server.stop() == 0, server.output()


def test_at_rest_it_is_small(at_rest: ServerProcess) -> None:
    assert resident(at_rest.pid) < MOST


def test_so_it_is_when_the_console_and_the_api_have_been_learnt(at_rest: ServerProcess) -> None:
    stranger = JsonClient(at_rest.url)
    for path in ("/if/flow/default-authentication-flow/", "/if/admin/", "/api/v3/", "/api/v3/core/users/"):
        assert stranger.request("GET", path).status < 500
    assert resident(at_rest.pid) < MOST


def test_its_worker_for_expressions_is_smaller(at_rest: ServerProcess) -> None:
    workers = [resident(child) for child in children(at_rest.pid)]
    assert workers
    assert max(workers) < MOST_OF_THE_WORKER
