"""A copy of the embedded database, of one moment, while the server goes on."""

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from watchword.errors import Invalid
from watchword.progress import Watch, unwatched

PAGES = 1000
"""Pages that are copied at once, 4 KiB each."""


def back_up(source: Path, target: Path, *, force: bool = False, watch: Watch = unwatched) -> None:
    """`target` is whole or not there. Raises `Invalid` where it is there already, unless forced, or is unwritable."""
    if target.exists() and not force:
        raise Invalid(f"{target} is there already. Choose another name, or give --force to replace it.")
    with beside(target) as partial:
        copy(source, partial, watch)
        check(partial)
        os.replace(partial, target)
        sync(target.parent)


@contextmanager
def beside(target: Path) -> Iterator[Path]:
    """A new file in the same directory, for its owner alone, gone at the end where it was not moved."""
    try:
        opened, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".partial", dir=target.parent)
    except OSError as error:
        raise Invalid(f"{target} cannot be written ({error.strerror}).") from None
    os.close(opened)
    try:
        yield Path(name)
    finally:
        for part in ("", "-wal", "-shm", "-journal"):
            Path(name + part).unlink(missing_ok=True)


def copy(source: Path, target: Path, watch: Watch = unwatched) -> None:
    """One file without a log beside it. The transaction keeps the moment: without it SQLite begins the copy anew
    whenever another process writes, and would never end beside a busy server.
    """
    with _telling(source, target), closing(_reading(source)) as old, closing(sqlite3.connect(target)) as new:
        old.execute("BEGIN")
        old.execute("SELECT count(*) FROM sqlite_master").fetchone()
        old.backup(
            new,
            pages=PAGES,
            progress=lambda _status, left, total: watch("Copying pages", total - left, total),
            sleep=0,
        )
        new.execute("PRAGMA journal_mode = DELETE")
    sync(target)


def _reading(source: Path) -> sqlite3.Connection:
    """Not read-only: that would leave a log beside it. What is not there is not made."""
    return sqlite3.connect(f"{source.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None, timeout=60)


def check(file: Path) -> None:
    """Raises `Invalid` where SQLite finds the file damaged."""
    with _telling(file, file), closing(sqlite3.connect(file)) as driver:
        found = driver.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if found != "ok":
        raise Invalid(f"{file} is damaged: {found}.")


@contextmanager
def _telling(source: Path, target: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", None)
        if code == sqlite3.SQLITE_NOTADB:
            raise Invalid(f"{source} is no SQLite database.") from None
        if code == sqlite3.SQLITE_CANTOPEN:
            raise Invalid(f"{source} cannot be opened: is it there, and may this user read it?") from None
        raise Invalid(f"{source} cannot be copied to {target}: {error}.") from None


def sync(path: Path) -> None:
    """To the disk: a file, or the names in a directory."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
