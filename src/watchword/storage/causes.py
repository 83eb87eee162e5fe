"""Why a database cannot be reached, as far as its own words tell: those name hosts and users, so they go no further."""

import sqlite3
from collections.abc import Iterator
from typing import Literal

from sqlalchemy.exc import DBAPIError

from watchword.storage.failures import primary_code

Cause = Literal[
    "refused",
    "unknown_host",
    "silent",
    "starting",
    "password",
    "no_database",
    "full_house",
    "tls",
    "no_file",
    "no_rights",
    "busy",
    "damaged",
    "no_space",
    "unknown",
]

_SQLITE: dict[int, Cause] = {
    sqlite3.SQLITE_CANTOPEN: "no_file",
    sqlite3.SQLITE_READONLY: "no_rights",
    sqlite3.SQLITE_PERM: "no_rights",
    sqlite3.SQLITE_BUSY: "busy",
    sqlite3.SQLITE_LOCKED: "busy",
    sqlite3.SQLITE_CORRUPT: "damaged",
    sqlite3.SQLITE_NOTADB: "damaged",
    sqlite3.SQLITE_FULL: "no_space",
    sqlite3.SQLITE_IOERR: "damaged",
}

_WORDS: tuple[tuple[str, Cause], ...] = (
    ("authentication failed", "password"),
    ("no password supplied", "password"),
    ("pg_hba.conf", "password"),
    ("role ", "password"),
    ("the database system is", "starting"),
    ("database ", "no_database"),
    ("too many", "full_house"),
    ("remaining connection slots", "full_house"),
    ("resolve host", "unknown_host"),
    ("translate host name", "unknown_host"),
    ("name or service not known", "unknown_host"),
    ("certificate", "tls"),
    ("ssl", "tls"),
    ("timeout", "silent"),
    ("timed out", "silent"),
    ("connection refused", "refused"),
    ("no such file or directory", "refused"),
)
"""Of libpq's sentences, in English as it speaks in most places; the first that fits."""


def cause_of(error: BaseException) -> Cause:
    """Of a `DatabaseUnavailable`, by what it was raised from."""
    for link in _chain(error):
        if isinstance(link, PermissionError):
            return "no_rights"
        if isinstance(link, OSError):
            return "no_file"
        if isinstance(link, DBAPIError):
            return _of_driver(link.orig)
    return "unknown"


def _chain(error: BaseException) -> Iterator[BaseException]:
    link: BaseException | None = error
    while link is not None:
        yield link
        link = link.__cause__


def _of_driver(original: BaseException | None) -> Cause:
    if isinstance(original, sqlite3.Error):
        return _SQLITE.get(primary_code(original), "unknown")
    said = str(original).lower()
    return next((cause for words, cause in _WORDS if words in said), "unknown")
