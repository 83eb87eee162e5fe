"""The blueprints that come with Watchword, as the API lists them."""

import hashlib
from functools import cache

import msgspec

from watchword.administration.blueprints import SUFFIX, outline
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


def _file(name: str) -> BlueprintFile:
    text = shipped_text(name)
    found = outline(text)
    return BlueprintFile(
        path=name + SUFFIX,
        last_m=changed_at(name),
        hash=hashlib.sha512(text.encode()).hexdigest(),
        meta=Metadata(name=found.name if found else name, labels=found.labels if found else {}),
    )
