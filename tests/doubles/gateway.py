"""A gateway over real HTTP: a server in a thread that records what it gets, byte by byte, and misbehaves on demand."""

import asyncio
import gzip
import json
import re
import socket
import ssl
import struct
import threading
import time
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple, Self
from weakref import WeakSet

ACCOUNT = re.compile(r"/2010-04-01/Accounts/[^/]+\.json")
ACCOUNT_TOKEN = "f00df00df00df00df00df00df00df00d"
"""Of the account itself, which an API key's holder does not know."""

STALL_SECONDS = 30.0
_MAX_REQUEST = 1_000_000

_TURNS = 5
"""Of the event loop, from a connection's arrival until its task runs: a server that stops earlier never closes it."""


class Received(NamedTuple):
    method: str
    path: str
    headers: dict[str, str]
    """Names in lower case."""
    body: bytes
    raw: bytes
    """The request as it came over the wire."""


Behaviour = Callable[["Conversation"], Awaitable[None]]


class Conversation(NamedTuple):
    request: Received
    writer: asyncio.StreamWriter
    arguments: tuple[Any, ...]
    turn: int
    """How many requests came before, since the double was reset or told how to behave."""
    wrote: list[int]
    """Bytes of endless answers that went out, each as much as the other side's buffers took."""

    async def answer(self, status: int, body: bytes = b"", *headers: str) -> None:
        lines = [f"HTTP/1.1 {status} Said", f"Content-Length: {len(body)}", "Connection: close", *headers, "", ""]
        self.writer.write("\r\n".join(lines).encode() + body)
        await self.writer.drain()


async def _ok(talk: Conversation) -> None:
    """Of a Twilio account it says that it is in order."""
    if talk.request.method == "GET" and ACCOUNT.fullmatch(talk.request.path):
        await _account(talk)
    else:
        await talk.answer(200, b'{"id": "message-1"}', "Content-Type: application/json")


async def _account(talk: Conversation) -> None:
    """Twilio's answer to a question about an account, with the token in it. Argument: what is different of it."""
    sid = talk.request.path.rpartition("/")[2].removesuffix(".json")
    said = {"sid": sid, "status": "active", "type": "Full", "auth_token": ACCOUNT_TOKEN, "friendly_name": "Ours"}
    changes = talk.arguments[0] if talk.arguments else {}
    await talk.answer(200, json.dumps({**said, **changes}).encode(), "Content-Type: application/json")


async def _in_turn(talk: Conversation) -> None:
    """Arguments: for each request a status and a body; the last one counts from then on."""
    status, body = talk.arguments[min(talk.turn, len(talk.arguments) - 1)]
    await talk.answer(status, body, "Content-Type: application/json")


async def _status(talk: Conversation) -> None:
    """Arguments: status, body, headers as lines."""
    status, body, *headers = talk.arguments
    await talk.answer(status, body, *headers)


async def _raw(talk: Conversation) -> None:
    """Argument: the answer as it goes over the wire."""
    talk.writer.write(talk.arguments[0])
    await talk.writer.drain()


async def _echo_status(talk: Conversation) -> None:
    """A gateway that repeats all it was told, credentials too. Argument: status."""
    said = json.dumps({"headers": talk.request.headers, "body": talk.request.body.decode()}).encode()
    await talk.answer(talk.arguments[0], said + talk.request.body)


async def _redirect(talk: Conversation) -> None:
    await talk.answer(302, b"", f"Location: {talk.arguments[0]}")


async def _stall(_: Conversation) -> None:
    await asyncio.sleep(STALL_SECONDS)


async def _held(talk: Conversation) -> None:
    """Argument: the event that lets it answer."""
    await asyncio.to_thread(talk.arguments[0].wait, STALL_SECONDS)
    await _ok(talk)


async def _drip(talk: Conversation) -> None:
    talk.writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    for _ in range(100):
        talk.writer.write(b"x")
        await talk.writer.drain()
        await asyncio.sleep(0.3)


async def _reset(talk: Conversation) -> None:
    connection = talk.writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    talk.writer.transport.abort()


async def _half_then_reset(talk: Conversation) -> None:
    await _close(talk)
    await asyncio.sleep(0.02)  # what was written is on its way before the connection is cut
    await _reset(talk)


async def _close(talk: Conversation) -> None:
    talk.writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf")
    await talk.writer.drain()


async def _huge(talk: Conversation) -> None:
    size = talk.arguments[0]
    talk.writer.write(f"HTTP/1.1 200 OK\r\nContent-Length: {size}\r\nConnection: close\r\n\r\n".encode())
    for sent in range(0, size, 65_536):
        part = min(65_536, size - sent)
        talk.writer.write(b"x" * part)
        await talk.writer.drain()
        talk.wrote.append(part)


async def _gzip_bomb(talk: Conversation) -> None:
    """Small on the wire. Argument: bytes once unpacked."""
    await talk.answer(200, gzip.compress(bytes(talk.arguments[0])), "Content-Encoding: gzip")


async def _bad_gzip(talk: Conversation) -> None:
    await talk.answer(200, b"this is no gzip", "Content-Encoding: gzip")


async def _served(talk: Conversation) -> None:
    """Argument: what makes a status, a body and headers, as lines, of a request and its turn."""
    status, body, *headers = talk.arguments[0](talk.request, talk.turn)
    await talk.answer(status, body, *headers)


async def _preliminary(talk: Conversation) -> None:
    """Never anything else."""
    while True:
        talk.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        await talk.writer.drain()
        await asyncio.sleep(0.01)


async def _chunks(talk: Conversation) -> None:
    """Never the last one."""
    talk.writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        talk.writer.write(b"1\r\nx\r\n")
        await talk.writer.drain()
        await asyncio.sleep(0.01)


async def _garbage(talk: Conversation) -> None:
    talk.writer.write(b"\x00\x01\x02 this is not HTTP at all\r\n\r\n")
    await talk.writer.drain()


BEHAVIOURS: dict[str, Behaviour] = {
    "ok": _ok,
    "account": _account,
    "in_turn": _in_turn,
    "status": _status,
    "raw": _raw,
    "echo_status": _echo_status,
    "redirect": _redirect,
    "stall": _stall,
    "held": _held,
    "drip": _drip,
    "reset": _reset,
    "close": _close,
    "half_then_reset": _half_then_reset,
    "huge": _huge,
    "gzip_bomb": _gzip_bomb,
    "bad_gzip": _bad_gzip,
    "garbage": _garbage,
    "preliminary": _preliminary,
    "chunks": _chunks,
    "served": _served,
}


class GatewayDouble:
    """`with GatewayDouble() as double:` serves at `double.url`, on loopback and a free port; with `tls` over HTTPS."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self._tls = tls
        self.requests: list[Received] = []
        self.wrote: list[int] = []
        self.url = ""
        self._behaviour: tuple[str, tuple[Any, ...]] = ("ok", ())
        self._told_at = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._server: asyncio.Server | None = None
        self._writers: WeakSet[asyncio.StreamWriter] = WeakSet()

    def behave(self, name: str, *arguments: Any) -> None:
        """From now on; `reset` makes it good again."""
        assert name in BEHAVIOURS
        self._behaviour = (name, arguments)
        self._told_at = len(self.requests)

    def reset(self) -> None:
        self._behaviour = ("ok", ())
        self._told_at = 0
        self.requests.clear()
        self.wrote.clear()

    def wait_for_request(self, count: int = 1, timeout: float = 5.0) -> Received:
        """The latest, once there are `count`."""
        deadline = time.monotonic() + timeout
        while len(self.requests) < count:
            assert time.monotonic() < deadline, f"Only {len(self.requests)} of {count} requests came."
            time.sleep(0.01)
        return self.requests[count - 1]

    def __enter__(self) -> Self:
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(5)
        self.url = f"{'https' if self._tls else 'http'}://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    async def _start(self) -> asyncio.Server:
        return await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._tls)

    async def _stop(self) -> None:
        assert self._server is not None
        for listening in self._server.sockets:
            self._loop.remove_reader(listening.fileno())
        for _ in range(_TURNS):
            await asyncio.sleep(0)
        self._server.close()
        mine = asyncio.current_task()
        others = [task for task in asyncio.all_tasks() if task is not mine]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        for writer in self._writers:
            writer.transport.abort()  # `close` waits for a client that may never read the rest
        await asyncio.sleep(0)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            request = await _read(reader)
            name, arguments = self._behaviour
            turn = len(self.requests) - self._told_at
            self.requests.append(request)
            await BEHAVIOURS[name](Conversation(request, writer, arguments, turn, self.wrote))
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()


async def _read(reader: asyncio.StreamReader) -> Received:
    head = await reader.readuntil(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
    method, path, _ = first.split(" ", 2)
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    length = int(headers.get("content-length", "0"))
    assert length < _MAX_REQUEST
    body = await reader.readexactly(length)
    return Received(method, path, headers, body, head + body)
