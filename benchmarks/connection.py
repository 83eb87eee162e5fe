"""HTTP/1.1 over one keep-alive connection, with so little in it that the client is never the limit."""

import asyncio
from typing import NamedTuple, Protocol, Self

Headers = list[tuple[str, str]]


class Answer(NamedTuple):
    status: int
    cookies: dict[str, str]
    """Set by this answer."""
    body: bytes


class Caller(Protocol):
    """Whatever brings a request to a server: over a socket, or within the process."""

    async def call(self, method: str, path: str, headers: Headers, body: bytes = b"") -> Answer: ...


class Connection(asyncio.Protocol):
    """One request at a time; answers need a Content-Length, as all of ours have."""

    def __init__(self, host: str) -> None:
        self._host = host
        self._transport: asyncio.WriteTransport | None = None
        self._received = b""
        self._waiting: asyncio.Future[Answer] | None = None

    @classmethod
    async def open(cls, port: int, host: str = "127.0.0.1") -> Self:
        _, made = await asyncio.get_running_loop().create_connection(lambda: cls(f"{host}:{port}"), host, port)
        return made

    async def call(self, method: str, path: str, headers: Headers, body: bytes = b"") -> Answer:
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self._host}", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in headers]
        assert self._transport is not None
        self._received = b""
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write("\r\n".join([*lines, "", ""]).encode() + body)
        return await self._waiting

    def close(self) -> None:
        if self._transport:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        answer = parsed(self._received)
        if answer and self._waiting and not self._waiting.done():
            self._waiting.set_result(answer)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._waiting and not self._waiting.done():
            self._waiting.set_exception(exc or ConnectionError("The server closed the connection."))


def parsed(received: bytes) -> Answer | None:
    """None where more of it is to come."""
    head, end, body = received.partition(b"\r\n\r\n")
    if not end:
        return None
    first, *lines = head.decode("latin-1").split("\r\n")
    status, length, cookies = int(first[9:12]), 0, {}
    for line in lines:
        name, _, value = line.partition(":")
        match name.lower():
            case "content-length":
                length = int(value)
            case "set-cookie":
                key, _, rest = value.strip().partition("=")
                cookies[key] = rest.partition(";")[0]
    return Answer(status, cookies, body) if len(body) >= length else None
