"""The handler of the design: two statements in a transaction, by the framework and the SQL library."""

from pathlib import Path

from benchmarks.acts import Act, act_of
from benchmarks.databases import path_of
from benchmarks.floor import sqlite
from benchmarks.floor.app import EMPTY
from benchmarks.floor.framework import application
from benchmarks.tracing import listening_to_sqlite
from benchmarks.within import Within

JSON = [("Content-Type", "application/json")]


async def test_it_selects_and_updates_in_one_transaction(tmp_path: Path) -> None:
    url, heard = f"sqlite:///{tmp_path / 'floor.db'}", list[Act]()
    sqlite.prepare(path_of(url))
    with listening_to_sqlite(lambda statement: heard.append(act) if (act := act_of(statement)) else None):
        app = application(url)
        async with app.lifespan():
            heard.clear()
            answer = await Within(app).call("POST", "/answer/3", JSON, b'{"note": "typed"}')
            assert (answer.status, b"typed" in answer.body) == (200, True)
            assert [act for act in heard if act not in ("begin", "commit")] == ["select", "update"]
            assert heard.count("commit") == 1
            heard.clear()
            assert (await Within(app).call("GET", EMPTY, [])).status == 200
            assert heard == []
