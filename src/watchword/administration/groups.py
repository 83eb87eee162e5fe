"""Groups are created, changed and deleted, and people come into them and go."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import msgspec
from sqlalchemy import Connection

from watchword.administration.author import Author
from watchword.administration.notes import Subject, note
from watchword.administration.superusers import keep_a_superuser
from watchword.errors import FieldsInvalid, NameTaken, NotFound
from watchword.model.fields import described
from watchword.storage.groups import (
    Group,
    add_member,
    create_group,
    delete_group,
    get_group,
    is_below,
    members_of,
    remove_member,
    update_group,
)
from watchword.storage.statements import lock
from watchword.storage.users import get_user

_STORED = ("name", "is_superuser", "attributes")


class GroupForm(msgspec.Struct, kw_only=True):
    """People who are meant together. A group stands below one other at most."""

    name: Annotated[str, described("Name", min_length=1, max_length=500)]
    is_superuser: Annotated[bool, described("Superusers", "Makes all members, also of groups below, superusers.")] = (
        False
    )
    parents: Annotated[list[str], described("Above it", "One group at most.", ref="group", max_length=1)] = []
    users: Annotated[list[int], described("Members", "Those that are in it directly, all of them.")] = []
    attributes: Annotated[dict[str, Any], described("Attributes", "Anything more.")] = {}
    roles: Annotated[list[str], described("Roles", "Watchword has none.", ref="role", max_length=0)] = []


class MemberForm(msgspec.Struct, kw_only=True):
    """Who comes or goes."""

    pk: Annotated[int, described("User")]


def create(conn: Connection, values: Mapping[str, Any], *, by: Author, now: datetime) -> Group:
    """Raises `FieldsInvalid`."""
    try:
        group = create_group(conn, **_stored(conn, values, None))
    except NameTaken:
        raise _taken() from None
    _fill(conn, group, values)
    note(conn, "model_created", _subject(group), by, now)
    return group


def change(conn: Connection, group: Group, values: Mapping[str, Any], *, by: Author, now: datetime) -> Group:
    """Raises `FieldsInvalid`."""
    stored = _stored(conn, values, group)
    try:
        after = update_group(conn, group.pk, **stored)
    except NameTaken:
        raise _taken() from None
    _fill(conn, group, values)
    keep_a_superuser(conn)
    note(conn, "model_updated", _subject(after), by, now, sorted(values))
    return after


def remove(conn: Connection, group: Group, *, by: Author, now: datetime) -> None:
    """The groups below it stay, with nothing above them. Raises `FieldsInvalid`."""
    delete_group(conn, group.pk)
    keep_a_superuser(conn)
    note(conn, "model_deleted", _subject(group), by, now)


def join(conn: Connection, group: Group, user_id: int, *, by: Author, now: datetime) -> None:
    """Raises `NotFound` where there is no such user."""
    _require_user(conn, user_id)
    add_member(conn, group.pk, user_id)
    note(conn, "model_updated", _subject(group), by, now, ["users"])


def leave(conn: Connection, group: Group, user_id: int, *, by: Author, now: datetime) -> None:
    """Raises `NotFound` where there is no such user, and `FieldsInvalid`."""
    _require_user(conn, user_id)
    remove_member(conn, group.pk, user_id)
    keep_a_superuser(conn)
    note(conn, "model_updated", _subject(group), by, now, ["users"])


def require_group(conn: Connection, pk: str) -> Group:
    """Raises `NotFound`."""
    group = get_group(conn, pk)
    if group is None:
        raise NotFound("No Group matches the given query.")
    return group


def _require_user(conn: Connection, user_id: int) -> None:
    if get_user(conn, user_id) is None:
        raise NotFound("No User matches the given query.")


def _taken() -> FieldsInvalid:
    return FieldsInvalid({"name": ["Group with this name already exists."]})


def _stored(conn: Connection, values: Mapping[str, Any], group: Group | None) -> dict[str, Any]:
    stored = {field: values[field] for field in _STORED if field in values}
    if "parents" in values:
        lock(conn, "groups")  # two changes at once could each be right, and make a ring together
        parent = next(iter(values["parents"]), None)
        if parent and get_group(conn, parent) is None:
            raise FieldsInvalid({"parents": [f'Invalid pk "{parent}" - object does not exist.']})
        if parent and group and is_below(conn, parent, group.pk):
            raise FieldsInvalid({"parents": ["A group cannot stand below itself."]})
        stored["parent_pk"] = parent
    return stored


def _fill(conn: Connection, group: Group, values: Mapping[str, Any]) -> None:
    if "users" not in values:
        return
    wanted = set(values["users"])
    for user_id in sorted(wanted):
        if get_user(conn, user_id) is None:
            raise FieldsInvalid({"users": [f'Invalid pk "{user_id}" - object does not exist.']})
    present = {user.id for user in members_of(conn, group.pk)}
    for user_id in present - wanted:
        remove_member(conn, group.pk, user_id)
    for user_id in wanted - present:
        add_member(conn, group.pk, user_id)


def _subject(group: Group) -> Subject:
    return Subject("authentik_core.group", "Group", group.pk, group.name)
