"""How a database's address is written, and read."""

import os
from pathlib import Path
from typing import Literal

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from watchword.errors import SettingsInvalid

Dialect = Literal["sqlite", "postgresql"]

_DRIVERS: dict[str, str] = {
    "sqlite": "sqlite+pysqlite",
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}


def read_url(text: str) -> URL:
    """`sqlite:///path`, `sqlite://` (in memory) or `postgresql://...`, which may be spelt `postgres://`.

    Raises `SettingsInvalid`, without the address: it may hold a password.
    """
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        url = None
    driver = _DRIVERS.get(url.drivername) if url is not None else None
    if url is None or driver is None or (driver.startswith("sqlite") and url.host):
        raise SettingsInvalid(
            "WATCHWORD_DATABASE_URL must be sqlite:///path/to/file (four slashes for an absolute path) "
            "or postgresql://user:password@host/database."
        ) from None
    return url.set(drivername=driver)


def dialect_of(url: URL) -> Dialect:
    return "sqlite" if url.get_backend_name() == "sqlite" else "postgresql"


def file_of(text: str) -> Path | None:
    """The file of an SQLite database; None of one in memory, or on a server. Raises as `read_url` does."""
    url = read_url(text)
    return Path(url.database) if dialect_of(url) == "sqlite" and url.database not in (None, "", ":memory:") else None


def is_there(file: Path) -> bool:
    """Also False in a directory that may not be looked into, where `Path.exists` raises."""
    return os.path.exists(file)
