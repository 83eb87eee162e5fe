"""The PostgreSQL server of a run of tests; without one they are skipped, loudly."""

import atexit
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import Any, NoReturn

import psycopg
import pytest
from sqlalchemy import make_url

from tests.own_postgres import binaries, new_database, own_postgres
from watchword.storage.tables import metadata

NAMED = "WATCHWORD_TEST_POSTGRES"
"""The variable that names a server which all tests shall use."""

RUNNING = "postgresql://postgres@127.0.0.1:5432/postgres"

_ROOMY = {
    "max_connections": "400",
    "shared_buffers": "128MB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "1h",
    "synchronous_commit": "off",
}
"""For many workers, each with several servers of Watchword; nothing of it outlasts the run."""

Copied = Mapping[str, bytes]
"""The rows of each table, as COPY gives them."""

_TABLES = [table.name for table in metadata.sorted_tables]
_EMPTYING = ";".join(f"DELETE FROM {name}" for name in _TABLES)  # noqa: S608 - our own tables
_COUNTERS = [
    f"{table.name}_{column.name}_seq"
    for table in metadata.sorted_tables
    if (column := table.autoincrement_column) is not None
]


def starts_its_own() -> bool:
    """Whether a run has a server to itself: where PostgreSQL's programs are, and no server is named."""
    return not os.environ.get(NAMED) and binaries() is not None


@cache
def server_address() -> str:
    """Of the server that is named; else of one that is started for this run; without PostgreSQL's programs, of what
    may run here already.
    """
    if not starts_its_own():
        return os.environ.get(NAMED) or RUNNING
    ending = ExitStack()
    atexit.register(ending.close)
    return ending.enter_context(own_postgres(**_ROOMY)).url


def _missing() -> NoReturn:
    reason = f"NOTHING IS TESTED ON POSTGRESQL: no server answers at {server_address()}; {NAMED} names another."
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def _server() -> psycopg.Connection:
    try:
        return psycopg.connect(server_address(), autocommit=True, connect_timeout=5)
    except psycopg.OperationalError:
        _missing()


@contextmanager
def empty_database() -> Iterator[str]:
    """The address of a database without tables, dropped afterwards. It does not wait for the disk."""
    with _server() as server:
        url = new_database(server, server_address())
        server.execute(f"ALTER DATABASE {make_url(url).database} SET synchronous_commit = off")
        try:
            yield url
        finally:
            server.execute(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")


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
