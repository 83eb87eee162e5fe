"""A process that dies before or after any of its writes, or within a send: the next one goes on from there.

Here a death is an exception that nothing catches, and the next process an executor that knows nothing: so every write
of an enrolment gets its turn. Real processes die in `test_kill_9.py`.
"""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from itertools import count
from typing import Any, Concatenate, Literal, ParamSpec, TypeVar

import pytest
from sqlalchemy import Connection

from tests.e2e.numbers import fresh_number
from tests.people import OTHER, OWNER
from tests.unit.engine.engine import Engine, open_engine
from tests.unit.engine.fixtures import quick as quick
from tests.unit.engine.flows import asks, flow, prompt, sms
from tests.unit.engine.visitor import Visitor, ended, problem
from tests.unit.engine.world import MemorySender
from watchword.flows.executor import Executor
from watchword.gateways.base import GatewaySettings
from watchword.gateways.message import Message, Receipt
from watchword.storage.database import Database, open_database
from watchword.storage.urls import Dialect

P = ParamSpec("P")
T = TypeVar("T")
Side = Literal["before", "after"]


class Killed(BaseException):
    """No `except Exception` sees it."""


class Life:
    """Ends at a write, or at a message, on one side of it; until it is told so it goes on for ever."""

    def __init__(self) -> None:
        self.writes_left: int | None = None
        self.dies_sending = False
        self.side: Side = "before"

    def ends_at_write(self, number: int, side: Side) -> None:
        self.writes_left, self.side = number, side

    def ends_sending(self, side: Side) -> None:
        self.dies_sending, self.side = True, side

    def begins_anew(self) -> None:
        self.writes_left, self.dies_sending = None, False

    def write(self) -> bool:
        """Whether this one is the last."""
        if self.writes_left is None:
            return False
        self.writes_left -= 1
        return self.writes_left == 0


class MortalDatabase:
    def __init__(self, database: Database, life: Life) -> None:
        self._database = database
        self._life = life

    @property
    def dialect(self) -> Dialect:
        return self._database.dialect

    async def run(self, fn: Callable[Concatenate[Connection, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        last = self._life.write()
        if last and self._life.side == "before":
            raise Killed
        done = await self._database.run(fn, *args, **kwargs)
        if last:
            raise Killed
        return done

    async def read(self, fn: Callable[Concatenate[Connection, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._database.read(fn, *args, **kwargs)

    async def close(self) -> None:
        await self._database.close()


class MortalSender(MemorySender):
    life: Life

    async def send(self, settings: GatewaySettings, message: Message) -> Receipt:
        if self.life.dies_sending and self.life.side == "before":
            raise Killed
        receipt = await super().send(settings, message)
        if self.life.dies_sending:
            raise Killed
        return receipt


@pytest.fixture
def life() -> Life:
    return Life()


@pytest.fixture
async def engine(quick: None, database_url: str, life: Life) -> AsyncIterator[Engine]:
    database = open_database(database_url)
    async with open_engine(MortalDatabase(database, life)) as made:
        sender = MortalSender(made.clock)
        sender.life = life
        made.sender, made.services = sender, replace(made.services, sender=sender)
        made.executor = Executor(made.services)
        for person in (OWNER, OTHER):
            await made.add_user(person)
        await made.install(flow(asks(prompt()), sms()))
        yield made
    await database.close()


class Survivor:
    """Somebody who does what the page says, reloads it when the server was gone, and asks for nothing else."""

    def __init__(self, engine: Engine, visitor: Visitor) -> None:
        self.engine = engine
        self.visitor = visitor
        self.number = fresh_number()
        self.asked_again = 0

    @property
    def received(self) -> list[str]:
        return [message.code for message in self.engine.outbox if message.to == self.number]

    async def enrol(self) -> None:
        shown = await self.visitor.look()
        for _ in range(8):
            # Where the last answer was lost, he begins anew and reads that he is through.
            if ended(shown) or "number_enrolled" in str(shown.get("response_errors")):
                return
            shown = await self._next(shown)
        raise AssertionError(f"This goes on for ever: {shown}")

    async def _next(self, shown: dict[str, Any]) -> dict[str, Any]:
        if shown["component"] == "ak-stage-prompt":
            return await self.visitor.answer(phone=self.number)
        if shown["phone_number_required"]:
            return await self.visitor.answer(phone_number=self.number)
        if self.received:
            return await self.visitor.answer(code=self.received[-1])
        # Nothing came. He waits as long as the page says, and asks again.
        self.engine.clock.advance(shown["resend_after"])
        self.asked_again += 1
        again = await self.visitor.answer(resend=True)
        assert again.get("response_errors", {}) == {}, problem(again)
        return again


async def dies(survivor: Survivor, life: Life) -> bool:
    """Whether the server did while he enrolled; he went on with the next one."""
    try:
        await survivor.enrol()
    except Killed:
        life.begins_anew()
        survivor.visitor.meets(Executor(survivor.engine.services))
        await survivor.enrol()
        return True
    return False


async def assert_all_is_well(engine: Engine, survivor: Survivor) -> None:
    devices = [one for one in await engine.devices(OWNER) if one.phone_number == survivor.number]
    assert len(devices) == 1
    assert await engine.devices(OTHER) == []
    assert len(survivor.received) <= 1 + survivor.asked_again
    used = [row for row in await engine.rows("code") if row.number_key == devices[0].number_key and row.state == "used"]
    assert len(used) == 1
    hits = [len(row.hits) for row in await engine.rows("throttle") if row.key == f"sms:number:{devices[0].number_key}"]
    # What died on its way may have gone out, so it counts; what did what it was for does not.
    assert hits <= [1]


@pytest.mark.parametrize("side", ["before", "after"])
async def test_a_death_at_any_write_ends_with_one_phone(engine: Engine, life: Life, side: Side) -> None:
    for number in count(1):
        survivor = Survivor(engine, await engine.visitor(OWNER))
        life.ends_at_write(number, side)
        if not await dies(survivor, life):
            assert number > 5, "So few writes make no enrolment."
            break
        await assert_all_is_well(engine, survivor)


@pytest.mark.parametrize("side", ["before", "after"])
async def test_a_death_within_a_send_sends_nothing_by_itself(engine: Engine, life: Life, side: Side) -> None:
    """A message that went out works, one that did not can be asked for as soon as it must be lost."""
    survivor = Survivor(engine, await engine.visitor(OWNER))
    life.ends_sending(side)
    assert await dies(survivor, life)
    assert survivor.asked_again == (1 if side == "before" else 0)
    assert len(survivor.received) == 1
    await assert_all_is_well(engine, survivor)
