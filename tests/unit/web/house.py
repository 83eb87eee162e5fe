"""The real application on a database of its own, with people in it, and a clock that tests turn."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from litestar import Litestar
from sqlalchemy import Connection, text

from tests.cheap_passwords import CHEAP
from tests.people import OTHER, OWNER, Person
from tests.postgres import Copied, copied, refill
from tests.unit.web.client import Visitor
from watchword.app import Options, bare_app, furnish
from watchword.blueprints.file import apply_text
from watchword.bootstrap import bootstrap
from watchword.flows.services import Services
from watchword.keyring import Keyring
from watchword.settings import Settings, load
from watchword.stages.catalogue import CATALOGUE
from watchword.storage.database import Database, open_database
from watchword.storage.migrate import migrate
from watchword.storage.users import create_user
from watchword.traces import NO_TRACES, Traces

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
_vacant: list[Litestar] = []
"""Applications that run no more: making one takes longer than most tests."""

FLOWS = Path(__file__).with_name("flows.yaml")


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass(frozen=True)
class House:
    app: Litestar
    services: Services
    clock: Clock

    def visitor(self, **about: Any) -> Visitor:
        return Visitor(self.app, **about)

    async def signed_in(self, person: Person, **about: Any) -> Visitor:
        return await self.visitor(**about).sign_in(person)

    def code_for(self, person: Person) -> str:
        """The newest that the demo gateway carried to him."""
        return self.services.sender.inbox(person.number)[-1].code

    async def rows(self, query: str, **values: Any) -> list[dict[str, Any]]:
        return await self.services.database.read(select_rows, query, values)

    async def write(self, statement: str, **values: Any) -> None:
        await self.services.database.run(execute, statement, values)


def select_rows(conn: Connection, query: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    return [dict(row) for row in conn.execute(text(query), values).mappings()]


def execute(conn: Connection, statement: str, values: dict[str, Any]) -> None:
    conn.execute(text(statement), values)


@dataclass(frozen=True)
class Prepared:
    """The demo, our people, and the flows of these tests: made once, and laid out anew for each test."""

    data_dir: Path
    environment: Mapping[str, str]
    """Where it is not SQLite: the settings that lead to it."""
    rows: Copied

    def lay_out(self, data_dir: Path) -> None:
        shutil.copytree(self.data_dir, data_dir)
        if url := self.environment.get("WATCHWORD_DATABASE_URL"):
            refill(url, self.rows)


def prepare(data_dir: Path, environment: Mapping[str, str]) -> Prepared:
    data_dir.mkdir()
    settings = load(environment, data_dir=data_dir)
    migrate(settings.database_url)
    asyncio.run(_fill(settings))
    url = environment.get("WATCHWORD_DATABASE_URL")
    return Prepared(data_dir, environment, copied(url) if url else {})


async def _fill(settings: Settings) -> None:
    database = open_database(settings.database_url)
    await bootstrap(settings, database, demo=True, clock=lambda: NOW)
    await apply_flows(database, Keyring(settings.secret_key), FLOWS.read_text())
    for person in (OWNER, OTHER):
        hashed = CHEAP.hash(person.password)
        await database.run(create_user, username=person.username, now=NOW, password_hash=hashed)
    await database.close()


async def apply_flows(
    database: Database, keyring: Keyring, text: str, clock: Clock | None = None, **context: str
) -> None:
    """A blueprint of the tests."""
    await apply_text(
        database,
        text,
        name="flows.yaml",
        catalogue=CATALOGUE,
        keyring=keyring,
        author="the tests",
        clock=clock or Clock(),
        context=context,
    )


@asynccontextmanager
async def open_house(
    prepared: Prepared, data_dir: Path, *, demo: bool = True, traces: Traces = NO_TRACES, **settings: str
) -> AsyncIterator[House]:
    """`settings` by their environment names without the prefix."""
    prepared.lay_out(data_dir)
    clock, ready = Clock(), list[Services]()
    named = {f"WATCHWORD_{name.upper()}": value for name, value in settings.items()}
    read = load({**prepared.environment, **named}, data_dir=data_dir)
    app = _vacant.pop() if _vacant else bare_app()
    options = Options(demo=demo, clock=clock, traces=traces, on_ready=ready.append)
    async with started(furnish(app, read, options)):
        yield House(app, ready[0], clock)
    _vacant.append(app)


@asynccontextmanager
async def started(app: Litestar) -> AsyncIterator[None]:
    """Within a task of its own: pytest's fixtures begin and end in different ones, which the application must not."""
    ready, stop = asyncio.get_running_loop().create_future(), asyncio.Event()

    async def live() -> None:
        async with app.lifespan():
            ready.set_result(None)
            await stop.wait()

    life = asyncio.create_task(live())
    await asyncio.wait({life, ready}, return_when=asyncio.FIRST_COMPLETED)
    try:
        if ready.done():
            yield
    finally:
        stop.set()
        await life
