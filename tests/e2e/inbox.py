"""What the gateway double received, as tests ask for it."""

import json
import sqlite3
from pathlib import Path
from typing import Any

from tests.doubles.gateway import GatewayDouble


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


def rows(data_dir: Path, query: str, *values: Any) -> list[dict[str, Any]]:
    """What stands in the server's database, looked at from outside."""
    connection = sqlite3.connect(data_dir / "watchword.db")
    try:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(query, values)]
    finally:
        connection.close()
