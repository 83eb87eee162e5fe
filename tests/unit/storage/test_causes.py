"""Why a database cannot be reached."""

import sqlite3
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import URL
from sqlalchemy.exc import OperationalError

from watchword.errors import DatabaseUnavailable
from watchword.storage.causes import cause_of
from watchword.storage.database import open_database
from watchword.storage.health import ping
from watchword.storage.sqlite import SQLiteDatabase


def raised_from(cause: BaseException) -> DatabaseUnavailable:
    error = DatabaseUnavailable()
    error.__cause__ = cause
    return error


def by_driver(original: Exception) -> DatabaseUnavailable:
    return raised_from(OperationalError("SELECT 1", {}, original))


@pytest.mark.parametrize(
    ("said", "cause"),
    [
        ('connection to server at "127.0.0.1", port 1 failed: Connection refused', "refused"),
        ('connection to server on socket "/x" failed: No such file or directory', "refused"),
        ("failed to resolve host 'db.invalid': [Errno -2] Name or service not known", "unknown_host"),
        ('could not translate host name "db" to address: Temporary failure', "unknown_host"),
        ("connection timeout expired", "silent"),
        ("connection to server failed: Connection timed out", "silent"),
        ('FATAL: password authentication failed for user "x"', "password"),
        ("connection failed: fe_sendauth: no password supplied", "password"),
        ('FATAL: no pg_hba.conf entry for host "1.2.3.4"', "password"),
        ('FATAL: role "x" does not exist', "password"),
        ("FATAL: the database system is starting up", "starting"),
        ("FATAL: the database system is not yet accepting connections", "starting"),
        ('FATAL: database "x" does not exist', "no_database"),
        ("FATAL: sorry, too many clients already", "full_house"),
        ("FATAL: remaining connection slots are reserved", "full_house"),
        ("SSL error: certificate verify failed", "tls"),
        ("server does not support SSL, but SSL was required", "tls"),
        ("something that nobody has ever seen", "unknown"),
    ],
)
def test_what_postgresql_says_is_understood(said: str, cause: str) -> None:
    assert cause_of(by_driver(psycopg.OperationalError(said))) == cause


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        (sqlite3.SQLITE_CANTOPEN, "no_file"),
        (sqlite3.SQLITE_READONLY_DBMOVED, "no_rights"),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, "busy"),
        (sqlite3.SQLITE_CORRUPT, "damaged"),
        (sqlite3.SQLITE_NOTADB, "damaged"),
        (sqlite3.SQLITE_FULL, "no_space"),
        (sqlite3.SQLITE_INTERNAL, "unknown"),
    ],
)
def test_what_sqlite_says_is_understood(code: int, cause: str) -> None:
    error = sqlite3.OperationalError("words that say nothing")
    error.sqlite_errorcode = code
    assert cause_of(by_driver(error)) == cause


def test_what_the_system_says_is_understood() -> None:
    assert cause_of(raised_from(PermissionError())) == "no_rights"
    assert cause_of(raised_from(FileNotFoundError())) == "no_file"


def test_without_a_cause_nothing_is_known() -> None:
    assert cause_of(DatabaseUnavailable()) == "unknown"
    assert cause_of(raised_from(ValueError())) == "unknown"


async def test_a_server_that_is_not_there_is_known_by_its_refusal() -> None:
    database: Any = open_database("postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(DatabaseUnavailable) as caught:
        await database.read(ping)
    await database.close()
    assert cause_of(caught.value) == "refused"


def test_a_directory_that_is_not_there_is_known(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailable) as caught:
        SQLiteDatabase(URL.create("sqlite+pysqlite", database=str(tmp_path / "no" / "such.db")))
    assert cause_of(caught.value) == "no_file"
