"""Applies a blueprint: all of it in one transaction, or nothing."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection

from watchword.blueprints.configuration import ConfigKind, Objects
from watchword.blueprints.document import Blueprint, Entry
from watchword.blueprints.fields import Misfit, checked, is_secret
from watchword.blueprints.instances import INSTANCE, InstanceKind
from watchword.blueprints.kind import Kind, checked_identifiers, fitted_identifier
from watchword.blueprints.merge import merge
from watchword.blueprints.people.groups import GROUP, GroupKind
from watchword.blueprints.people.tokens import TOKEN, TokenKind
from watchword.blueprints.people.users import USER, Hashes, UserKind
from watchword.blueprints.problems import BlueprintInvalid, BlueprintProblem, Collector, Place
from watchword.blueprints.references import check_whole
from watchword.blueprints.report import Action, Line
from watchword.blueprints.tag import Given, Scope, Unfindable, resolve
from watchword.blueprints.watched import Watch
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
    host: str = EXAMPLE_HOST,
    watch: Watch | None = None,
) -> list[Line]:
    """A unit of work; raises `BlueprintInvalid` with every problem found, which undoes it.

    `hashes` is what `prepare` made. Each entry has a line in the answer, in their order; what an absent object took
    with it has one more. `host` is the site's name as messages give it, for advice on their length.
    """
    lock(conn, "configuration")  # before reading: of two that run at once, the second must see the first's objects
    objects = Objects({obj.pk: obj for obj in load_objects(conn, catalogue, keyring)})
    users, groups = UserKind(conn, now, hashes), GroupKind(conn)
    kinds: dict[str, Kind[Any]] = {name: ConfigKind(objects, cls, host) for name, cls in catalogue.items()}
    kinds |= {USER: users, GROUP: groups, TOKEN: TokenKind(conn, now), INSTANCE: InstanceKind(conn, now)}
    if watch:
        kinds = watch.kinds(conn, objects, kinds)
    lines = _Run(kinds, given, merge(blueprint.context, given.context)).all(blueprint)
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


class _Run:
    def __init__(self, kinds: Mapping[str, Kind[Any]], given: Given, context: Mapping[str, Any]) -> None:
        self._kinds = kinds
        self._scope = Scope(given, context, self._find)
        self._real_pks: dict[str, Any] = {}

    def all(self, blueprint: Blueprint) -> list[Line]:
        lines: list[Line] = []
        collector = Collector(Place(blueprint.file, 0))
        for entry in blueprint.entries:
            applied = False
            with collector.collecting(model=entry.model, place=entry.place):
                lines += self._apply(entry)
                applied = True
            if not applied and entry.id is not None:
                self._scope.failed.add(entry.id)
        collector.check()
        return lines

    def _apply(self, entry: Entry) -> list[Line]:
        if not all(resolve(condition, self._scope) for condition in entry.conditions):
            return [Line("skipped", entry.model, entry.id or "")]
        kind = self._kinds.get(entry.model)
        if kind is None:
            message = f"Watchword has no such model. It has {', '.join(sorted(self._kinds))}."
            raise BlueprintInvalid.at(entry.place, message, model=entry.model)
        entry = self._resolved(entry)
        chosen_pk = entry.identifiers.get("pk")
        entry = msgspec.structs.replace(entry, identifiers=checked_identifiers(kind, entry))
        found = kind.look_up(entry.identifiers)
        if entry.state == "absent":
            return kind.remove(found) if found is not None else [Line("unchanged", entry.model, entry.id or "")]
        action, written = self._write(kind, entry, found)
        if entry.id is not None:
            self._scope.ids[entry.id] = kind.pk(written)
        if isinstance(chosen_pk, str):
            self._real_pks[chosen_pk] = kind.pk(written)
        return [Line(action, entry.model, kind.label(written), tuple(_advice(kind, entry, written)))]

    def _write(self, kind: Kind[Any], entry: Entry, found: Any) -> tuple[Action, Any]:
        if found is not None and entry.state == "must_created":
            raise BlueprintInvalid.at(entry.place, "This exists already, and must not.", model=entry.model)
        if found is not None and entry.state == "created":
            return "unchanged", found
        written, changed = kind.write(entry, found, checked(kind.form, entry, partial=found is not None))
        return ("created" if found is None else "updated" if changed else "unchanged"), written

    def _resolved(self, entry: Entry) -> Entry:
        """Tags give way to values, and pks of earlier entries to the pks those really have."""
        collector = Collector(entry.place)
        parts: dict[str, dict[str, Any]] = {"identifiers": {}, "attrs": {}}
        for part, values in parts.items():
            if part == "attrs" and entry.state == "absent":
                continue
            for field, value in getattr(entry, part).items():
                with collector.collecting(model=entry.model, field=field):
                    values[field] = self._with_real_pks(resolve(value, self._scope))
        collector.check()
        return msgspec.structs.replace(entry, **parts)

    def _with_real_pks(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self._with_real_pks(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [self._with_real_pks(inner) for inner in value]
        return self._real_pks.get(value, value) if isinstance(value, str) else value

    def _find(self, model: str, pairs: Mapping[str, Any]) -> Any:
        kind = self._kinds.get(model)
        if kind is None:
            raise Unfindable("names a model that Watchword has not.")
        if not pairs.keys() <= set(kind.found_by):
            raise Unfindable(f"finds a {model} by {', '.join(kind.found_by)}.")
        try:
            found = kind.match({field: fitted_identifier(kind, field, value) for field, value in pairs.items()})
        except Misfit:
            return None
        return None if found is None else kind.pk(found)


_KEPT = "There is no value for this secret: one that is stored is kept."


def _advice(kind: Kind[Any], entry: Entry, written: Any) -> Iterator[BlueprintProblem]:
    for field in sorted(entry.values.keys() - {"pk", *kind.form.__struct_fields__}):
        yield BlueprintProblem(entry.at(field), "Watchword has no such field, and leaves it out.", entry.model, field)
    for field in (name for name in kind.form.__struct_fields__ if entry.values.get(name, "") is None):
        if is_secret(kind.form, field):
            yield BlueprintProblem(entry.at(field), _KEPT, entry.model, field)
    for field, sentence in kind.advice(written):
        yield BlueprintProblem(entry.at(field), sentence, entry.model, field)
