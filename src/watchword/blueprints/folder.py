"""The watched directory: its files are read again only when they changed."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from watchword.blueprints.nodes import MAX_BYTES
from watchword.blueprints.tag import MAX_FILE_BYTES

WATCHED = "watched/"
"""Begins the paths of what lies there: `watched/sms.yaml`."""
SUFFIX = ".yaml"

_Signature = tuple[int, int, int]


class WatchedFile(NamedTuple):
    """`problem` is a sentence where it cannot be read. One that is not `settled` may still be being written."""

    path: str
    text: str
    digest: str
    problem: str = ""
    settled: bool = True

    @property
    def name(self) -> str:
        return self.path.removeprefix(WATCHED)


class Folder:
    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._read: dict[str, tuple[_Signature, WatchedFile]] = {}
        self._looked = False

    def scan(self) -> list[WatchedFile]:
        """By name. A file is settled when it is as it was at the last look, at the first look at once.

        Raises OSError where the directory cannot be read: then nobody knows what was removed.
        """
        found = {}
        for name in file_names(self._directory):
            signature = _signature(self._directory / name)
            known = self._read.get(name)
            if known is not None and known[0] == signature:
                found[name] = signature, known[1]._replace(settled=True)
            else:
                found[name] = signature, watched_file(self._directory, name)._replace(settled=not self._looked)
        self._read, self._looked = found, True
        return [file for _, file in found.values()]


def file_names(directory: Path) -> list[str]:
    """Hidden files and those further below are none of it. Raises OSError."""
    names = (entry.name for entry in directory.iterdir() if entry.name.endswith(SUFFIX) and entry.is_file())
    return sorted(name for name in names if not name.startswith("."))


def watched_file(directory: Path, name: str) -> WatchedFile:
    path = WATCHED + name
    try:
        with _inside(directory, name).open("rb") as file:
            content = file.read(MAX_BYTES + 1)
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return WatchedFile(path, "", _digest(content), f"{name} is no text in UTF-8.")
    except OSError as error:
        problem = f"{name} cannot be read: {error.strerror}."
        return WatchedFile(path, "", _digest(problem.encode()), problem)
    return WatchedFile(path, text, _digest(text.encode()))


def watched_text(directory: Path | None, path: str) -> str | None:
    """Of `watched/NAME`; None where there is no such file."""
    name = path.removeprefix(WATCHED)
    try:
        known = directory is not None and path.startswith(WATCHED) and name in file_names(directory)
    except OSError:
        known = False
    return watched_file(directory, name).text if directory and known else None


def reader(directory: Path) -> Callable[[str], str]:
    """What `!File` may read: what lies in the directory. A repository's author must not read the server's files."""

    def read(path: str) -> str:
        with _inside(directory, path).open("rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)
        if len(content) > MAX_FILE_BYTES:
            raise ValueError("The file is too large.")
        return content.decode()

    return read


def _inside(directory: Path, path: str) -> Path:
    """Raises OSError where it lies elsewhere, by a link perhaps."""
    place = (directory / path).resolve()
    if not place.is_relative_to(directory.resolve()):
        raise OSError(0, "it lies outside of the directory")
    return place


def _signature(file: Path) -> _Signature:
    try:
        status = file.stat()
    except OSError:
        return (0, 0, 0)
    return status.st_mtime_ns, status.st_size, status.st_ino


def _digest(content: bytes) -> str:
    return hashlib.sha512(content).hexdigest()
