"""What the gateway double received, and what the server keeps, as tests ask for it."""

import json
import sqlite3
from contextlib import closing
from typing import Any

import psycopg
from psycopg.rows import dict_row

from tests.doubles.gateway import GatewayDouble
from tests.e2e.server import ServerProcess
from tests.postgres import copied


def bodies(double: GatewayDouble) -> list[Any]:
    """The JSON bodies, oldest first."""
    return [json.loads(request.body) for request in double.requests]


def sent_to(double: GatewayDouble, number: str) -> list[Any]:
    return [body for body in bodies(double) if body.get("To") == number]


def code_for(double: GatewayDouble, number: str) -> str:
    """The newest code that went to a number."""
    code: str = sent_to(double, number)[-1]["Body"]
    return code


def wrong(code: str) -> str:
    """Another code of the same length."""
    return f"{(int(code) + 1) % 10 ** len(code):0{len(code)}d}"


def rows(server: ServerProcess, query: str, *values: Any) -> list[dict[str, Any]]:
    """What stands in the server's database, looked at from outside; a value stands for each `?`."""
    url = server.environment.get("WATCHWORD_DATABASE_URL")
    if url:
        with psycopg.connect(url, row_factory=dict_row) as conn:
            return conn.execute(query.replace("?", "%s").encode(), values).fetchall()
    with closing(sqlite3.connect(server.data_dir / "watchword.db")) as file:
        file.row_factory = sqlite3.Row
        return [dict(row) for row in file.execute(query, values)]


def forget_waits(server: ServerProcess) -> None:
    """As if the half minute between two messages to one number had passed: the server's clock cannot be moved."""
    statement = "UPDATE throttle SET hits = '[]' WHERE key LIKE 'resend:wait:%'"
    if url := server.environment.get("WATCHWORD_DATABASE_URL"):
        with psycopg.connect(url) as conn:
            conn.execute(statement)
        return
    with closing(sqlite3.connect(server.data_dir / "watchword.db")) as file:
        file.execute(statement)
        file.commit()


def all_of(server: ServerProcess) -> bytes:
    """Whatever the server's database holds, byte by byte."""
    if url := server.environment.get("WATCHWORD_DATABASE_URL"):
        return b"".join(copied(url).values())
    return b"".join(file.read_bytes() for file in server.data_dir.iterdir() if "watchword.db" in file.name)
