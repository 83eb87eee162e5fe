"""A PostgreSQL server for tests, found where `WATCHWORD_TEST_POSTGRES` says; without one tests are skipped, loudly."""

import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NoReturn

import psycopg
import pytest
from sqlalchemy import make_url

from watchword.storage.tables import metadata

SERVER = os.environ.get("WATCHWORD_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")

Copied = Mapping[str, bytes]
"""The rows of each table, as COPY gives them."""

_TABLES = [table.name for table in metadata.sorted_tables]
_EMPTYING = ";".join(f"DELETE FROM {name}" for name in _TABLES)  # noqa: S608 - our own tables
_COUNTERS = [
    f"{table.name}_{column.name}_seq"
    for table in metadata.sorted_tables
    if (column := table.autoincrement_column) is not None
]


def _missing() -> NoReturn:
    reason = "NOTHING IS TESTED ON POSTGRESQL: WATCHWORD_TEST_POSTGRES names no server that answers."
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def _server() -> psycopg.Connection:
    try:
        return psycopg.connect(SERVER, autocommit=True, connect_timeout=5)
    except psycopg.OperationalError:
        _missing()


@contextmanager
def empty_database() -> Iterator[str]:
    """The address of a database without tables, dropped afterwards. It does not wait for the disk."""
    with _server() as server:
        url = new_database(server, SERVER)
        server.execute(f"ALTER DATABASE {make_url(url).database} SET synchronous_commit = off")
        try:
            yield url
        finally:
            server.execute(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")


def new_database(server: psycopg.Connection, url: str) -> str:
    """Its address; `url` is the server's."""
    name = f"watchword_test_{secrets.token_hex(6)}"
    server.execute(f"CREATE DATABASE {name}")
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def copied(url: str) -> Copied:
    """All rows of a migrated database, to be put back by `refill`."""
    with psycopg.connect(url) as conn, conn.cursor() as cursor:
        return {name: rows for name in _TABLES if (rows := _rows_of(cursor, name))}


def _rows_of(cursor: psycopg.Cursor[Any], name: str) -> bytes:
    with cursor.copy(f"COPY {name} TO STDOUT") as copy:
        return b"".join(bytes(part) for part in copy)


def refill(url: str, rows: Copied | None = None) -> str:
    """Has a migrated database hold these rows and no others, and count on from them; returns its address.

    Rows are deleted one table after another: TRUNCATE would make two hundred files anew, and take a hundred times as
    long.
    """
    with psycopg.connect(url) as conn, conn.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # no foreign key is looked at meanwhile
        cursor.execute(_EMPTYING)
        for name, text in (rows or {}).items():
            with cursor.copy(f"COPY {name} FROM STDIN") as copy:
                copy.write(text)
        cursor.execute(";".join(_count_on(name) for name in _COUNTERS))
    return url


def _count_on(counter: str) -> str:
    table, column, _ = counter.rsplit("_", 2)
    return f"SELECT setval('{counter}', coalesce(max({column}), 0) + 1, false) FROM {table}"  # noqa: S608 - our own
