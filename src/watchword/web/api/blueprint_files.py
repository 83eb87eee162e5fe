"""The blueprints that come with Watchword or lie in the watched directory, as the API lists them."""

import hashlib
from functools import cache
from pathlib import Path

import msgspec

from watchword.administration.blueprints import outline
from watchword.blueprints.folder import WATCHED, file_names, watched_file
from watchword.blueprints.instances import SUFFIX
from watchword.blueprints.shipped_files import changed_at, shipped_names, shipped_text


class Metadata(msgspec.Struct, kw_only=True):
    name: str
    labels: dict[str, str]


class BlueprintFile(msgspec.Struct, kw_only=True):
    """A file. `last_m` is in seconds since 1970, `hash` its SHA-512."""

    path: str
    last_m: int
    hash: str
    meta: Metadata
    version: int = 1


@cache
def files() -> list[BlueprintFile]:
    return [_file(name) for name in shipped_names()]


def watched_files(directory: Path | None) -> list[BlueprintFile]:
    """None where there is no directory, or it cannot be read now."""
    try:
        return [_watched(directory, name) for name in file_names(directory)] if directory else []
    except OSError:
        return []


def _watched(directory: Path, name: str) -> BlueprintFile:
    file = watched_file(directory, name)
    return BlueprintFile(
        path=WATCHED + name,
        last_m=int((directory / name).stat().st_mtime),
        hash=file.digest,
        meta=_meta(file.text, name),
    )


def _file(name: str) -> BlueprintFile:
    text = shipped_text(name)
    return BlueprintFile(
        path=name + SUFFIX,
        last_m=changed_at(name),
        hash=hashlib.sha512(text.encode()).hexdigest(),
        meta=_meta(text, name),
    )


def _meta(text: str, name: str) -> Metadata:
    found = outline(text)
    return Metadata(name=(found and found.name) or name, labels=found.labels if found else {})
