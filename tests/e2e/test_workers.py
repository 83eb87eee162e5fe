"""`watchword serve --workers 2`: two processes at one port, which count together and end together."""

import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.databases import POOL, database_settings
from tests.doubles.gateway import GatewayDouble
from tests.e2e.conftest import make_server
from tests.e2e.inbox import code_for
from tests.e2e.json_client import JsonClient
from tests.e2e.numbers import fresh_number
from tests.e2e.server import ServerProcess
from tests.people import OWNER


@pytest.fixture(scope="module")
def workers(tmp_path_factory: pytest.TempPathFactory, shared_double: GatewayDouble) -> Iterator[ServerProcess]:
    with database_settings("postgresql") as settings:
        folder = tmp_path_factory.mktemp("workers") / "data"
        server = make_server(folder, shared_double, "--workers", "2", **settings).start()
        yield server
        assert server.stop() == 0, server.output()


def pids(server: ServerProcess) -> set[int]:
    """Of the workers."""
    parent = server.pid
    return {int(pid) for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()}


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "It never came to pass."
        time.sleep(0.1)


def scraped(server: ServerProcess, name: str) -> float:
    """The sum of all series of one metric."""
    answer = JsonClient(server.url).request("GET", "/-/metrics/")
    assert answer.status == 200
    return sum(float(value) for value in re.findall(rf"^{name}(?:{{[^}}]*}})? (\S+)$", answer.body.decode(), re.M))


def listening(server: ServerProcess) -> bool:
    try:
        return JsonClient(server.url).request("GET", "/-/health/live/").status == 204
    except OSError:
        return False


def whole(server: ServerProcess) -> bool:
    """Whether both serve: what the system says of each is there, and each has its pool."""
    return scraped(server, "process_start_time_seconds") > 0 and scraped(server, CONNECTIONS) == 2 * POOL


CONNECTIONS = "watchword_database_pool_connections_max"


def test_a_phone_is_enrolled_whichever_worker_answers(workers: ServerProcess, double: GatewayDouble) -> None:
    until(lambda: whole(workers))
    owner, number = JsonClient(workers.url).sign_in(OWNER.username, OWNER.password), fresh_number()
    assert owner.answer("prompted", phone=number)["phone_number_required"] is False
    assert owner.answer("prompted", code=code_for(double, number)) == {"component": "xak-flow-redirect", "to": "/"}


def test_any_worker_tells_what_all_of_them_counted(workers: ServerProcess) -> None:
    until(lambda: whole(workers))
    before = scraped(workers, "watchword_steps_total")
    for _ in range(30):
        JsonClient(workers.url).flow("default-authentication-flow")
    assert {scraped(workers, "watchword_steps_total") for _ in range(12)} == {before + 30}
    assert {scraped(workers, "watchword_build_info") for _ in range(12)} == {1}


def test_a_worker_that_is_killed_is_replaced_and_its_counts_stay(workers: ServerProcess) -> None:
    until(lambda: whole(workers))
    before, counted = pids(workers), scraped(workers, "watchword_steps_total")
    os.kill(min(before), signal.SIGKILL)
    until(lambda: len(pids(workers) | before) == 3 and whole(workers))
    assert len(pids(workers)) == 2
    assert scraped(workers, "watchword_steps_total") == counted
    assert "worker_died" in workers.output()
    for _ in range(10):
        assert JsonClient(workers.url).flow("default-authentication-flow")["component"] == "ak-stage-identification"


def test_workers_end_with_their_parent_however_it_ends(workers: ServerProcess) -> None:
    left = pids(workers)
    assert len(left) == 2
    workers.kill()
    until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in left))
    assert not listening(workers)
    workers.start()
    until(lambda: whole(workers))
    left = pids(workers)
    assert workers.stop() == 0, workers.output()
    assert not any(Path(f"/proc/{pid}").exists() for pid in left)
    assert workers.output().count("Watchword is ready at") == 2
