"""The embedded database is put back from a copy; at every moment there is a whole one, the old or the new."""

import os
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from watchword.errors import Invalid
from watchword.progress import Watch, unwatched
from watchword.storage.backup import beside, check, copy, sync
from watchword.storage.in_use import alone
from watchword.storage.migrate import migrate, revisions
from watchword.storage.tables import users

_LOG, _INDEX = "-wal", "-shm"
_PATIENCE_SECONDS = 5.0
_MAGIC = b"SQLite format 3\x00"


def restore(source: Path, database: Path, *, now: datetime, watch: Watch = unwatched) -> Path | None:
    """Returns where the replaced database is kept, beside the new one, or None where there was none.

    Raises `Invalid` where `source` is none of ours, damaged, or newer than this program, or while somebody uses the
    database; and changes nothing then.
    """
    if not source.is_file():
        raise Invalid(f"There is no file {source}.")
    if database.exists() and source.samefile(database):
        raise Invalid(f"{source} is the database itself.")
    with beside(database) as fresh:
        copy(source, fresh, watch)
        check(fresh)
        recognise(fresh, source)
        migrate(f"sqlite:///{fresh.absolute()}")
        _settle(fresh)
        with alone(database):
            return _swap(fresh, database, now)


def recognise(file: Path, called: Path) -> None:
    """Raises `Invalid` where a file holds no database of Watchword's, or one that this version does not know."""
    with closing(sqlite3.connect(file)) as driver:
        tables = {row[0] for row in driver.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if not {"alembic_version", users.name} <= tables:
            raise Invalid(f"{called} is no database of Watchword's.")
        versions = [row[0] for row in driver.execute("SELECT version_num FROM alembic_version")]
    if unknown := set(versions) - revisions():
        raise Invalid(
            f"{called} was made by a newer version (schema {', '.join(sorted(unknown))}). Install that version first."
        )


def _settle(file: Path) -> None:
    """Without a log, so that the file alone is the database."""
    with closing(sqlite3.connect(file, timeout=_PATIENCE_SECONDS)) as driver:
        driver.execute("PRAGMA journal_mode = DELETE")
    sync(file)


def _swap(fresh: Path, database: Path, now: datetime) -> Path | None:
    """The old log goes first: beside another database, SQLite could take its pages for that one's."""
    kept = None
    if database.exists():
        kept = _free_name(database, now)
        _put_log_away(database, kept)
        os.link(database, kept)
    os.replace(fresh, database)
    sync(database.parent)
    return kept


def _free_name(database: Path, now: datetime) -> Path:
    name = f"{database.name}.before-{now:%Y%m%d-%H%M%S}"
    tries = (database.with_name(name + (f".{number}" if number else "")) for number in range(1000))
    return next(path for path in tries if not path.exists())


def _put_log_away(database: Path, kept: Path) -> None:
    """Into the database; a damaged one, which may be why it is replaced, keeps it beside its new name instead. SQLite
    would delete the log of what is no database at all.
    """
    try:
        if _is_sqlite(database):
            _settle(database)
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF not in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
            raise Invalid(f"Somebody uses {database} ({error}). Stop every program that has it open first.") from None
    if (log := database.with_name(database.name + _LOG)).exists():
        os.replace(log, kept.with_name(kept.name + _LOG))
    database.with_name(database.name + _INDEX).unlink(missing_ok=True)


def _is_sqlite(file: Path) -> bool:
    with file.open("rb") as opened:
        return opened.read(len(_MAGIC)) == _MAGIC
