"""A database in memory with the three people of every test, and an administrator."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection

from watchword.administration.author import Author
from watchword.administration.superusers import make_administrator
from watchword.errors import FieldsInvalid
from watchword.keyring import Keyring
from watchword.storage.database import Database, open_database
from watchword.storage.events import EventRow, list_events
from watchword.storage.tables import metadata
from watchword.storage.users import User, create_user

P = ParamSpec("P")
T = TypeVar("T")

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
KEYRING = Keyring("a secret key of the tests")


class Office:
    """`ada` administers; `olivia` and `oscar` do not."""

    def __init__(self, database: Database, people: dict[str, User]) -> None:
        self.database = database
        self.people = people

    def by(self, name: str) -> Author:
        return Author(self.people[name], "192.0.2.7")

    async def run(self, work: Callable[Concatenate[Connection, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self.database.run(work, *args, **kwargs)

    async def events(self, action: str) -> list[EventRow]:
        return [event for event in await self.database.read(list_events) if event.action == action]

    async def refused(self, work: Callable[..., object], /, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """What is wrong, by field; nothing has changed then."""
        before = len(await self.database.read(list_events))
        try:
            await self.database.run(work, *args, **kwargs)
        except FieldsInvalid as error:
            assert len(await self.database.read(list_events)) == before
            return dict(error.errors)
        raise AssertionError("It was not refused.")


@asynccontextmanager
async def open_office() -> AsyncIterator[Office]:
    database = open_database("sqlite://")
    await database.run(metadata.create_all)
    people = {name: await database.run(_person, name) for name in ("ada", "olivia", "oscar")}
    yield Office(database, people)
    await database.close()


def _person(conn: Connection, name: str) -> User:
    made = create_user(conn, username=name, now=NOW)
    if name == "ada":
        make_administrator(conn, made)
    return made
