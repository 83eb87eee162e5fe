"""The floor does what was counted of Watchword: as many statements, transactions and calls."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from benchmarks.acts import Act, Script, act_of
from benchmarks.databases import path_of
from benchmarks.floor.app import EMPTY, FloorApp
from benchmarks.floor.plan import Plan
from benchmarks.gateway import Gateway
from benchmarks.house import House, house
from benchmarks.jobs import ANSWER, ENROL, SHOW, SIGN_IN
from benchmarks.members import PASSWORD, hashed
from benchmarks.tracing import listening_to_sqlite
from benchmarks.within import Within


@asynccontextmanager
async def running(app: FloorApp) -> AsyncIterator[Within]:
    asked: asyncio.Queue[Any] = asyncio.Queue()
    said: asyncio.Queue[Any] = asyncio.Queue()
    life = asyncio.create_task(app({"type": "lifespan"}, asked.get, said.put))
    await asked.put({"type": "lifespan.startup"})
    assert (await said.get())["type"] == "lifespan.startup.complete"
    yield Within(app)
    await asked.put({"type": "lifespan.shutdown"})
    await life


async def test_the_floor_does_as_much_as_was_counted(tmp_path: Path) -> None:
    async with Gateway() as gateway, house("sqlite", tmp_path, gateway) as built:
        scripts = {job.name: await built.script_of(job) for job in (SHOW, ANSWER, ENROL, SIGN_IN)}
        check_scripts(scripts)
        heard: list[Act] = []
        with listening_to_sqlite(lambda statement: heard.append(act) if (act := act_of(statement)) else None):
            taken = gateway.taken
            async with running(floor_of(built, scripts)) as floor:
                heard.clear()
                for number in range(len(scripts["enrol"].exchanges)):
                    assert (await floor.call("POST", f"/enrol/{number}", [], b"{}")).status == 200
                assert (await floor.call("GET", EMPTY, [])).status == 200
        done = Counter(act for exchange in scripts["enrol"].exchanges for act in exchange.acts)
        assert Counter(heard) == Counter({act: count for act, count in done.items() if act != "call"})
        assert gateway.taken - taken == done["call"] == 1


def floor_of(built: House, scripts: dict[str, Script]) -> FloorApp:
    return FloorApp(Plan("sqlite", path_of(built.floor_url), built.gateway.url, scripts, hashed(), PASSWORD))


def check_scripts(scripts: dict[str, Script]) -> None:
    """One that counted nothing would make a floor that nobody reaches, or one that costs nothing."""
    assert [len(scripts[name].exchanges) for name in ("show", "answer", "enrol", "sign-in")] == [1, 21, 3, 4]
    assert 1 <= scripts["show"].statements < scripts["answer"].statements
    assert scripts["show"].count("insert", "update", "delete") == 0
    assert scripts["enrol"].count("insert") >= 4, "a session, an execution, a user, a code, a device, a delivery"
    assert (scripts["enrol"].count("call"), scripts["enrol"].count("verify")) == (1, 0)
    assert (scripts["sign-in"].count("call"), scripts["sign-in"].count("verify")) == (1, 1)
    for script in scripts.values():
        assert script.count("begin") == script.count("commit")
