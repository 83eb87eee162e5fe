"""Who uses the embedded database, by a lock on a file beside it: servers and commands share it, a restore has it alone.

Locks end with their process, however it ends.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from watchword.errors import DatabaseUnavailable, Invalid
from watchword.storage.urls import file_of

SUFFIX = ".lock"


@contextmanager
def in_use(url: str) -> Iterator[None]:
    """Raises `Invalid` while somebody has it alone. Nothing is locked for PostgreSQL, nor in memory."""
    file = file_of(url)
    if file is None:
        yield
        return
    with _locked(file, fcntl.LOCK_SH, "A restore or another change of the whole database is under way: wait for it."):
        yield


@contextmanager
def alone(file: Path) -> Iterator[None]:
    """Raises `Invalid` while a server, or a command, uses the database."""
    sentence = f"A server or another command uses {file}. Stop it first: what it writes would be lost."
    with _locked(file, fcntl.LOCK_EX, sentence):
        yield


@contextmanager
def _locked(file: Path, kind: int, otherwise: str) -> Iterator[None]:
    try:
        lock = os.open(file.with_name(file.name + SUFFIX), os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise DatabaseUnavailable from error
    try:
        fcntl.flock(lock, kind | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        raise Invalid(otherwise) from None
    try:
        yield
    finally:
        os.close(lock)
