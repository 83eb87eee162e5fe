"""Counts what the requests of a job do beside their own work, in one process, before anything is timed."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any
from unittest import mock

import msgspec
from argon2 import PasswordHasher

from benchmarks.acts import Act, Exchange, Script, act_of
from benchmarks.connection import Answer, Caller, Headers
from benchmarks.gateway import Gateway
from benchmarks.tracing import listening_to_postgresql, listening_to_sqlite
from benchmarks.visitor import Job, Visitor
from benchmarks.within import Within
from watchword.app import create_app
from watchword.settings import Settings
from watchword.storage.urls import dialect_of, read_url

TRIES = 3
"""Of which the shortest counts: the others may hold what goes on in the background."""


class Tape:
    """What was heard of one request, in order."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._taken = gateway.taken
        self._acts: list[Act] = []

    def hear(self, statement: str) -> None:
        self._note_calls()
        if act := act_of(statement):
            self._acts.append(act)

    def verifies(self) -> None:
        self._acts.append("verify")

    def rewind(self) -> list[Act]:
        self._note_calls()
        acts, self._acts = self._acts, []
        return acts

    def _note_calls(self) -> None:
        self._acts += ["call"] * (self._gateway.taken - self._taken)
        self._taken = self._gateway.taken


class Noting:
    """Passes requests on, and notes what each of them did."""

    def __init__(self, caller: Caller, tape: Tape) -> None:
        self.exchanges: list[Exchange] = []
        self._caller = caller
        self._tape = tape

    async def call(self, method: str, path: str, headers: Headers, body: bytes = b"") -> Answer:
        self._tape.rewind()
        answer = await self._caller.call(method, path, headers, body)
        self.exchanges.append(Exchange(self._tape.rewind(), len(answer.body)))
        return answer


@asynccontextmanager
async def counted(settings: Settings, gateway: Gateway) -> AsyncIterator[Callable[[Job], Awaitable[Script]]]:
    """Gives a function that counts a job."""
    tape = Tape(gateway)
    if dialect_of(read_url(settings.database_url)) == "sqlite":
        with listening_to_sqlite(tape.hear):
            async with _serving(settings, gateway, tape) as count:
                yield count
    else:
        async with (
            listening_to_postgresql(settings.database_url, tape.hear) as url,
            _serving(msgspec.structs.replace(settings, database_url=url), gateway, tape) as count,
        ):
            yield count


@asynccontextmanager
async def _serving(
    settings: Settings, gateway: Gateway, tape: Tape
) -> AsyncIterator[Callable[[Job], Awaitable[Script]]]:
    app = create_app(settings)
    verify = PasswordHasher.verify

    def verified(self: PasswordHasher, *args: Any) -> bool:
        tape.verifies()
        return verify(self, *args)

    async def count(job: Job) -> Script:
        noting = Noting(Within(app), tape)
        visitor = Visitor(noting, gateway)
        if job.begin:
            await job.begin(visitor)
        await job.visit(visitor)  # the first one fills caches
        scripts = []
        for _ in range(TRIES):
            noting.exchanges = []
            await job.visit(visitor)
            scripts.append(Script(noting.exchanges))
        return min(scripts, key=lambda script: script.statements)

    with mock.patch.object(PasswordHasher, "verify", verified):
        async with app.lifespan():
            yield count
