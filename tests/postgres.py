"""A PostgreSQL server for tests, found where `WATCHWORD_TEST_POSTGRES` says; without one tests are skipped, loudly."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from sqlalchemy import make_url

SERVER = os.environ.get("WATCHWORD_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")


def _server() -> psycopg.Connection:
    try:
        return psycopg.connect(SERVER, autocommit=True, connect_timeout=5)
    except psycopg.OperationalError:
        reason = "NOTHING IS TESTED ON POSTGRESQL: WATCHWORD_TEST_POSTGRES names no server that answers."
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)


@contextmanager
def empty_database() -> Iterator[str]:
    """The address of a database without tables, dropped afterwards."""
    name = f"watchword_test_{secrets.token_hex(6)}"
    with _server() as server:
        server.execute(f"CREATE DATABASE {name}")
        try:
            yield make_url(SERVER).set(database=name).render_as_string(hide_password=False)
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")
