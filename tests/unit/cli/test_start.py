"""A server starts, and answers its first visitor, without what it needs later or never.

The time itself is not tested, as machines differ; what would be most of it is named here.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.databases import Kind, database_settings

FOR_POSTGRESQL = "for PostgreSQL"
NEVER = {
    "aiohttp": "the client of gateways: with the first message",
    "alembic": "only a database of an earlier version is migrated step by step",
    "sqlalchemy.ext.asyncio": "SQLAlchemy's `AsyncEngine`, which brings the next one along: PostgreSQL needs neither",
    "sqlalchemy.orm": "nothing here uses it",
    "psycopg": FOR_POSTGRESQL,
    "pydantic": "Litestar's plugin for it, where somebody has installed it",
    "opentelemetry.sdk": "an extra, and only where spans are wanted",
    "markdown_it": "the console's manual",
    "watchword.web.pages.console.routes": "the console: with its first page",
    "watchword.web.api.operations": "the API for administrators: with its first call",
    "watchword.administration.doctor": "the doctor, within the console",
    "watchword.migration": "the import from authentik",
    "phonenumbers.data.region_DE": "the numbers of all countries: with the first page that asks for one",
}
ONLY_FIRST = {"watchword.blueprints.file": "the shipped sign-in is applied once"}

PROGRAM = """
import asyncio, json, sys
from watchword.cli import main, serve
from tests.unit.web.client import Visitor

async def answer_one(app, host, port):
    async with app.lifespan():
        ready = await Visitor(app).get("/-/health/ready/")
        page = await Visitor(app).get("/if/flow/default-authentication-flow/", accept="text/html")
        assert (ready.status, page.status) == (204, 200), (ready, page)
        print(json.dumps(sorted(sys.modules)))
        return True

serve.run, serve._check_port = answer_one, lambda *_: None
main(["serve", "--data-dir", sys.argv[1]])
"""


def modules_of_a_start(data_dir: Path, environment: dict[str, str]) -> set[str]:
    """Of a process of its own, when it has answered."""
    command = [sys.executable, "-c", PROGRAM, str(data_dir)]
    whole = {**os.environ, **environment}
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, env=whole)  # noqa: S603 - our own program
    assert done.returncode == 0, done.stderr
    return set(json.loads(next(line for line in done.stdout.splitlines() if line.startswith("["))))


@pytest.fixture(scope="module")
def starts(database_kind: Kind, tmp_path_factory: pytest.TempPathFactory) -> tuple[set[str], set[str]]:
    """The first start, and the second."""
    data_dir = tmp_path_factory.mktemp("started") / "data"
    with database_settings(database_kind) as environment:
        return modules_of_a_start(data_dir, environment), modules_of_a_start(data_dir, environment)


@pytest.mark.parametrize("start", [0, 1], ids=["first start", "second start"])
@pytest.mark.parametrize("name", sorted(NEVER))
def test_it_starts_without(starts: tuple[set[str], set[str]], database_kind: Kind, start: int, name: str) -> None:
    needed = database_kind == "postgresql" and NEVER[name] == FOR_POSTGRESQL
    assert (name in starts[start]) is needed, NEVER[name]


@pytest.mark.parametrize("name", sorted(ONLY_FIRST))
def test_what_is_applied_once_is_needed_once(starts: tuple[set[str], set[str]], name: str) -> None:
    assert name in starts[0]
    assert name not in starts[1], ONLY_FIRST[name]


def test_everything_named_here_exists() -> None:
    """Else a name that changed would be absent for ever."""
    program = f"import importlib; [importlib.import_module(name) for name in {sorted(NEVER | ONLY_FIRST)!r}]"
    subprocess.run([sys.executable, "-c", program], check=True, timeout=120)  # noqa: S603 - our own program
