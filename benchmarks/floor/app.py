"""The floor's ASGI application: `/NAME/3` does what the fourth request of a script did."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from typing import Any, NamedTuple, Protocol

import aiohttp
from argon2 import PasswordHasher

from benchmarks.acts import Act, Exchange
from benchmarks.floor.plan import Plan
from benchmarks.floor.postgresql import PostgreSQL
from benchmarks.floor.sqlite import SQLite

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]

EMPTY = "/empty"
"""Answers at once: what the client is measured against."""

_MESSAGE = {"From": "1234", "To": "", "Body": "123456", "Message": "Your code for 127.0.0.1 is 123456.\n\n@127.0.0.1"}


class Database(Protocol):
    async def transact(self, acts: list[Act]) -> None: ...
    async def close(self) -> None: ...


class Part(NamedTuple):
    kind: Act
    """"select" stands for a transaction, or statements without one."""
    acts: list[Act]


def parts_of(exchange: Exchange) -> list[Part]:
    """Each transaction is one, each call, and each verification."""
    return [Part(key, acts) for key, acts in _grouped(exchange.acts)]


def _grouped(acts: list[Act]) -> Iterator[tuple[Act, list[Act]]]:
    number, numbered = 0, []
    for act in acts:
        number += act in ("begin", "call", "verify")
        numbered.append((number, act))
        number += act in ("commit", "call", "verify")
    for _, group in groupby(numbered, key=lambda pair: pair[0]):
        found = [act for _, act in group]
        yield (found[0] if found[0] in ("call", "verify") else "select"), found


class FloorApp:
    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._parts: dict[str, tuple[list[Part], bytes]] = {EMPTY: ([], _body(2))}
        for name, script in plan.scripts.items():
            for number, exchange in enumerate(script.exchanges):
                self._parts[f"/{name}/{number}"] = parts_of(exchange), _body(exchange.size)
        self._threads = ThreadPoolExecutor(max_workers=2)  # as many as Watchword verifies at once
        self._hasher = PasswordHasher()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        parts, body = self._parts[scope["path"]]
        json.loads((await receive()).get("body") or b"{}")
        for part in parts:
            await self._do(part)
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        plan = self._plan
        self._database: Database = SQLite(plan.url) if plan.dialect == "sqlite" else PostgreSQL(plan.url)
        self._http = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._http.close()
        await self._database.close()
        await send({"type": "lifespan.shutdown.complete"})

    async def _do(self, part: Part) -> None:
        match part.kind:
            case "call":
                async with self._http.post(self._plan.gateway, json=_MESSAGE) as answer:
                    await answer.read()
            case "verify":
                loop, plan = asyncio.get_running_loop(), self._plan
                await loop.run_in_executor(self._threads, self._hasher.verify, plan.password_hash, plan.password)
            case _:
                await self._database.transact(part.acts)


def _body(size: int) -> bytes:
    """JSON of about that size."""
    return json.dumps({"component": "floor", "text": "x" * max(0, size - 36)}).encode()
