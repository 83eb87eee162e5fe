"""`python -m benchmarks.floor.framework PORT URL`: a handler of two statements, by Litestar and SQLAlchemy Core as
their manuals have it, for the design's figure of 2,500 a second was measured with that.
"""

import asyncio
import sys
from random import randrange
from typing import Any

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.embed import Server
from litestar import Litestar, get, post
from litestar.params import FromPath, JSONBody
from sqlalchemy import Connection, column, create_engine, select, table, update
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import StaticPool

from benchmarks.floor.app import EMPTY
from benchmarks.floor.plan import COLUMNS, DATA, ROWS

_ITEM = table("item", column("id"), *map(column, COLUMNS.split(", ")))


def _work(conn: Connection) -> None:
    conn.execute(select(_ITEM).where(_ITEM.c.key == f"key-{randrange(ROWS)}")).first()  # noqa: S311 - no secret
    one = randrange(1, ROWS + 1)  # noqa: S311 - the same
    conn.execute(update(_ITEM).where(_ITEM.c.id == one).values(number=_ITEM.c.number + 1, data=DATA))


def application(url: str) -> Litestar:
    if url.startswith("sqlite"):
        engine = create_engine(url, poolclass=StaticPool)
        with engine.begin() as conn:
            conn.exec_driver_sql("PRAGMA synchronous = NORMAL")

        async def unit() -> None:
            with engine.begin() as conn:
                _work(conn)
    else:
        waiting = create_async_engine(url)

        async def unit() -> None:
            async with waiting.begin() as conn:
                await conn.run_sync(_work)

    @post("/{name:str}/{number:int}", status_code=200)
    async def step(data: JSONBody[dict[str, Any]], name: FromPath[str], number: FromPath[int]) -> dict[str, Any]:
        await unit()
        return {"component": name, "number": number, "text": str(data.get("note", "")) + "x" * 500}

    @get(EMPTY)
    async def empty() -> dict[str, str]:
        return {}

    return Litestar([step, empty], openapi_config=None, logging_config=None)


if __name__ == "__main__":
    server = Server(
        application(sys.argv[2]),
        address="127.0.0.1",
        port=int(sys.argv[1]),
        interface=Interfaces.ASGI,
        websockets=False,
        log_level=LogLevels.error,
    )
    asyncio.run(server.serve())
