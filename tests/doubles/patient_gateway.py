"""A gateway that keeps thousands waiting at once: a process of its own, as each connection takes a descriptor here too.

It answers nobody until it is told to, so that a test need not be quick.
"""

import asyncio
import subprocess
import sys
from typing import Self

from watchword.descriptors import raise_limit

_ANSWER = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n{"id": "m-1"}'
_END = b"\r\n\r\n"


class PatientGateway:
    """`with PatientGateway(5_000) as gateway:`; it says when so many wait. With `takes` it answers each after so many
    seconds, by itself.
    """

    def __init__(self, many: int, takes: float = 0) -> None:
        self._many = many
        self._takes = takes
        self._process: subprocess.Popen[bytes] | None = None
        self.url = ""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", __name__, str(self._many), str(self._takes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self.url = f"http://127.0.0.1:{int(self._said())}/send"
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process
        self._process.kill()
        self._process.communicate()

    async def all_wait(self) -> None:
        assert await asyncio.to_thread(self._said) == b"all\n"

    def answer(self, after: float = 0) -> None:
        """All who wait, after so many seconds, and from then on all at once."""
        assert self._process
        assert self._process.stdin
        self._process.stdin.write(f"{after}\n".encode())
        self._process.stdin.flush()

    def _said(self) -> bytes:
        assert self._process
        assert self._process.stdout
        return self._process.stdout.readline()


class _Waiting(asyncio.Protocol):
    """One client, who sends one request after another."""

    def __init__(self, house: "_House") -> None:
        self._house = house
        self._got = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """The end of a request's head is enough: nobody here wants to know what it says."""
        self._got += data
        if _END in self._got:
            self._got = b""
            self._house.one_more(self)


class _House:
    def __init__(self, many: int, takes: float) -> None:
        self._many = many
        self._takes = takes
        self._waiting: list[_Waiting] = []
        self._patient = True

    def one_more(self, who: _Waiting) -> None:
        if self._takes:
            asyncio.get_running_loop().call_later(self._takes, who.transport.write, _ANSWER)
            return
        if not self._patient:
            who.transport.write(_ANSWER)
            return
        self._waiting.append(who)
        if len(self._waiting) == self._many:
            _say("all")

    def answer(self) -> None:
        self._patient = False
        for who in self._waiting:
            who.transport.write(_ANSWER)
        self._waiting.clear()

    def told(self) -> None:
        asyncio.get_running_loop().call_later(float(sys.stdin.readline() or 0), self.answer)


def _say(words: object) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


async def _serve(many: int, takes: float) -> None:
    loop, house = asyncio.get_running_loop(), _House(many, takes)
    server = await loop.create_server(lambda: _Waiting(house), "127.0.0.1", 0, backlog=4_096)
    loop.add_reader(sys.stdin.fileno(), house.told)
    _say(server.sockets[0].getsockname()[1])
    await server.serve_forever()


if __name__ == "__main__":
    raise_limit()
    asyncio.run(_serve(int(sys.argv[1]), float(sys.argv[2])))
