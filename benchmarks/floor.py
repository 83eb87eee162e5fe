"""The floor: a bare ASGI handler that does the same number of statements with the native driver."""

import json
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]

STATEMENTS = 3
"""What showing a challenge again takes: the session, the user, the execution."""


class FloorApp:
    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("CREATE TABLE row (id INTEGER PRIMARY KEY, text TEXT)")
        self._db.executemany("INSERT INTO row (text) VALUES (?)", [("x" * 200,)] * 1000)

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        found = [self._db.execute("SELECT * FROM row WHERE id = ?", (number,)).fetchone() for number in (1, 5, 9)]
        body = json.dumps({"component": "floor", "rows": len(found)}).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def close(self) -> None:
        self._db.close()
