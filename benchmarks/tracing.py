"""Listens to what goes to the database, whichever library sends it: SQLite tells, PostgreSQL's wire is read."""

import asyncio
import sqlite3
import struct
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from typing import Any
from unittest import mock

from sqlalchemy import make_url

Hear = Callable[[str], None]
"""Is told each statement, those that begin and end transactions too."""


@contextmanager
def listening_to_sqlite(hear: Hear) -> Iterator[None]:
    """To every connection that is opened meanwhile."""
    connect = sqlite3.connect

    def told(statement: str) -> None:
        if not statement.startswith("--"):  # what a trigger or a foreign key does
            hear(statement)

    def traced(*args: Any, **options: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*args, **options)
        connection.set_trace_callback(told)
        return connection

    with mock.patch("sqlite3.dbapi2.connect", traced), mock.patch("sqlite3.connect", traced):
        yield


@asynccontextmanager
async def listening_to_postgresql(url: str, hear: Hear) -> AsyncIterator[str]:
    """The address of a relay to the server."""
    address = make_url(url)
    assert address.host

    relays: set[asyncio.Task[None]] = set()

    async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, here = await asyncio.open_connection(address.host, address.port or 5432)
        with closing(writer), closing(here):
            async with asyncio.TaskGroup() as both:  # whichever side ends first ends both
                both.create_task(_pass_on(there, writer))
                await _listen(reader, here, hear)

    def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        relays.add(asyncio.create_task(relay(reader, writer)))

    server = await asyncio.start_server(begin, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    query = {"sslmode": "disable", "gssencmode": "disable"}
    relayed = address.set(host="127.0.0.1", port=port).update_query_dict(query)
    yield relayed.render_as_string(hide_password=False)
    server.close()
    for task in relays:
        task.cancel()
    await asyncio.gather(*relays, return_exceptions=True)


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65_536):
        writer.write(data)


async def _listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, hear: Hear) -> None:
    """A connection from its first message on (PostgreSQL's documentation, "Message Formats")."""
    prepared: dict[bytes, str] = {}
    size = await reader.readexactly(4)
    writer.write(size + await reader.readexactly(struct.unpack("!i", size)[0] - 4))
    while True:
        head = await reader.readexactly(5)
        body = await reader.readexactly(struct.unpack("!i", head[1:])[0] - 4)
        writer.write(head + body)
        match head[:1]:
            case b"Q":
                hear(body.rstrip(b"\0").decode())
            case b"P":
                name, query, _ = body.split(b"\0", 2)
                prepared[name] = query.decode()
            case b"B":
                hear(prepared[body.split(b"\0", 2)[1]])
