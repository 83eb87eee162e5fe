"""Several servers share one database: any of them answers any request, as docs/running.md says."""

import random
import signal
import threading
import time
from collections.abc import Iterator
from itertools import cycle
from typing import Any

import psycopg
import pytest

from tests.databases import database_settings
from tests.doubles.gateway import GatewayDouble
from tests.e2e.conftest import make_server
from tests.e2e.inbox import code_for, sent_to, wrong
from tests.e2e.json_client import JsonClient
from tests.e2e.numbers import fresh_number
from tests.e2e.server import ServerProcess
from tests.people import OTHER, OWNER


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory, shared_double: GatewayDouble) -> Iterator[list[ServerProcess]]:
    """Two, with the same key, as the page says."""
    with database_settings("postgresql") as settings:
        folder = tmp_path_factory.mktemp("several")
        first = make_server(folder / "first", shared_double, **settings)
        second = ServerProcess(folder / "second")
        second.environment = first.environment
        yield [first.start(), second.start()]
        assert [server.stop() for server in (first, second)] == [0, 0], first.output() + second.output()


class Scattered(JsonClient):
    """A browser whose proxy sends each request to the next server."""

    def __init__(self, servers: list[ServerProcess]) -> None:
        super().__init__(servers[0].url)
        self._turns = cycle(server.url for server in servers)

    def request(self, *args: Any, **named: Any) -> Any:
        self.url = next(self._turns)
        return super().request(*args, **named)


def test_a_phone_is_enrolled_whichever_server_answers(servers: list[ServerProcess], double: GatewayDouble) -> None:
    owner, number = Scattered(servers).sign_in(OWNER.username, OWNER.password), fresh_number()
    owner.flow("prompted")
    assert owner.answer("prompted", phone=number)["phone_number_required"] is False
    assert owner.answer("prompted", code=code_for(double, number)) == {"component": "xak-flow-redirect", "to": "/"}


def test_tries_are_counted_over_all_servers(servers: list[ServerProcess], double: GatewayDouble) -> None:
    other, number = Scattered(servers).sign_in(OTHER.username, OTHER.password), fresh_number()
    other.answer("prompted", phone=number)
    guess = wrong(code_for(double, number))
    answers = [other.answer("prompted", code=guess) for _ in range(6)]
    codes = [answer["response_errors"]["non_field_errors"][0]["code"] for answer in answers]
    assert codes == ["invalid"] * 5 + ["spent"]


class Enduring(Scattered):
    """A visitor who reloads the page where a server went away under his request."""

    STEPS = ("ak-stage-prompt", "ak-stage-authenticator-sms", "xak-flow-redirect")

    def __init__(self, servers: list[ServerProcess], number: str, double: GatewayDouble) -> None:
        super().__init__(servers)
        self.number, self._double, self.cut_off, self.reached = number, double, 0, 0
        self.servers, self.answered = servers, False

    def enrol(self) -> None:
        """What was reached is never taken back."""
        for _ in range(40):
            try:
                shown = self._step()
            except OSError:  # refused, or reset: its server was killed, and the proxy knows it now
                self.cut_off += 1
                self._turns = cycle({next(self._turns) for _ in range(2)} - {self.url})
                continue
            if shown["component"] == "xak-flow-redirect":
                return
        raise AssertionError("It never came to an end.")

    def _step(self) -> Any:
        shown = self.flow("prompted")
        if shown["component"] == self.STEPS[0]:
            if self.answered and devices_with(self.servers, self.number):
                return {"component": self.STEPS[2]}  # it was cut off when all was done: this is the flow anew
            assert self.reached == 0, "a step that was finished is asked again"
            shown = self.answer("prompted", phone=self.number)
        if shown["component"] == self.STEPS[1]:
            self.reached = 1
            if not sent_to(self._double, self.number):
                return self._ask_again(shown["resend_after"])
            self.answered = True
            shown = self.answer("prompted", code=code_for(self._double, self.number))
        return shown

    def _ask_again(self, wait: int) -> Any:
        """The server died before it could send: the page says when a new code may be asked for."""
        time.sleep(wait)
        return self.answer("prompted", resend=True)


def devices_with(servers: list[ServerProcess], number: str) -> list[Any]:
    with psycopg.connect(servers[0].environment["WATCHWORD_DATABASE_URL"]) as conn:
        return conn.execute("SELECT confirmed FROM sms_device WHERE phone_number = %s", [number]).fetchall()


@pytest.mark.parametrize("seed", [7, 8, 9])
def test_a_server_killed_at_any_moment_loses_no_finished_step(
    servers: list[ServerProcess], double: GatewayDouble, seed: int
) -> None:
    chance, number = random.Random(seed), fresh_number()  # noqa: S311 - when to kill is no secret
    owner = Enduring(servers, number, double)
    owner.sign_in(OWNER.username, OWNER.password)
    victim, moment = chance.choice(servers), chance.uniform(0, 0.15)

    def strike() -> None:
        time.sleep(moment)
        victim.stop(signal.SIGKILL)

    striker = threading.Thread(target=strike)
    striker.start()
    try:
        owner.enrol()
    finally:
        striker.join()
        victim.start()
    assert [confirmed for (confirmed,) in devices_with(servers, number)] == [True]
    codes = [message["Body"] for message in sent_to(double, number)]
    assert len(codes) == len(set(codes)) <= 1 + owner.cut_off
    again = JsonClient(victim.url).sign_in(OTHER.username, OTHER.password)
    refused = again.answer("prompted", phone=number)
    assert refused["response_errors"]["phone_number"][0]["code"] == "number_taken", "one number, one device"
