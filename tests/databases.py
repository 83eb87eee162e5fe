"""Either database for a test, by the settings that put Watchword on it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from tests.postgres import empty_database

POOL = 4
"""Connections of a server: many run at the same time, and PostgreSQL takes a hundred connections in all."""

KEY = "a secret key for tests, of more than 32 characters"

Kind = Literal["sqlite", "postgresql"]
KINDS: tuple[Kind, ...] = ("sqlite", "postgresql")


@contextmanager
def database_settings(kind: Kind) -> Iterator[dict[str, str]]:
    """SQLite lies in the data directory, and needs none."""
    if kind == "sqlite":
        yield {}
    else:
        with empty_database() as url:
            yield {"WATCHWORD_DATABASE_URL": url, "WATCHWORD_SECRET_KEY": KEY, "WATCHWORD_DATABASE_POOL": str(POOL)}
