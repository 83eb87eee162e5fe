"""Two servers on one PostgreSQL, one of them killed at random, under load: is anything lost, are the books right?

    python -m scripts.soak --minutes 10

Visitors sign in and enrol phones, each request at the next server. A request may fail only because its server was
killed under it. At the end every enrolment that was said to be finished has its one device, every message its line.
"""

import argparse
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import psycopg

from tests.databases import database_settings
from tests.doubles.gateway import GatewayDouble
from tests.e2e.conftest import GUESSER_PASSWORD, make_server
from tests.e2e.inbox import code_for, sent_to
from tests.e2e.json_client import JsonClient
from tests.e2e.numbers import fresh_number
from tests.e2e.server import ServerProcess

VISITORS = 6


class Replicas:
    """Who is up, and who was killed lately: a request that began before a kill may fail after it."""

    def __init__(self, servers: list[ServerProcess]) -> None:
        self.servers = servers
        self._killed: dict[str, float] = {}
        self._down: set[str] = set()
        self._lock = threading.Lock()

    def next_up(self, turn: int) -> str:
        with self._lock:
            up = [server.url for server in self.servers if server.url not in self._down]
        return up[turn % len(up)]

    def kill(self, server: ServerProcess) -> None:
        with self._lock:
            self._down.add(server.url)
            self._killed[server.url] = time.monotonic()
        server.kill()

    def start(self, server: ServerProcess) -> None:
        server.start()
        with self._lock:
            self._down.discard(server.url)

    def was_killed_since(self, url: str, began: float) -> bool:
        with self._lock:
            return self._killed.get(url, -1.0) >= began - 1


class Balanced(JsonClient):
    """Round robin over the servers that are up, as a load balancer does it."""

    def __init__(self, replicas: Replicas, counted: Counter[str], turn: int) -> None:
        super().__init__("")
        self._replicas, self._counted, self._turn = replicas, counted, turn

    def request(self, *args: Any, **named: Any) -> Any:
        self._turn += 1
        self.url, began = self._replicas.next_up(self._turn), time.monotonic()
        try:
            answer = super().request(*args, **named)
        except OSError as error:
            allowed = self._replicas.was_killed_since(self.url, began)
            self._counted["cut off" if allowed else f"NOT ALLOWED: {error!r}"[:120]] += 1
            raise
        self._counted["requests"] += 1
        if answer.status >= 500:
            self._counted[f"NOT ALLOWED: status {answer.status} {answer.body[:80]!r}"] += 1
        return answer


class Visitor(threading.Thread):
    def __init__(self, number: int, replicas: Replicas, double: GatewayDouble, until: float) -> None:
        super().__init__(name=f"guesser{number}")
        self.counted: Counter[str] = Counter()
        self.finished: list[str] = []
        self.numbers: list[str] = []
        self._replicas, self._double, self._until, self._number = replicas, double, until, number

    def run(self) -> None:
        while time.monotonic() < self._until:
            try:
                self._enrol()
            except OSError:
                continue
            except Exception as error:  # noqa: BLE001 - whatever it is, it is told at the end
                self.counted[f"NOT ALLOWED: {error!r}"[:300]] += 1

    def _enrol(self) -> None:
        client, number = Balanced(self._replicas, self.counted, self._number), fresh_number()
        client.sign_in(self.name, GUESSER_PASSWORD)
        self.numbers.append(number)
        reached, before = 0, self.counted["cut off"]
        while True:
            try:
                shown = client.flow("prompted")
                if shown["component"] == "ak-stage-prompt":
                    if reached:
                        self.counted["NOT ALLOWED: a finished step is asked again"] += 1
                    shown = client.answer("prompted", phone=number)
                if shown["component"] == "ak-stage-authenticator-sms":
                    reached = 1
                    if not sent_to(self._double, number) and self.counted["cut off"] > before:
                        self.counted["a message was cut off"] += 1
                        return  # its server was killed before it went out; there is another after 30 seconds
                    shown = client.answer("prompted", code=code_for(self._double, number))
                if shown["component"] == "xak-flow-redirect":
                    self.finished.append(number)
                    self.counted["enrolments"] += 1
                    return
            except OSError:
                if time.monotonic() > self._until:
                    return


def tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def strike(replicas: Replicas, until: float, chance: random.Random) -> int:
    kills = 0
    while time.monotonic() < until - 10:
        time.sleep(chance.uniform(3, 10))
        server = chance.choice(replicas.servers)
        replicas.kill(server)
        kills += 1
        time.sleep(chance.uniform(0, 2))
        replicas.start(server)
    time.sleep(max(0.0, until - time.monotonic()))
    return kills


def books(url: str, visitors: list[Visitor], double: GatewayDouble, cut_off: int) -> list[str]:
    """What is wrong with them."""
    with psycopg.connect(url) as conn:
        devices = Counter(row[0] for row in conn.execute("SELECT phone_number FROM sms_device WHERE confirmed"))
        unconfirmed = len(conn.execute("SELECT 1 FROM sms_device WHERE NOT confirmed").fetchall())
        sent = len(conn.execute("SELECT 1 FROM delivery WHERE outcome = 'sent'").fetchall())
    finished = [number for visitor in visitors for number in visitor.finished]
    tried = [number for visitor in visitors for number in visitor.numbers]
    codes = {number: [body["Body"] for body in sent_to(double, number)] for number in tried}
    received = sum(len(each) for each in codes.values())
    tell(f"devices {len(devices)}, finished {len(finished)}, messages {received}, deliveries {sent}")
    checks = {
        "a finished enrolment has no device": any(devices[number] != 1 for number in finished),
        "a number has two devices": any(count > 1 for count in devices.values()),
        "more devices than enrolments and requests that were cut off": len(devices) > len(finished) + cut_off,
        "a device was never confirmed": unconfirmed != 0,
        "the same code was sent twice": any(len(set(each)) != len(each) for each in codes.values()),
        "a delivery without its message": sent > received,
        "more messages without their line than requests that were cut off": received - sent > cut_off,
    }
    return [name for name, wrong in checks.items() if wrong]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=None)
    given = parser.parse_args()
    seed = given.seed if given.seed is not None else random.SystemRandom().randrange(10_000)
    tell(f"seed {seed}")
    with (
        database_settings("postgresql") as settings,
        GatewayDouble() as double,
        tempfile.TemporaryDirectory() as folder,
    ):
        first = make_server(Path(folder) / "first", double, **settings)
        second = ServerProcess(Path(folder) / "second")
        second.environment = first.environment
        replicas = Replicas([first.start(), second.start()])
        until = time.monotonic() + given.minutes * 60
        visitors = [Visitor(number, replicas, double, until) for number in range(VISITORS)]
        for visitor in visitors:
            visitor.start()
        kills = strike(replicas, until, random.Random(seed))  # noqa: S311 - when to kill is no secret
        for visitor in visitors:
            visitor.join()
        status = [server.stop() for server in replicas.servers]
        counted = sum((visitor.counted for visitor in visitors), Counter())
        wrong = books(settings["WATCHWORD_DATABASE_URL"], visitors, double, counted["cut off"])
        unexpected = [log for server in replicas.servers if "unexpected_error" in (log := server.output())]
    tell(f"kills {kills}, exit statuses {status}")
    for name, count in sorted(counted.items()):
        tell(f"{count:8d}  {name}")
    wrong += [name for name in counted if name.startswith("NOT ALLOWED")]
    wrong += ["an unexpected error in a log:\n" + log[-3000:] for log in unexpected]
    wrong += [f"a server ended with {status}"] if any(status) else []
    tell("\n".join(["WRONG:", *wrong]) if wrong else "Nothing was lost.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
