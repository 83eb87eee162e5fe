"""Groups come with what is above them, and without the rights of superusers unless these are asked for."""

from collections.abc import Iterator
from typing import Annotated, Any

import msgspec
from sqlalchemy import Connection

from watchword.administration.superusers import ADMINS
from watchword.errors import FieldsInvalid
from watchword.migration.drafts import label_of
from watchword.migration.options import SUFFIX, Options
from watchword.migration.people import People
from watchword.migration.report import Fate, Line, left_out
from watchword.migration.source import Found
from watchword.model.input import UUID, read_fields
from watchword.storage.groups import (
    Group,
    create_group,
    find_group,
    get_group,
    granting_superusers,
    is_below,
    update_group,
)
from watchword.storage.statements import lock

KIND = "group"
TAKEN = "Another group has this name here. With --overwrite it becomes this one."
DIFFERS = "It differs here in {fields}, and stays so without --overwrite."
NO_RIGHTS = "It is for superusers in authentik, and for ordinary people here: see --with-superusers."


class GroupForm(msgspec.Struct, kw_only=True):
    """What comes of a group."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
    is_superuser: bool = False
    attributes: dict[str, Any] = {}


def apply_groups(conn: Connection, found: list[Found], options: Options, people: People) -> list[Line]:
    """A unit of work."""
    lock(conn, "groups")
    return [_apply(conn, group, options, people) for group in _from_above(found)]


def parents_of(group: Found) -> list[str]:
    """A list in newer versions, one in older."""
    given = group.get("parents")
    listed = given if isinstance(given, list) else [group.get("parent")]
    return [pk.lower() for pk in listed if isinstance(pk, str)]


def _from_above(found: list[Found]) -> Iterator[Found]:
    """Groups after those above them; a ring is begun anywhere."""
    waiting = {str(group.get("pk")).lower(): group for group in found}
    while waiting:
        free = [pk for pk, group in waiting.items() if not waiting.keys() & set(parents_of(group)) - {pk}]
        for pk in free or list(waiting)[:1]:
            yield waiting.pop(pk)


def _apply(conn: Connection, found: Found, options: Options, people: People) -> Line:
    pk, label = str(found.get("pk")).lower(), label_of(found)
    if not UUID.fullmatch(pk):
        return left_out(KIND, label, "Its pk is no uuid.")
    try:
        values = read_fields(GroupForm, {key: found[key] for key in GroupForm.__struct_fields__ if key in found})
    except FieldsInvalid as error:
        return left_out(KIND, label, error.message)
    why, notes = list[str](), list[str]()
    if not options.with_superusers:
        if values.pop("is_superuser", False):
            why.append(NO_RIGHTS)
        if values["name"] == ADMINS:
            # Whoever becomes the first administrator here makes the group of this name one for superusers.
            values["name"] += SUFFIX
            notes.append(f"It is called “{values['name']}” here.")
    here, namesake = get_group(conn, pk), find_group(conn, name=values["name"])
    if namesake is not None and namesake.pk != pk:
        if here is not None or not options.overwrite:
            return left_out(KIND, label, TAKEN)
        here = namesake
    values["parent_pk"] = _parent(conn, found, here, options, people, why)
    fate, group = _write(conn, pk, here, values, options, why)
    people.groups[pk] = group.pk
    return Line(kind=KIND, label=label, fate=fate, why=tuple(why), notes=tuple(notes))


def _write(
    conn: Connection, pk: str, here: Group | None, values: dict[str, Any], options: Options, why: list[str]
) -> tuple[Fate, Group]:
    if here is None:
        return "created", create_group(conn, pk=pk, **values)
    changed = {field: value for field, value in values.items() if getattr(here, field) != value}
    if not changed:
        return "unchanged", here
    if not options.overwrite:
        why.append(DIFFERS.format(fields=", ".join(sorted(changed))))
        return "kept", here
    return "updated", update_group(conn, here.pk, **changed)


def _parent(
    conn: Connection, found: Found, here: Group | None, options: Options, people: People, why: list[str]
) -> str | None:
    parents = parents_of(found)
    if len(parents) > 1:
        why.append("A group stands below one other here: it is below the first of its parents alone.")
    parent = get_group(conn, people.groups.get(parents[0], parents[0])) if parents else None
    if parent is None:
        if parents:
            why.append("The group above it is not here.")
        return None
    if here is not None and is_below(conn, parent.pk, here.pk):
        why.append("The group above it stands below it here.")
        return here.parent_pk
    stays = here is not None and here.parent_pk == parent.pk
    if not options.with_superusers and not stays and parent.pk in granting_superusers(conn):
        why.append("The group above it is for superusers here: see --with-superusers.")
        return None
    return parent.pk
