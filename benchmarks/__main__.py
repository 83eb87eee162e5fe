"""One script, one run, one table: `make bench`."""

import asyncio
import json
import platform
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.client import Client
from benchmarks.floor import STATEMENTS, FloorApp
from tests.doubles.gateway import GatewayDouble
from watchword.app import Options, create_app
from watchword.blueprints.file import apply_text
from watchword.bootstrap import bootstrap
from watchword.expressions.scope import PolicyRequest
from watchword.flows.services import Services
from watchword.keyring import Keyring
from watchword.logs import configure
from watchword.model.mapping import NotificationWebhookMapping
from watchword.model.policy import ExpressionPolicy
from watchword.model.snapshot import Snapshot
from watchword.settings import load
from watchword.stages.catalogue import CATALOGUE
from watchword.storage.database import open_database
from watchword.storage.migrate import migrate

RESULTS = Path(__file__).with_name("results.md")
SCENARIO = Path(__file__).parents[1] / "tests" / "e2e" / "scenario.yaml"
RUNS = 5


class Line(NamedTuple):
    what: str
    milliseconds: float
    spread: float


async def timed(what: str, times: int, work: Callable[[], Awaitable[Any]]) -> Line:
    """The median of five rounds, in milliseconds a call, after one round to warm up."""
    rounds = []
    for _ in range(RUNS + 1):
        began = time.perf_counter()
        for _ in range(times):
            await work()
        rounds.append((time.perf_counter() - began) / times * 1000)
    kept = rounds[1:]
    return Line(what, statistics.median(kept), (max(kept) - min(kept)) / statistics.median(kept))


async def measure(folder: Path, double: GatewayDouble) -> list[Line]:
    floor_app = FloorApp(folder / "floor.db")
    floor_client = Client(floor_app)
    lines = [await timed(f"floor: ASGI and {STATEMENTS} SELECTs", 400, lambda: floor_client.call("GET", "/"))]
    floor_app.close()
    settings = load({}, data_dir=folder / "data")
    migrate(settings.database_url)
    database = open_database(settings.database_url)
    text = SCENARIO.read_text().replace("http://127.0.0.1:9/none", f"{double.url}/send")
    await bootstrap(settings, database, demo=False)
    await apply_text(
        database, text, name="scenario", catalogue=CATALOGUE, keyring=Keyring(settings.secret_key), author="bench"
    )
    await database.close()
    ready: list[Services] = []
    app = create_app(settings, Options(on_ready=ready.append))
    async with app.lifespan():
        lines += await _flows(Client(app), double)
        lines += await _policies(ready[0])
    for count in (10, 1_000, 10_000):
        objects = [NotificationWebhookMapping(name=f"m{number}", expression="return {}") for number in range(count)]
        lines.append(await timed(f"snapshot of {count} objects", max(1, 2_000 // count), _checker(objects)))
    return lines


def _checker(objects: list[NotificationWebhookMapping]) -> Callable[[], Awaitable[Any]]:
    async def check() -> Snapshot:
        return Snapshot(objects)

    return check


async def _flows(client: Client, double: GatewayDouble) -> list[Line]:
    await client.flow("default-authentication-flow")
    await client.flow("default-authentication-flow", uid_field="olivia")
    await client.flow("default-authentication-flow", password="olivia keeps a long password")  # noqa: S106 - test data
    numbers = iter(range(10_000_000, 99_999_999))

    async def enrol() -> None:
        number = f"+49151{next(numbers)}"
        await client.call("GET", "/flows/-/cancel/")
        await client.flow("documented", phone="wrong")
        await client.call("GET", "/flows/-/cancel/")
        await client.flow("prompted", phone=number)
        end = await client.flow("prompted", code=json.loads(double.requests[-1].body)["Body"])
        assert end["component"] == "xak-flow-redirect", end

    await client.flow("prompted")
    return [
        await timed("executor step: the present challenge again", 200, lambda: client.flow("prompted")),
        await timed("executor step: a prompt refused by a policy", 50, lambda: client.flow("documented", phone="1")),
        await timed("whole enrolment, with a loopback gateway", 5, enrol),
    ]


async def _policies(services: Services) -> list[Line]:
    snapshot = services.configuration.snapshot
    policy = snapshot.find(ExpressionPolicy, name="phone-region")
    assert policy is not None
    request = PolicyRequest(context={"prompt_data": {"phone": "+1234 567 8901"}})
    return [
        await timed("policy evaluation", 100, lambda: services.policies.evaluate(policy, request, snapshot)),
    ]


def table(lines: list[Line]) -> str:
    floor = lines[0].milliseconds
    rows = [
        f"| {line.what} | {line.milliseconds / floor:.1f} | {line.milliseconds:.3f} | {line.spread:.0%} |"
        for line in lines
    ]
    head = ["| what | times the floor | milliseconds | spread |", "|---|---|---|---|"]
    return "\n".join([*head, *rows])


def main() -> None:
    configure("warning", json=True)
    with tempfile.TemporaryDirectory() as folder, GatewayDouble() as double:
        lines = asyncio.run(measure(Path(folder), double))
    machine = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    text = f"# Figures\n\nMade by `make bench` on {machine}; medians of {RUNS} rounds, one process.\n\n{table(lines)}\n"
    RESULTS.write_text(text)
    print(text)  # noqa: T201 - what the command is for


if __name__ == "__main__":
    main()
