"""The databases that are measured: SQLite always, PostgreSQL where a server answers."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import psycopg
from sqlalchemy import make_url

Dialect = Literal["sqlite", "postgresql"]
NAMES: dict[Dialect, str] = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}

SERVER = os.environ.get("WATCHWORD_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")


def available() -> list[Dialect]:
    try:
        psycopg.connect(SERVER, connect_timeout=5).close()
    except psycopg.OperationalError:
        return ["sqlite"]
    return ["sqlite", "postgresql"]


@contextmanager
def empty_database(dialect: Dialect, folder: Path) -> Iterator[str]:
    """The address of one without tables, gone afterwards; for PostgreSQL as psycopg reads it too."""
    name = f"watchword_bench_{secrets.token_hex(6)}"
    if dialect == "sqlite":
        yield f"sqlite:///{folder / name}.db"
        return
    with psycopg.connect(SERVER, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}".encode())
        try:
            yield make_url(SERVER).set(database=name).render_as_string(hide_password=False)
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def path_of(url: str) -> str:
    """Of an SQLite file."""
    return url.removeprefix("sqlite:///")
