"""The embedded database as the bytes of its files: what was deleted is to be gone from them too."""

import mmap
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from watchword.errors import DatabaseUnavailable

_PATIENCE_SECONDS = 60.0


def empty_log(file: Path) -> None:
    """Moves what stands in the write-ahead log into the database, and cuts the log off. Waits for others up to a
    minute; raises `DatabaseUnavailable` where they do not end.
    """
    with closing(_open(file)) as driver:
        busy, _, _ = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise DatabaseUnavailable("Somebody reads the database without end. Stop the server, then do this again.")


def rewrite(file: Path) -> None:
    """Writes the whole file anew (VACUUM), without what old pages held; others wait for it."""
    with closing(_open(file)) as driver:
        driver.execute("PRAGMA secure_delete = ON")
        driver.execute("VACUUM")
    empty_log(file)


def holds(file: Path, texts: Iterable[str]) -> bool:
    """Whether any of them stands in the bytes of the database or of its log.

    For a process that has it not open: closing the file releases the locks that SQLite has on it (fcntl).
    """
    wanted = [text.encode() for text in texts]
    return any(_holds(part, wanted) for part in (file, file.with_name(f"{file.name}-wal")))


def _holds(part: Path, wanted: list[bytes]) -> bool:
    if not part.exists() or not part.stat().st_size:
        return False
    with part.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return any(content.find(text) >= 0 for text in wanted)


def _open(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(file, timeout=_PATIENCE_SECONDS, isolation_level=None)
