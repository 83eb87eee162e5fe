"""Either database for a test, by the settings that put Watchword on it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from tests.postgres import empty_database

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
            yield {"WATCHWORD_DATABASE_URL": url, "WATCHWORD_SECRET_KEY": KEY}
