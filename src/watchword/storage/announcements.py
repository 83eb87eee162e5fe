"""PostgreSQL's LISTEN, on a connection of its own."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

import psycopg
from psycopg import sql

from watchword.errors import DatabaseUnavailable
from watchword.storage.postgresql import arguments
from watchword.storage.urls import read_url

_PATIENCE = {"keepalives": 1, "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3}
"""Seconds: nothing is ever sent on a connection that listens, so only this tells that its server vanished."""


async def listen(url: str, channel: str) -> AsyncGenerator[None, None]:
    try:
        address = read_url(url)
        patience = {name: seconds for name, seconds in _PATIENCE.items() if name not in address.query}
        connection = await psycopg.AsyncConnection.connect(autocommit=True, **arguments(address) | patience)
        try:
            await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
            yield
            async with aclosing(connection.notifies()) as announced:
                async for _ in announced:
                    yield
        finally:
            await connection.close()
    except psycopg.Error as error:
        raise DatabaseUnavailable from error
