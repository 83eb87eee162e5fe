"""Commands beside a server at work on SQLite: nobody is told that the database is locked, and nothing is lost."""

import itertools
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.doubles.fixtures import double as double
from tests.doubles.fixtures import shared_double as shared_double
from tests.doubles.gateway import GatewayDouble
from tests.e2e.conftest import make_server
from tests.e2e.inbox import code_for
from tests.e2e.json_client import JsonClient
from tests.e2e.numbers import fresh_number
from tests.e2e.server import ServerProcess
from tests.people import OTHER, OWNER, Person

FLOW = "prompted"
ROUNDS = 3
PER_SESSION = 30
"""Numbers: a session causes sixty messages an hour at most."""

BLUEPRINT = """
version: 1
entries:
  - {model: authentik_stages_deny.denystage, identifiers: {name: "beside %d"}, attrs: {deny_message: "round %d"}}
"""


@pytest.fixture
def server(tmp_path: Path, shared_double: GatewayDouble) -> Iterator[ServerProcess]:
    process = make_server(tmp_path / "data", shared_double, WATCHWORD_GATEWAY_TIMEOUT="9")
    yield process.start()
    assert process.stop() == 0, process.output()


class Visitors:
    """Enrol one phone after the other, until they are told to stop."""

    def __init__(self, server: ServerProcess, double: GatewayDouble) -> None:
        self._server, self._double, self._over = server, double, threading.Event()
        self.statuses: Counter[int] = Counter()
        self.enrolled: list[str] = []

    def enrol(self, person: Person) -> None:
        for turn in itertools.count():
            if self._over.is_set():
                return
            if turn % PER_SESSION == 0:
                client = JsonClient(self._server.url).sign_in(person.username, person.password)
            number = fresh_number()
            client.request("GET", "/flows/-/cancel/")
            client.flow(FLOW)
            asked = client.post(FLOW, phone=number)
            self.statuses[asked.status] += 1
            assert asked.json.get("phone_number_required") is False, asked
            done = client.post(FLOW, code=code_for(self._double, number))
            self.statuses[done.status] += 1
            assert done.json["component"] == "xak-flow-redirect", done.json
            self.enrolled.append(number)

    def stop(self) -> None:
        self._over.set()


def commands(server: ServerProcess, folder: Path) -> list[Callable[[], object]]:
    """Each in a process of its own, as a person runs it."""

    def users() -> None:
        for turn in range(ROUNDS):
            server.run("user", "create", f"beside-{turn}", "--password", "a password beside")

    def tokens() -> None:
        for turn in range(ROUNDS):
            server.run("token", "create", OWNER.username, f"beside-{turn}")

    def blueprints() -> None:
        for turn in range(ROUNDS):
            file = folder / f"{turn}.yaml"
            file.write_text(BLUEPRINT % (turn, turn))
            server.run("blueprint", "apply", str(file))

    def backups() -> None:
        for turn in range(ROUNDS):
            server.run("backup", str(folder / f"{turn}.db"))

    return [users, tokens, blueprints, backups]


def rows(file: Path, query: str) -> list[str]:
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as conn:
        return [row[0] for row in conn.execute(query)]


def test_commands_beside_a_server_under_load_lose_nothing_and_hold_nobody_up(
    server: ServerProcess, double: GatewayDouble, tmp_path: Path
) -> None:
    visitors = Visitors(server, double)
    with ThreadPoolExecutor(8) as pool:
        enrolling = [pool.submit(visitors.enrol, person) for person in (OWNER, OTHER) * 2]
        try:
            for ran in [pool.submit(command) for command in commands(server, tmp_path)]:
                ran.result()
        finally:
            visitors.stop()
        for one in enrolling:
            one.result()
    assert set(visitors.statuses) == {200}
    assert visitors.enrolled
    assert "locked" not in server.output()
    file = tmp_path / "data" / "watchword.db"
    names = [f"beside-{turn}" for turn in range(ROUNDS)]
    assert rows(file, "SELECT username FROM users WHERE username LIKE 'beside-%' ORDER BY 1") == names
    assert rows(file, "SELECT identifier FROM token WHERE identifier LIKE 'beside-%' ORDER BY 1") == names
    assert len(rows(file, "SELECT pk FROM config_object WHERE document LIKE '%beside _%'")) == ROUNDS
    assert set(visitors.enrolled) <= set(rows(file, "SELECT phone_number FROM sms_device"))
    for turn in range(ROUNDS):
        copy = tmp_path / f"{turn}.db"
        assert rows(copy, "PRAGMA integrity_check") == ["ok"]
        kept = rows(copy, "SELECT phone_number FROM sms_device ORDER BY id")
        assert kept == rows(file, "SELECT phone_number FROM sms_device ORDER BY id")[: len(kept)], "of one moment"
