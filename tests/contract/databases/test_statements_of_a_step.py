"""What a step, and a whole enrolment, ask of the database: counted at the driver, so that none slips in unseen."""

import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest
from litestar import Litestar
from sqlalchemy import event
from sqlalchemy.pool import Pool

from tests.people import OWNER, STRANGER
from tests.unit.web.client import Visitor
from watchword.app import Options, create_app
from watchword.blueprints.file import apply_text
from watchword.flows.services import Services
from watchword.keyring import Keyring
from watchword.settings import load
from watchword.stages.catalogue import CATALOGUE
from watchword.storage.database import open_database

FLOW = "enrol"
BLUEPRINT = Path(__file__).with_name("enrolment.yaml")
_BEGINS = ("BEGIN IMMEDIATE", "<BEGIN>")
"""Of transactions that write. On PostgreSQL those that read have none, and psycopg's are marked below."""
_BESIDE = ("advisory", "LISTEN", "config_revision")
"""PostgreSQL's named locks, and what looks for changes of the configuration meanwhile."""
_NO_STATEMENTS = ("<BEGIN", "BEGIN", "COMMIT", "ROLLBACK")


@dataclass
class Heard:
    """What came to the driver since it was last asked."""

    all: list[str] = field(default_factory=list)

    def count(self) -> tuple[int, int]:
        """Statements, and transactions that write."""
        heard, self.all[:] = [sql for sql in self.all if not any(word in sql for word in _BESIDE)], []
        statements = [sql for sql in heard if not sql.startswith(_NO_STATEMENTS)]
        return len(statements), sum(sql in _BEGINS for sql in heard)


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Iterator[Heard]:
    found, execute = Heard(), psycopg.AsyncCursor.execute

    def listen(connection: Any, _record: Any) -> None:
        if isinstance(connection, sqlite3.Connection):
            connection.set_trace_callback(found.all.append)

    async def executed(cursor: Any, query: Any, *args: Any, **kwargs: Any) -> Any:
        found.all.append("<BEGIN>" if query == "BEGIN" else str(query))
        return await execute(cursor, query, *args, **kwargs)

    monkeypatch.setattr(psycopg.AsyncCursor, "execute", executed)
    event.listen(Pool, "connect", listen)
    yield found
    event.remove(Pool, "connect", listen)


@dataclass
class Server:
    app: Litestar
    services: Services


Serve = Callable[[], AbstractAsyncContextManager[Server]]


@pytest.fixture
def serve(database_url: str, heard: Heard, tmp_path: Path) -> Serve:
    """To be entered within the test: an application must end in the task in which it began."""
    environment = {"WATCHWORD_DATABASE_URL": database_url, "WATCHWORD_SECRET_KEY": "k" * 50}
    settings, ready = load(environment, data_dir=tmp_path), list[Services]()
    text, keyring = BLUEPRINT.read_text(), Keyring(settings.secret_key)

    @asynccontextmanager
    async def serving() -> AsyncIterator[Server]:
        database = open_database(database_url)
        await apply_text(database, text, name="it", catalogue=CATALOGUE, keyring=keyring, author="the tests")
        await database.close()
        app = create_app(settings, Options(demo=True, on_ready=ready.append))
        async with app.lifespan():
            yield Server(app, ready[0])

    return serving


async def enrol(server: Server, heard: Heard, username: str, number: str) -> tuple[Visitor, list[tuple[int, int]]]:
    visitor, counts = Visitor(server.app), []
    heard.count()
    await visitor.see(FLOW)
    counts.append(heard.count())
    await visitor.answer(FLOW, username=username, phone=number)
    counts.append(heard.count())
    end = await visitor.answer(FLOW, code=server.services.sender.inbox()[-1].code)
    counts.append(heard.count())
    assert end["component"] == "xak-flow-redirect"
    return visitor, counts


async def test_an_enrolment_takes_no_more_than_it_did(serve: Serve, heard: Heard) -> None:
    """As (statements, transactions that write), for the first page, for name and number, and for the code."""
    async with serve() as server:
        await enrol(server, heard, OWNER.username, OWNER.number)
        _, counts = await enrol(server, heard, STRANGER.username, STRANGER.number)
    assert counts == [(2, 2), (16, 3), (20, 3)]


async def test_a_step_that_is_shown_again_is_one_statement(serve: Serve, heard: Heard) -> None:
    async with serve() as server:
        stranger = Visitor(server.app)
        await stranger.see(FLOW)
        owner, _ = await enrol(server, heard, OWNER.username, OWNER.number)
        await owner.see(FLOW)
        for visitor in (stranger, owner):
            heard.count()
            await visitor.see(FLOW)
            assert heard.count() == (1, 0)


async def test_an_answer_that_is_refused_changes_nothing(serve: Serve, heard: Heard) -> None:
    async with serve() as server:
        stranger = Visitor(server.app)
        await stranger.see(FLOW)
        heard.count()
        assert (await stranger.answer(FLOW, username="", phone=""))["response_errors"]
        assert heard.count() == (1, 0)
