"""The configuration, loaded from the database and checked; the floor reads the same rows and decodes their JSON."""

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from statistics import median
from typing import Any

import msgspec
import psycopg

from benchmarks.databases import NAMES, Dialect, empty_database, path_of
from benchmarks.house import KEY, House
from benchmarks.load import Effort
from benchmarks.processes import cores, pinned
from benchmarks.table import Line, percent, spread
from benchmarks.timing import Work, in_turns, microseconds
from watchword.clock import system_clock
from watchword.keyring import Keyring
from watchword.model.base import ConfigObject
from watchword.model.flow import Flow, FlowStageBinding
from watchword.model.policy import ExpressionPolicy
from watchword.model.prompt import Prompt
from watchword.model.snapshot import Snapshot
from watchword.stages.catalogue import CATALOGUE
from watchword.stages.prompt import PromptStage
from watchword.storage.config import load_objects, save_changes
from watchword.storage.database import Database, open_database
from watchword.storage.migrate import migrate

SIZES = (10, 1_000, 10_000)
_QUERY = "SELECT pk, model, document FROM config_object"


def objects(count: int) -> list[ConfigObject]:
    """Flows of one stage, with a prompt and a policy."""
    return [one for number in range(count // 5) for one in _flow(number)]


def _flow(number: int) -> Iterator[ConfigObject]:
    prompt = Prompt(name=f"prompt-{number}", field_key="phone", label="Phone number", type="text")
    policy = ExpressionPolicy(name=f"policy-{number}", expression="return bool(request.context['prompt_data'])")
    stage = PromptStage(name=f"stage-{number}", fields=[prompt.pk], validation_policies=[policy.pk])
    flow = Flow(name=f"flow-{number}", title="A flow", slug=f"flow-{number}", designation="enrollment")
    yield from (prompt, policy, stage, flow, FlowStageBinding(target=flow.pk, stage=stage.pk, order=10))


async def lines(house: House, effort: Effort) -> list[Line]:
    found = []
    for size in SIZES:
        with empty_database(house.dialect, house.folder) as url, pinned(cores().server):
            found.append(await _line(house.dialect, url, size, effort))
    return found


async def _line(dialect: Dialect, url: str, size: int, effort: Effort) -> Line:
    migrate(url)
    database, keyring = open_database(url), Keyring(KEY)
    await _save(database, keyring, size)
    async with _reading(dialect, url, size) as read:
        works = {"floor": read, "ours": _loading(database, keyring, size)}
        found = await in_turns(works, rounds=effort.rounds, times=max(1, 200 // size))
    await database.close()
    ratios = [theirs / mine for theirs, mine in zip(found["floor"], found["ours"], strict=True)]
    return Line(
        f"configuration of {size:,} objects loaded",
        NAMES[dialect],
        floor=microseconds(median(found["floor"])),
        ours=microseconds(median(found["ours"])),
        ratio=percent(median(ratios)),
        spread=spread(ratios),
        note="the floor reads the rows and decodes them; Watchword also checks all references",
    )


async def _save(database: Database, keyring: Keyring, size: int) -> None:
    await database.run(
        save_changes,
        put=objects(size),
        remove=[],
        catalogue=CATALOGUE,
        keyring=keyring,
        author="benchmarks",
        summary="",
        now=system_clock(),
        expected_revision=0,
    )


def _loading(database: Database, keyring: Keyring, size: int) -> Work:
    async def load() -> None:
        snapshot = Snapshot(await database.read(load_objects, CATALOGUE, keyring))
        assert sum(1 for _ in snapshot.all(Flow)) == size // 5

    return load


@asynccontextmanager
async def _reading(dialect: Dialect, url: str, size: int) -> AsyncIterator[Work]:
    if dialect == "sqlite":
        with closing(sqlite3.connect(path_of(url))) as file:

            async def read() -> None:
                _decode(file.execute(_QUERY).fetchall(), size)

            yield read
    else:
        async with await psycopg.AsyncConnection.connect(url, autocommit=True) as server:

            async def ask() -> None:
                _decode(await (await server.execute(_QUERY)).fetchall(), size)

            yield ask


def _decode(rows: list[Any], size: int) -> None:
    found = [msgspec.json.decode(row[2]) for row in rows]
    assert len(found) == size
