"""The engine as the server assembles it, without HTTP: real database, real sandbox, real executor."""

import dataclasses
import hashlib
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from tests.people import Person
from tests.unit.engine.visitor import Visitor
from tests.unit.engine.world import GivingWay, MemorySender, SettableClock
from watchword.codes import generate
from watchword.expressions.mappings import MappingEngine
from watchword.expressions.policies import PolicyEngine
from watchword.expressions.prompts import PromptEngine
from watchword.expressions.sandbox import Sandbox
from watchword.flows.configuration import Configuration
from watchword.flows.execution import Execution
from watchword.flows.executor import Executor
from watchword.flows.expression_host import EngineHost
from watchword.flows.services import Services, new_token
from watchword.flows.shelf import Shelf
from watchword.gateways.errors import SendError
from watchword.gateways.message import Message
from watchword.keyring import Keyring
from watchword.metrics import Metrics
from watchword.model.base import ConfigObject
from watchword.passwords import hash_password
from watchword.settings import load
from watchword.stages.catalogue import CATALOGUE
from watchword.storage.authenticators import authenticators_of
from watchword.storage.config import save_changes
from watchword.storage.database import Database
from watchword.storage.deliveries import Delivery, list_deliveries
from watchword.storage.devices import SMSDevice
from watchword.storage.events import EventRow, list_events
from watchword.storage.measured import measured
from watchword.storage.sessions import create_session
from watchword.storage.tables import metadata
from watchword.storage.users import User, create_user, get_user, update_user
from watchword.traces import NO_TRACES, Traces

POLICY_SECONDS = 0.5


class Engine:
    def __init__(self, services: Services, sender: MemorySender, clock: SettableClock, planned: list[str]) -> None:
        self.services = services
        self.executor = Executor(services)
        self.sender = sender
        self.clock = clock
        self.next_codes = planned
        """Codes that come next, before random ones."""
        self.users: dict[str, User] = {}

    @property
    def outbox(self) -> list[Message]:
        return self.sender.memory.outbox

    @property
    def code(self) -> str:
        """The latest that was sent."""
        return self.outbox[-1].code

    @property
    def wrong(self) -> str:
        """As good as the latest code, but for its last digit."""
        return self.code[:-1] + str((int(self.code[-1]) + 1) % 10)

    def set(self, **settings: Any) -> None:
        """Changes settings; visitors who come after it are under them."""
        changed = msgspec.structs.replace(self.services.settings, **settings)
        self.services = dataclasses.replace(self.services, settings=changed)
        self.executor = Executor(self.services)

    def fail(self, error: SendError | None = None) -> None:
        """The gateway fails from now on."""
        self.sender.memory.failing = error or SendError("gateway", "HTTP 500: down", http_status=500)

    def recover(self) -> None:
        self.sender.memory.failing = None

    async def install(self, objects: Iterable[ConfigObject], *, remove: Iterable[str] = ()) -> None:
        """Into the database, and from there into force."""
        await self.services.database.run(
            save_changes,
            put=list(objects),
            remove=list(remove),
            catalogue=CATALOGUE,
            keyring=self.services.keyring,
            author="the tests",
            summary="",
            now=self.clock(),
        )
        await self.services.configuration.refresh()

    async def add_user(self, person: Person, **settings: Any) -> User:
        hashed = hash_password(person.password)
        given = {"email": f"{person.username}@example.org", "password_hash": hashed, **settings}
        user = await self.services.database.run(
            create_user, username=person.username, name=person.username.title(), now=self.clock(), **given
        )
        self.users[person.username] = user
        return user

    async def change_user(self, person: Person, **values: Any) -> None:
        await self.services.database.run(update_user, self.users[person.username].id, **values)

    async def user(self, person: Person) -> User:
        """As he stands in the database."""
        user = await self.services.database.read(get_user, self.users[person.username].id)
        assert user
        return user

    async def visitor(self, person: Person | None = None) -> Visitor:
        """Somebody in a new session of his own: signed in, or a stranger."""
        token, now = new_token(), self.clock()
        await self.services.database.run(
            create_session,
            token_hash=hashlib.sha256(token.encode()).hexdigest(),
            user_id=self.users[person.username].id if person else None,
            now=now,
            expires=now + timedelta(days=30),
            data={"signed_in_at": int(now.timestamp())} if person else {},
        )
        return Visitor(self.services, self.executor, token)

    async def execution(self, visitor: Visitor) -> Execution:
        """As it stands in the database."""
        flow = self.services.configuration.snapshot.flow(visitor.slug)
        assert flow
        assert visitor.visit
        execution = await Shelf(self.services).load(visitor.visit, flow)
        assert execution
        return execution

    async def prompt_data(self, visitor: Visitor) -> dict[str, Any]:
        return (await self.execution(visitor)).context.prompt_data

    async def devices(self, person: Person) -> list[SMSDevice]:
        return await self.services.database.read(authenticators_of, SMSDevice, self.users[person.username].id)

    async def events(self, action: str | None = None) -> list[EventRow]:
        """The oldest first."""
        return (await self.services.database.read(list_events, action=action))[::-1]

    async def deliveries(self) -> list[Delivery]:
        """The oldest first."""
        return (await self.services.database.read(list_deliveries))[::-1]

    async def count(self, table: str) -> int:
        return len(await self.rows(table))

    async def rows(self, table: str) -> list[Any]:
        return await self.services.database.read(_rows, table)


def _rows(conn: Connection, table: str) -> list[Any]:
    found = metadata.tables[table]
    return list(conn.execute(select(found).order_by(*found.primary_key)))


@asynccontextmanager
async def open_engine(database: Database, *, traces: Traces = NO_TRACES, **settings: Any) -> AsyncIterator[Engine]:
    """On a database that is migrated and stays open; `settings` are set as by the environment."""
    metrics = Metrics()
    clock, planned = SettableClock(), list[str]()
    given = load({}, database_url="sqlite://", secret_key="k" * 64, **settings)
    keyring = Keyring(given.secret_key)
    giving_way = measured(GivingWay(database), metrics.database, traces)
    host = EngineHost(giving_way, clock)
    sender = MemorySender(clock, metrics.sends, traces)
    async with Sandbox(timeout=POLICY_SECONDS, memory_mib=16, metrics=metrics.expressions) as sandbox:
        services = Services(
            settings=given,
            database=giving_way,
            keyring=keyring,
            configuration=Configuration(giving_way, CATALOGUE, keyring),
            sender=sender,
            policies=PolicyEngine(sandbox, host, traces=traces),
            mappings=MappingEngine(sandbox, host),
            prompts=PromptEngine(sandbox, host),
            clock=clock,
            new_code=_codes(planned),
            metrics=metrics,
            traces=traces,
        )
        yield Engine(services, sender, clock, planned)


def _codes(planned: list[str]) -> Callable[[int], str]:
    return lambda length: planned.pop(0) if planned else generate(length)
