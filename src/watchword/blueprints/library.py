"""The blueprints that another one may apply: those that are kept here, and those that come along."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import msgspec
from sqlalchemy import Connection

from watchword.blueprints.document import Blueprint
from watchword.blueprints.folder import SUFFIX, WATCHED, file_names, watched_text
from watchword.blueprints.nodes import MAX_NODES
from watchword.blueprints.reader import read
from watchword.blueprints.shipped_files import shipped_names, shipped_text
from watchword.storage.blueprint_instances import page_of_instances
from watchword.storage.listing import Wanted

META = "authentik_blueprints.metaapplyblueprint"
"""The model of an entry that applies another blueprint in its place."""

FOUND_BY = ("name", "path", "pk")
_MOST = 10_000


class MetaForm(msgspec.Struct, kw_only=True):
    """Applies another blueprint in place. One that is not there is an error, unless it is not `required`."""

    identifiers: Annotated[dict[str, str], msgspec.Meta(min_length=1)]
    required: bool = True


class Source(NamedTuple):
    """`names` are all that it answers to; one that is not `enabled` is found, and not applied."""

    name: str
    names: frozenset[str]
    path: str
    text: str
    pk: str = ""
    context: Mapping[str, Any] = {}
    enabled: bool = True


class Library:
    def __init__(self, sources: Sequence[Source]) -> None:
        """Of two that fit, the first is found."""
        self._sources = sources
        self._read: dict[int, Blueprint] = {}
        """By the source's place in the list."""

    def find(self, identifiers: Mapping[str, str]) -> Source | None:
        """By its name, path or pk; all that are given must fit."""
        return next((source for source in self._sources if _fits(source, identifiers)), None)

    def read(self, source: Source) -> Blueprint:
        """Once: its entries have numbers that no other one's have. Raises `BlueprintInvalid`."""
        place = self._sources.index(source)
        if place not in self._read:
            self._read[place] = read(source.text, source.name, first=(place + 1) * MAX_NODES)
        return self._read[place]


def stored_library(conn: Connection, watched: Path | None = None) -> Library:
    """What is kept goes before what comes along; of a file in the `watched` directory, what stands in it now."""
    kept = list(_kept(conn, watched))
    return Library([*kept, *_not_yet_seen(watched, {source.path for source in kept}), *shipped_sources()])


def _not_yet_seen(watched: Path | None, seen: Collection[str]) -> Iterator[Source]:
    """Files of the directory that come later in this very look. Raises `OSError` where it cannot be read."""
    for name in file_names(watched) if watched else ():
        path, stem = WATCHED + name, name.removesuffix(SUFFIX)
        if path not in seen and (text := watched_text(watched, path)):
            yield Source(stem, frozenset({stem}), path, text)


@cache
def shipped_sources() -> tuple[Source, ...]:
    return tuple(_shipped(name) for name in shipped_names())


def _shipped(name: str) -> Source:
    text = shipped_text(name)
    return Source(name, frozenset({name, read(text, name).name}), f"{name}.yaml", text)


def _kept(conn: Connection, watched: Path | None) -> Iterator[Source]:
    _, instances = page_of_instances(conn, Wanted(order="name", limit=_MOST))
    for one in instances:
        name = one.path.removesuffix(".yaml")
        shipped = shipped_text(name) if name in shipped_names() else ""
        text = one.content or watched_text(watched, one.path) or shipped
        if text:
            yield Source(one.name, frozenset({one.name}), one.path, text, one.pk, one.context, one.enabled)


def _fits(source: Source, identifiers: Mapping[str, str]) -> bool:
    given = dict(identifiers)
    name = given.pop("name", None)
    return (name is None or name in source.names) and all(
        getattr(source, field, None) == value for field, value in given.items()
    )
