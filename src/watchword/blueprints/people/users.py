"""Entries that are users."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from sqlalchemy import Connection

from watchword.blueprints.document import Entry
from watchword.blueprints.kind import Kind
from watchword.blueprints.problems import BlueprintInvalid
from watchword.blueprints.report import Line
from watchword.passwords import MAX_LENGTH
from watchword.storage.events import write_event
from watchword.storage.groups import add_member, get_group, groups_of, members_of, remove_member
from watchword.storage.sessions import end_sessions_of
from watchword.storage.users import User, create_user, delete_user, find_user, get_user, update_user

USER = "authentik_core.user"

Hashes = Mapping[int, str]
"""What each entry's password comes to, by the entry's number: a new hash, or the stored one that it fits."""


class UserForm(msgspec.Struct, kw_only=True):
    """`groups`, given, are all groups the user is in directly."""

    username: Annotated[str, msgspec.Meta(min_length=1, max_length=150)]
    name: str = ""
    email: str = ""
    is_active: bool = True
    attributes: dict[str, Any] = {}
    path: Annotated[str, msgspec.Meta(pattern=r"\A[^/]+(/[^/]+)*\Z")] = "users"
    type: Literal["internal", "external", "service_account", "internal_service_account"] = "internal"
    password: Annotated[str, msgspec.Meta(max_length=MAX_LENGTH)] = ""
    groups: list[str] = []


_STORED = frozenset(UserForm.__struct_fields__) - {"password", "groups"}


class UserKind(Kind[User]):
    form = UserForm
    found_by = ("pk", "username")
    uuids = False

    def __init__(self, conn: Connection, now: datetime, hashes: Hashes) -> None:
        self._conn = conn
        self._now = now
        self._hashes = hashes

    def match(self, pairs: Mapping[str, Any]) -> User | None:
        return match_user(self._conn, pairs)

    def pk(self, found: User) -> int:
        return found.id

    def label(self, found: User) -> str:
        return found.username

    def shown(self, found: User) -> dict[str, Any]:
        fields = {field: getattr(found, field) for field in UserForm.__struct_fields__ if field in _STORED}
        return {**fields, "uuid": found.uuid, "groups": [group.pk for group in groups_of(self._conn, found.id)]}

    def write(self, entry: Entry, found: User | None, values: dict[str, Any]) -> tuple[User, bool]:
        chosen = {field: value for field, value in values.items() if field in _STORED}
        if "password" in values:
            chosen["password_hash"] = self._password_hash(entry, values["password"])
        if found is None:
            if "pk" in entry.identifiers and "username" not in entry.identifiers:
                # A user's number is the database's to give: the next time, he would not be found by it either.
                raise BlueprintInvalid.at(entry.at("pk"), "There is no such user.", model=USER, field="pk")
            user = create_user(self._conn, now=self._now, **chosen)
        else:
            user = self._update(found, chosen)
        joined = "groups" in values and self._join(entry, user, values["groups"])
        return user, joined or user != found

    def _password_hash(self, entry: Entry, password: str) -> str:
        if password and (known := self._hashes.get(entry.number)):
            return known
        message = "Name and password must not need !Find or !KeyOf." if password else "This is empty."
        raise BlueprintInvalid.at(entry.at("password"), message, model=USER, field="password")

    def _update(self, found: User, chosen: dict[str, Any]) -> User:
        """A new password ends all sessions, and so does being made inactive: they are not to come back later."""
        changed = {field: value for field, value in chosen.items() if getattr(found, field) != value}
        if not changed:
            return found
        if "password_hash" in changed:
            changed["password_changed"] = self._now
            write_event(self._conn, action="password_set", now=self._now, user=found)
        if "password_hash" in changed or changed.get("is_active") is False:
            end_sessions_of(self._conn, found.id)
        return update_user(self._conn, found.id, **changed, last_updated=self._now)

    def _join(self, entry: Entry, user: User, wanted: list[str]) -> bool:
        for pk in wanted:
            if get_group(self._conn, pk) is None:
                raise BlueprintInvalid.at(entry.at("groups"), "There is no such group.", model=USER, field="groups")
        reached = {group.pk for group in groups_of(self._conn, user.id)}
        direct = {pk for pk in reached if any(member.id == user.id for member in members_of(self._conn, pk))}
        for pk in direct - set(wanted):
            remove_member(self._conn, pk, user.id)
        for pk in set(wanted) - direct:
            add_member(self._conn, pk, user.id)
        return direct != set(wanted)

    def remove(self, found: User) -> list[Line]:
        delete_user(self._conn, found.id)
        return [Line("removed", USER, found.username)]


def match_user(conn: Connection, pairs: Mapping[str, Any]) -> User | None:
    """By `pk` or `username`; both must fit where both are given."""
    by_pk = get_user(conn, pairs["pk"]) if "pk" in pairs else None
    if "username" not in pairs:
        return by_pk
    by_name = find_user(conn, username=pairs["username"]) if pairs["username"] is not None else None
    return by_name if "pk" not in pairs or by_pk == by_name else None
