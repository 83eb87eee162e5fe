"""Two replicas of the real application that share one database and one key, and people who ask both at once.

On PostgreSQL each has connections of its own, and what they do happens at the same time. SQLite is one process's: both
names are the same application there, and the database lets other requests run before each unit of work.
"""

import asyncio
import hashlib
import itertools
import json
import random
import secrets
from collections.abc import AsyncIterator, Awaitable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar
from unittest.mock import patch

from litestar import Litestar
from sqlalchemy import Connection

from tests.cheap_passwords import CHEAP
from tests.databases import KEY, Kind, database_settings
from tests.e2e.numbers import fresh_number
from tests.people import Person
from tests.unit.engine.world import GivingWay
from tests.unit.web.client import CSRF, SESSION, Visitor
from tests.unit.web.house import NOW, Clock, apply_flows, execute, select_rows, started
from watchword.administration.superusers import make_administrator
from watchword.app import Options, bare_app, furnish
from watchword.blueprints.shipped_files import shipped_text
from watchword.bootstrap import bootstrap
from watchword.flows.services import Services
from watchword.gateways.demo.gateway import DemoGateway, DemoMessage
from watchword.gateways.errors import SendError
from watchword.keyring import Keyring
from watchword.settings import Settings, load
from watchword.storage.database import Database, open_database
from watchword.storage.migrate import migrate
from watchword.storage.sessions import create_session
from watchword.storage.users import User, create_user

T = TypeVar("T")

PASSWORD = "everybody here has this password"
FLOWS = Path(__file__).with_name("flows.yaml")
SECOND = "sign-in-with-second-factor"
DIRECT = "sms-enrollment-direct"

_names = itertools.count()


class Post:
    """What is between the gateway and the phones: slow, and now and then held up."""

    def __init__(self) -> None:
        self.busy, self._free = asyncio.Event(), asyncio.Event()
        self._free.set()
        self.fails = False
        """Whether what is carried is lost."""

    def hold(self) -> None:
        """Nothing arrives any more; `busy` says that something waits."""
        self.busy.clear()
        self._free.clear()

    def go_on(self) -> None:
        self._free.set()

    async def carry(self) -> None:
        self.busy.set()
        await asyncio.sleep(0.005)
        await self._free.wait()
        if self.fails:
            raise SendError("network", "lost on its way")


@dataclass(frozen=True)
class Replicas:
    apps: tuple[Litestar, Litestar]
    services: tuple[Services, Services]
    clock: Clock
    data_dir: Path
    post: Post

    @property
    def database(self) -> Database:
        return self.services[0].database

    @property
    def kind(self) -> str:
        return self.database.dialect

    def stranger(self) -> Visitor:
        """In no session yet; from an address of his own, as limits are counted by address too."""
        return Visitor(self.apps[0], address=f"2001:db8:{next(_names):x}::1")

    async def newcomer(self, *, superuser: bool = False) -> tuple[Person, User]:
        """With a name and a number that nobody had before him."""
        number = fresh_number()
        person = Person(f"person-{next(_names)}", PASSWORD, number, f"0{number[3:]}", "DE")
        return person, await self.database.run(_make_person, person, superuser)

    async def signed_in(self, user: User) -> Visitor:
        """In a new session, just begun."""
        token, now = secrets.token_urlsafe(32), self.clock()
        await self.database.run(
            create_session,
            token_hash=hashlib.sha256(token.encode()).hexdigest(),
            user_id=user.id,
            now=now,
            expires=now + timedelta(days=30),
            data={"signed_in_at": int(now.timestamp())},
        )
        visitor = self.stranger()
        visitor.cookies[SESSION] = token
        await visitor.get("/if/user/")
        assert visitor.cookies[CSRF]
        return visitor

    async def person(self, **about: Any) -> tuple[Person, Visitor]:
        person, user = await self.newcomer(**about)
        return person, await self.signed_in(user)

    async def phone_owner(self) -> Person:
        """Somebody who has enrolled his number."""
        person, visitor = await self.person()
        await self.enrol(person, visitor)
        return person

    async def enrol(self, person: Person, visitor: Visitor) -> None:
        await visitor.see(DIRECT)
        await visitor.answer(DIRECT, phone_number=person.number)
        assert ended(await visitor.answer(DIRECT, code=self.code(person.number)))

    def same(self, visitor: Visitor, count: int) -> list[Visitor]:
        """One browser's many tabs, or one attacker's many connections: the same cookies, each replica in turn."""
        return [replace(visitor, app=self.apps[place % 2], cookies=dict(visitor.cookies)) for place in range(count)]

    def messages(self, number: str) -> list[DemoMessage]:
        """That both carried to it; in the order of their times."""
        kept = {id(services.sender): services.sender.inbox(number) for services in self.services}
        return sorted(itertools.chain(*kept.values()), key=lambda message: message.time)

    def code(self, number: str) -> str:
        return self.messages(number)[-1].code

    async def rows(self, query: str, **values: Any) -> list[dict[str, Any]]:
        return await self.database.read(select_rows, query, values)

    async def write(self, statement: str, **values: Any) -> None:
        await self.database.run(execute, statement, values)

    async def without_superusers(self) -> None:
        """Those of the tests before are nobody's concern."""
        of_superusers = "SELECT user_id FROM membership JOIN user_group ON user_group.pk = group_pk WHERE is_superuser"
        await self.write(f"UPDATE users SET is_active = false WHERE id IN ({of_superusers})")  # noqa: S608 - our own

    async def at_password(self, username: str) -> Visitor:
        visitor = self.stranger()
        await visitor.see(SECOND)
        await visitor.answer(SECOND, uid_field=username)
        return visitor

    async def at_second_factor(self, username: str, device_class: str = "") -> Visitor:
        """Somebody whose password was right; at a device of this class, where it is not the first one."""
        visitor = await self.at_password(username)
        shown = await visitor.answer(SECOND, password=PASSWORD)
        if device_class:
            [chosen] = [one for one in shown["device_challenges"] if one["device_class"] == device_class]
            await visitor.answer(SECOND, selected_challenge=chosen)
        return visitor

    async def devices(self, number: str) -> list[dict[str, Any]]:
        return await self.rows("SELECT * FROM sms_device WHERE phone_number = :number", number=number)


def _make_person(conn: Connection, person: Person, superuser: bool) -> User:
    user = create_user(conn, username=person.username, now=NOW, password_hash=CHEAP.hash(person.password))
    if superuser:
        make_administrator(conn, user)
    return user


async def at_once(works: Sequence[Awaitable[T]]) -> list[T]:
    """In the order given; raises what any of them raises."""
    return await asyncio.gather(*works)


def shuffled(items: Sequence[T], seed: int) -> list[T]:
    """The same in another order for each seed, so that a round that fails can be had again."""
    mixed = list(items)
    random.Random(seed).shuffle(mixed)  # noqa: S311 - an order, no secret
    return mixed


async def answered(visitor: Visitor, slug: str, **values: Any) -> dict[str, Any]:
    """The challenge; or, for who came too late, `{"conflict": True}`. Nothing else may happen."""
    answer = await visitor.post(slug, json.dumps(values).encode())
    assert answer.status in (200, 409), answer
    return {"conflict": True} if answer.status == 409 else dict(answer.json)


def problem(challenge: dict[str, Any]) -> str:
    """The code of the first thing that was wrong with the answer, or ""; "conflict" for who came too late."""
    if challenge.get("conflict"):
        return "conflict"
    errors = challenge.get("response_errors") or {}
    return next((error["code"] for found in errors.values() for error in found), "")


def ended(challenge: dict[str, Any]) -> bool:
    return challenge.get("component") == "xak-flow-redirect"


@asynccontextmanager
async def open_replicas(kind: Kind, data_dir: Path) -> AsyncIterator[Replicas]:
    with database_settings(kind) as environment:
        settings = load({"WATCHWORD_SECRET_KEY": KEY, **environment}, data_dir=data_dir)
        migrate(settings.database_url)
        await fill(settings)
        async with running(settings) as opened:
            yield opened


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Replicas]:
    """On a database that is there."""
    clock, ready = Clock(), list[Services]()
    count = 2 if settings.database_url.startswith("postgresql") else 1
    apps = [bare_app() for _ in range(count)]
    with _races_shown(post := Post()):
        async with AsyncExitStack() as stack:
            for app in apps:
                options = Options(demo=True, clock=clock, on_ready=ready.append)
                await stack.enter_async_context(started(furnish(app, settings, options)))
            yield Replicas((apps[0], apps[-1]), (ready[0], ready[-1]), clock, settings.data_dir, post)


@contextmanager
def _races_shown(post: Post) -> Iterator[None]:
    """Other requests run between any two units of work, and while a message is on its way."""
    send = DemoGateway.send

    async def slowly(self: DemoGateway, *args: Any) -> Any:
        await post.carry()
        return await send(self, *args)

    with (
        patch("watchword.app.open_database", lambda url, **limits: _giving_way(open_database(url, **limits))),
        patch.object(DemoGateway, "send", slowly),
    ):
        yield


def _giving_way(database: Database) -> Database:
    return GivingWay(database) if database.dialect == "sqlite" else database


async def fill(settings: Settings) -> None:
    database, keyring = open_database(settings.database_url), Keyring(settings.secret_key)
    await bootstrap(settings, database, demo=True, clock=lambda: NOW)
    for text in (FLOWS.read_text(), shipped_text("recovery")):
        await apply_flows(database, keyring, text)
    await database.close()
