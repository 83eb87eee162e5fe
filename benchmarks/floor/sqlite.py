"""SQLite by its own driver, in the event loop."""

import sqlite3
from itertools import count
from random import randrange
from uuid import uuid4

from benchmarks.acts import Act
from benchmarks.floor.plan import COLUMNS, DATA, INDEX, ROWS, TABLE

_PRAGMAS = ("busy_timeout = 5000", "journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = 1")


def prepare(path: str) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute(TABLE.format(id="INTEGER", more=" AUTOINCREMENT"))
    connection.execute(INDEX)
    rows = ((f"key-{number}", number, 0, "2026-01-01 00:00:00", DATA) for number in range(ROWS))
    connection.execute("BEGIN")
    connection.executemany(f"INSERT INTO item ({COLUMNS}) VALUES (?, ?, ?, ?, ?)", rows)  # noqa: S608 - our own columns
    connection.execute("COMMIT")
    connection.close()


class SQLite:
    def __init__(self, path: str) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        for pragma in _PRAGMAS:
            self._connection.execute(f"PRAGMA {pragma}")
        self._made: list[int] = []
        self._numbers = count()

    async def transact(self, acts: list[Act]) -> None:
        """One transaction, or where nothing begins one, single statements."""
        for act in acts:
            self._do(act)

    async def close(self) -> None:
        self._connection.close()

    def _do(self, act: Act) -> None:
        execute = self._connection.execute
        match act:
            case "begin" | "commit":
                execute(act.upper())
            case "select":
                execute("SELECT * FROM item WHERE key = ?", (f"key-{randrange(ROWS)}",)).fetchone()  # noqa: S311 - no secret
            case "insert":
                values = (uuid4().hex, next(self._numbers), 0, "2026-01-01 00:00:00", DATA)
                inserting = f"INSERT INTO item ({COLUMNS}) VALUES (?, ?, ?, ?, ?) RETURNING id"  # noqa: S608 - as above
                self._made.append(execute(inserting, values).fetchall()[0][0])
            case "update":
                changed = (DATA, randrange(1, ROWS + 1))  # noqa: S311 - no secret
                execute("UPDATE item SET number = number + 1, data = ? WHERE id = ?", changed)
            case "delete":
                execute("DELETE FROM item WHERE id = ?", (self._made.pop() if self._made else 0,))
