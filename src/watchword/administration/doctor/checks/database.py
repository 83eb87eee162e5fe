"""The database: whether it answers, which it is, and whether it is whole."""

import time
from collections.abc import Iterator
from pathlib import Path

from watchword.administration.doctor.finding import Finding, Kind, NotChecked
from watchword.administration.doctor.patient import Patient
from watchword.errors import DatabaseUnavailable
from watchword.storage.aside import read_aside
from watchword.storage.causes import Cause, cause_of
from watchword.storage.health import PostgreSQLState, postgresql_state, sqlite_damage, sqlite_state
from watchword.storage.urls import file_of, is_there

ANSWERS = Kind("database_answers", "ok", "The database answers.")
WHOLE = Kind("database_whole", "ok", "The database’s file is whole.")
MISSING = Kind(
    "database_missing",
    "error",
    "There is no database here.",
    "Start watchword serve once, which makes it. If this server has run before, name its data directory: --data-dir or "
    "WATCHWORD_DATA_DIR.",
)
AWAY = Kind(
    "database_away",
    "error",
    "The database cannot be reached.",
    "See that it runs, and that WATCHWORD_DATABASE_URL names its host, user and name.",
)
DAMAGED = Kind(
    "database_damaged",
    "error",
    "The database’s file is damaged.",
    "Stop the server, and restore the last backup that is whole.",
)
OLD = Kind(
    "database_old",
    "error",
    "The database server is older than PostgreSQL 13.",
    "Update it: older ones get no security fixes, and Watchword is not tried with them.",
)
READ_ONLY = Kind(
    "database_read_only",
    "error",
    "The database takes no writes: nobody can sign in.",
    "WATCHWORD_DATABASE_URL must name the primary server, not a standby.",
)
ENCODING = Kind(
    "database_encoding",
    "error",
    "The database is not in UTF-8: names that it cannot spell are refused.",
    "Make a database with ENCODING 'UTF8', and move the data over with pg_dump.",
)
CROWDED = Kind(
    "database_crowded",
    "warning",
    "Most of the database server’s connections are taken; visitors are refused when there is none left.",
    "Raise max_connections, or find out who holds so many.",
)
NOT_WAL = Kind(
    "database_not_wal",
    "warning",
    "The database’s file cannot be kept in WAL mode: each write holds up all readers, and locks may not hold.",
    "Keep the data directory on a disk of this machine, not on a network’s.",
)
READABLE = Kind(
    "database_readable",
    "warning",
    "Other users of this machine can read the database’s file, with people’s numbers in it.",
    "Take their rights away: chmod 600, and chmod 700 for the directory.",
)
SLOW = Kind(
    "database_slow",
    "warning",
    "The database takes long to answer the simplest question.",
    "See what keeps it busy, and that it stands near this server.",
)

KINDS = (*(ANSWERS, WHOLE, MISSING, AWAY, DAMAGED, OLD, READ_ONLY, ENCODING, CROWDED, NOT_WAL, READABLE, SLOW),)

QUICK_CHECK_SECONDS = 20.0
_OLDEST = 130_000
_CROWDED = 0.8
_SLOW_SECONDS = 0.25
_OTHERS = 0o077

_CAUSES: dict[Cause, tuple[str, str]] = {
    "refused": ("Nothing listens at the database’s address.", "Start it, or correct WATCHWORD_DATABASE_URL."),
    "unknown_host": ("The name of the database’s host is not known.", "Correct the host in WATCHWORD_DATABASE_URL."),
    "silent": ("The database’s host does not answer in time.", "Look for a firewall on the way, and at the host."),
    "password": (
        "The database does not let this user in.",
        "Correct user and password in WATCHWORD_DATABASE_URL, or let him in (pg_hba.conf).",
    ),
    "no_database": (
        "The database server runs, but has no database of this name.",
        "Make it, or correct the name in WATCHWORD_DATABASE_URL.",
    ),
    "full_house": ("The database server has no connection left.", CROWDED.fix),
    "tls": ("No encrypted connection to the database can be made.", "Look at sslmode and its certificates."),
    "no_file": (
        "The database’s file cannot be opened.",
        "See that the directory exists, and that this user may read and write in it.",
    ),
    "no_rights": ("This user may not write the database’s file.", "Run this as the user that the server runs as."),
    "busy": ("Another program holds the database’s file locked.", "See what it is: a backup, or a stuck server."),
    "damaged": (DAMAGED.means, DAMAGED.fix),
    "no_space": ("There is no room left for the database.", "Make room on the disk."),
    "unknown": (AWAY.means, AWAY.fix),
}


def away(error: BaseException) -> Finding:
    cause = cause_of(error)
    sentence, fix = _CAUSES[cause]
    return (DAMAGED if cause == "damaged" else AWAY).found(sentence, fix=fix)


async def check(patient: Patient) -> list[Finding]:
    file = file_of(patient.settings.database_url)
    if patient.database is None:
        if file and not is_there(file):
            return [MISSING.found(f"There is no {file}, or this user may not see it.")]
        return [away(patient.database_trouble or DatabaseUnavailable())]
    try:
        if patient.database.dialect == "sqlite":
            return await _sqlite(patient, file)
        return await _postgresql(patient)
    except DatabaseUnavailable as error:
        return [away(error)]


async def _sqlite(patient: Patient, file: Path | None) -> list[Finding]:
    database = patient.the_database()
    state = await database.read(sqlite_state)
    found = [ANSWERS.found(f"SQLite {state.version} answers.")]
    if state.journal not in ("wal", "memory"):
        found.append(NOT_WAL.found())
    if file and _is_open(file):
        found.append(READABLE.found(f"Other users of this machine can read {file}, with people’s numbers in it."))
    return found


def _is_open(file: Path) -> bool:
    return bool(file.stat().st_mode & _OTHERS)


async def whole(patient: Patient) -> list[Finding]:
    """Reads all of SQLite's file; PostgreSQL watches over its own."""
    database = patient.the_database()
    if database.dialect != "sqlite":
        raise NotChecked("PostgreSQL watches over its files by itself.")
    try:
        damage = await read_aside(database, patient.settings.database_url, QUICK_CHECK_SECONDS, sqlite_damage)
    except TimeoutError:
        raise NotChecked(f"The file is too large to be read within {QUICK_CHECK_SECONDS:g} seconds.") from None
    except DatabaseUnavailable as error:
        return [away(error)]
    return [DAMAGED.found() if damage else WHOLE.found()]


async def _postgresql(patient: Patient) -> list[Finding]:
    database = patient.the_database()
    state = await database.run(postgresql_state)
    began = time.monotonic()
    state = await database.run(postgresql_state)
    took = time.monotonic() - began
    found = [ANSWERS.found(f"PostgreSQL {state.version} answers."), *of_postgresql(state)]
    if took > _SLOW_SECONDS:
        found.append(SLOW.found(f"The database takes {took * 1000:.0f} ms to answer the simplest question."))
    return found


def of_postgresql(state: PostgreSQLState) -> Iterator[Finding]:
    if state.number < _OLDEST:
        yield OLD.found(f"The database server is PostgreSQL {state.version}, older than 13.")
    if state.read_only:
        yield READ_ONLY.found()
    if state.encoding != "UTF8":
        yield ENCODING.found(f"The database is in {state.encoding}, not in UTF-8.")
    if state.used > state.most * _CROWDED:
        yield CROWDED.found(f"{state.used} of the database server’s {state.most} connections are taken.")
