"""Applies a blueprint: all of it in one transaction, or nothing."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from watchword.blueprints.configuration import ConfigKind, Objects
from watchword.blueprints.document import Blueprint
from watchword.blueprints.kind import Kind
from watchword.blueprints.library import Library
from watchword.blueprints.people.groups import GROUP, GroupKind
from watchword.blueprints.people.tokens import TOKEN, TokenKind
from watchword.blueprints.people.users import USER, Hashes, UserKind
from watchword.blueprints.references import check_whole
from watchword.blueprints.report import Line
from watchword.blueprints.run import Run
from watchword.blueprints.tag import Given
from watchword.keyring import Keyring
from watchword.model.base import ConfigObject
from watchword.storage.config import load_objects, save_changes
from watchword.storage.statements import lock

Catalogue = Mapping[str, type[ConfigObject]]

EXAMPLE_HOST = "sms.example.org"


def apply_blueprint(
    conn: Connection,
    blueprint: Blueprint,
    *,
    catalogue: Catalogue,
    keyring: Keyring,
    now: datetime,
    given: Given,
    hashes: Hashes,
    author: str,
    library: Library | None = None,
    host: str = EXAMPLE_HOST,
    skip_unknown: bool = False,
    left_out: Mapping[int, str] | None = None,
) -> list[Line]:
    """A unit of work; raises `BlueprintInvalid` with every problem found, which undoes it, and so does `Unguarded`.

    `hashes` is what `prepare` made. Each entry has a line in the answer, in their order; what an absent object took
    with it has one more, and so has each entry of another blueprint that is applied in place, out of the `library`.
    `skip_unknown` leaves out what Watchword has not, instead of refusing it; entries in `left_out` are left out anyway.
    `host` is the site's name as messages give it, for advice on their length.
    """
    lock(conn, "configuration")  # before reading: of two that run at once, the second must see the first's objects
    objects = Objects({obj.pk: obj for obj in load_objects(conn, catalogue, keyring)})
    users, groups = UserKind(conn, now, hashes), GroupKind(conn)
    kinds: dict[str, Kind[Any]] = {name: ConfigKind(objects, cls, host) for name, cls in catalogue.items()}
    kinds |= {USER: users, GROUP: groups, TOKEN: TokenKind(conn, now)}
    run = Run(kinds, given, library=library or Library(()), skip_unknown=skip_unknown, left_out=left_out or {})
    lines = run.all(blueprint, given.context)
    run.guards.check()
    check_whole(objects, users, groups, blueprint.file)
    if objects.put or objects.removed:
        save_changes(
            conn,
            put=objects.put,
            remove=objects.removed,
            catalogue=catalogue,
            keyring=keyring,
            author=author,
            summary=f"Blueprint {blueprint.name}".strip(),
            now=now,
        )
    return lines
