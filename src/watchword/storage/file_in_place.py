"""Whether an SQLite file is still the one that was opened: SQLite itself goes on in one that was moved or replaced."""

import os
import time
from collections.abc import Callable

from watchword.storage.failures import unavailable

EVERY_SECONDS = 1.0
"""What is written in between goes to the file that was taken away."""


class FileInPlace:
    """Looked at no more often than once a second. `path` is empty, or `:memory:`, where there is none."""

    def __init__(self, path: str | None, now: Callable[[], float] = time.monotonic) -> None:
        self._path = "" if path in (None, ":memory:") else str(path)
        self._now = now
        self._opened = self._there()
        self._again = now() + EVERY_SECONDS

    def check(self) -> None:
        """Raises `DatabaseUnavailable` until the file is back: nobody would ever find what is written elsewhere."""
        if self._now() < self._again:
            return
        if self._there() != self._opened:
            raise unavailable("file_taken_away")
        self._again = self._now() + EVERY_SECONDS

    def _there(self) -> tuple[int, int] | None:
        try:
            found = os.stat(self._path) if self._path else None
        except OSError:
            return None
        return (found.st_dev, found.st_ino) if found else None
