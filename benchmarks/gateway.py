"""The gateway that messages go to: in the load's own process, and light, so that it is never the limit."""

import asyncio
from types import TracebackType
from typing import Self

import msgspec

_BODY = b'{"id": "message-1"}'
_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(_BODY), _BODY)


class _Message(msgspec.Struct):
    to: str = msgspec.field(name="To", default="")
    code: str = msgspec.field(name="Body", default="")


class Gateway:
    """`async with Gateway() as gateway:` takes messages at `gateway.url`, on loopback and a free port."""

    def __init__(self) -> None:
        self.url = ""
        self.taken = 0
        self._codes: dict[str, str] = {}
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Exchange(self), "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/send"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server:
            self._server.close()

    def take(self, body: bytes) -> None:
        message = msgspec.json.decode(body, type=_Message)
        self.taken += 1
        if message.to:
            self._codes[message.to] = message.code

    def code(self, number: str) -> str:
        """The one that was sent to a number, once."""
        return self._codes.pop(number)


class _Exchange(asyncio.Protocol):
    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._received = b""
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, end, body = self._received.partition(b"\r\n\r\n")
        if not end:
            return
        lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        length = int(lengths[0].partition(b":")[2]) if lengths else 0
        if len(body) < length:
            return
        self._received = b""
        self._gateway.take(body)
        if self._transport:
            self._transport.write(_ANSWER)
