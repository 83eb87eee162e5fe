"""Entries that are groups."""

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from sqlalchemy import Connection

from watchword.blueprints.document import Entry
from watchword.blueprints.kind import Kind, fits
from watchword.blueprints.problems import BlueprintInvalid
from watchword.blueprints.report import Line
from watchword.storage.groups import (
    Group,
    add_member,
    create_group,
    delete_group,
    find_group,
    get_group,
    members_of,
    remove_member,
    update_group,
)
from watchword.storage.users import get_user

GROUP = "authentik_core.group"


class GroupForm(msgspec.Struct, kw_only=True):
    """`users`, given, are all direct members. A group has one parent; `parents` is how newer files write it."""

    name: Annotated[str, msgspec.Meta(min_length=1)]
    is_superuser: bool = False
    attributes: dict[str, Any] = {}
    parent: str | None = None
    parents: Annotated[list[str], msgspec.Meta(max_length=1)] = []
    users: list[int] = []


class GroupKind(Kind[Group]):
    form = GroupForm
    found_by = ("pk", "name")
    beside = ("parent", "is_superuser")

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def match(self, pairs: Mapping[str, Any]) -> Group | None:
        found = self._match(pairs)
        return found if found is None or fits(self.shown(found), pairs, self.beside) else None

    def _match(self, pairs: Mapping[str, Any]) -> Group | None:
        by_pk = get_group(self._conn, pairs["pk"]) if "pk" in pairs else None
        if "name" not in pairs:
            return by_pk
        by_name = find_group(self._conn, name=pairs["name"]) if pairs["name"] is not None else None
        return by_name if "pk" not in pairs or by_pk == by_name else None

    def pk(self, found: Group) -> str:
        return found.pk

    def label(self, found: Group) -> str:
        return found.name

    def shown(self, found: Group) -> dict[str, Any]:
        return {
            "name": found.name,
            "is_superuser": found.is_superuser,
            "attributes": found.attributes,
            "parent": found.parent_pk,
            "users": [user.id for user in members_of(self._conn, found.pk)],
        }

    def write(self, entry: Entry, found: Group | None, values: dict[str, Any]) -> tuple[Group, bool]:
        chosen: dict[str, Any] = {
            field: values[field] for field in ("name", "is_superuser", "attributes") if field in values
        }
        if "parents" in values:
            chosen["parent_pk"] = next(iter(values["parents"]), None)
        elif "parent" in values:
            chosen["parent_pk"] = values["parent"]
        if (parent := chosen.get("parent_pk")) and get_group(self._conn, parent) is None:
            raise self._no_such(entry, "parents" if "parents" in values else "parent", "group")
        if found is None:
            group = create_group(self._conn, pk=entry.identifiers.get("pk"), **chosen)
        else:
            changed = {field: value for field, value in chosen.items() if getattr(found, field) != value}
            group = update_group(self._conn, found.pk, **changed)
        joined = "users" in values and self._fill(entry, group, set(values["users"]))
        return group, joined or group != found

    def _fill(self, entry: Entry, group: Group, wanted: set[int]) -> bool:
        if any(get_user(self._conn, user_id) is None for user_id in wanted):
            raise self._no_such(entry, "users", "user")
        present = {user.id for user in members_of(self._conn, group.pk)}
        for user_id in present - wanted:
            remove_member(self._conn, group.pk, user_id)
        for user_id in wanted - present:
            add_member(self._conn, group.pk, user_id)
        return present != wanted

    def _no_such(self, entry: Entry, field: str, what: str) -> BlueprintInvalid:
        return BlueprintInvalid.at(entry.at(field), f"There is no such {what}.", model=GROUP, field=field)

    def remove(self, found: Group) -> list[Line]:
        delete_group(self._conn, found.pk)
        return [Line("removed", GROUP, found.name)]
