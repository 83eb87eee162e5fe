"""People come with their names, attributes and groups; passwords never leave authentik."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import msgspec
from sqlalchemy import Connection

from watchword.administration.superusers import ADMIN
from watchword.errors import FieldsInvalid
from watchword.migration.drafts import label_of
from watchword.migration.options import Options
from watchword.migration.people import People, uuid_of
from watchword.migration.report import Fate, Line, left_out
from watchword.migration.source import Found, Source
from watchword.model.input import read_fields
from watchword.storage.events import write_event
from watchword.storage.groups import (
    add_member,
    direct_groups_of,
    get_group,
    granting_superusers,
    is_superuser,
)
from watchword.storage.sessions import end_sessions_of
from watchword.storage.users import User, create_user, find_user_by_uuid, identify_user, update_user

KIND = "user"
BATCH = 50
"""Users of one transaction: a server that runs meanwhile waits less than a second for it."""

OUR_ADMIN = f"{ADMIN} is the administrator of each installation, and stays what he is here."
SERVICE = "A service account: see --with-service-accounts."
OUTPOST = "authentik's own accounts, such as outposts', have nothing to do here."
TAKEN = "Somebody else has this user name here. With --overwrite he is taken for the same."
SUPERUSER = "A superuser here is not changed without --with-superusers."


class UserForm(msgspec.Struct, kw_only=True):
    """What comes of a user."""

    username: Annotated[str, msgspec.Meta(min_length=1, max_length=150)]
    name: Annotated[str, msgspec.Meta(max_length=1000)] = ""
    is_active: bool = True
    email: Annotated[str, msgspec.Meta(max_length=254)] = ""
    attributes: dict[str, Any] = {}
    path: Annotated[str, msgspec.Meta(pattern=r"^[^/\x00]+(/[^/\x00]+)*$")] = "users"
    type: Literal["internal", "external", "service_account"] = "internal"


def apply_users(
    conn: Connection, found: Sequence[Found], source: Source, options: Options, people: People
) -> list[Line]:
    """A unit of work: each user with his groups. `found` are some of the source's."""
    granting = set() if options.with_superusers else granting_superusers(conn)
    holding = _members(source)
    lines = []
    for user in found:
        groups = list(dict.fromkeys([*_groups(user), *holding.get(user.get("pk"), ())]))
        lines.append(_apply(conn, user, groups, options, people, granting))
    return lines


def _groups(user: Found) -> list[str]:
    """The uuids in authentik of those he is in directly, as he says; `_members` has them as they say."""
    own = user.get("groups")
    return [pk.lower() for pk in own if isinstance(pk, str)] if isinstance(own, list) else []


def _members(source: Source) -> dict[Any, list[str]]:
    """By users' numbers."""
    found: dict[Any, list[str]] = {}
    for group in source.groups:
        members = group.get("users")
        for number in members if isinstance(members, list) else ():
            if type(number) is int:
                found.setdefault(number, []).append(str(group.get("pk")).lower())
    return found


def _apply(
    conn: Connection, found: Found, groups: list[str], options: Options, people: People, granting: set[str]
) -> Line:
    label, uuid, number = label_of({"username": found.get("username")}), uuid_of(found), found.get("pk")
    if refused := _refused(found, options):
        return left_out(KIND, label, refused)
    try:
        values = read_fields(UserForm, {key: found[key] for key in UserForm.__struct_fields__ if key in found})
    except FieldsInvalid as error:
        return left_out(KIND, label, error.message)
    if uuid is None or type(number) is not int:
        return left_out(KIND, label, "It has no uuid or no number.")
    here, namesake = find_user_by_uuid(conn, uuid), identify_user(conn, values["username"], ["username"])
    if namesake is not None and (here is None or namesake.id != here.id):
        if here is not None or not options.overwrite:
            return left_out(KIND, label, TAKEN)
        here = namesake
    if here is not None and here.username == ADMIN:
        return left_out(KIND, label, OUR_ADMIN)
    why: list[str] = []
    joining = _joining(conn, groups, people, granting, why)
    fate, user = _write(conn, here, {"uuid": uuid, **values}, joining, options, why)
    people.users[number] = user.id
    return Line(kind=KIND, label=label, fate=fate, why=tuple(why))


def _refused(found: Found, options: Options) -> str:
    if found.get("username") == ADMIN:
        return OUR_ADMIN
    if found.get("type") == "internal_service_account":
        return OUTPOST
    if found.get("type") == "service_account" and not options.with_service_accounts:
        return SERVICE
    return ""


def _joining(conn: Connection, groups: list[str], people: People, granting: set[str], why: list[str]) -> set[str]:
    """The uuids here of the groups that he is to be in."""
    joining = set()
    for pk in groups:
        group = get_group(conn, people.groups.get(pk, pk))
        if group is None:
            why.append("A group of his is not here.")
        elif group.pk in granting:
            why.append(f"He does not come into “{group.name}”, which is for superusers: see --with-superusers.")
        else:
            joining.add(group.pk)
    return joining


def _write(
    conn: Connection, here: User | None, values: dict[str, Any], joining: set[str], options: Options, why: list[str]
) -> tuple[Fate, User]:
    now, uuid = options.clock(), values.pop("uuid")
    if here is None:
        user = create_user(conn, now=now, uuid=uuid, **values)
        for pk in joining:
            add_member(conn, pk, user.id)
        write_event(conn, action="user_write", now=now, user=user, message="A user was imported from authentik")
        return "created", user
    changed = {field: value for field, value in values.items() if getattr(here, field) != value}
    present = {group.pk for group in direct_groups_of(conn, here.id)}
    fields = [*sorted(changed), *(["groups"] if joining - present else [])]
    if not fields:
        return "unchanged", here
    if not options.overwrite or (is_superuser(conn, here.id) and not options.with_superusers):
        why.append(SUPERUSER if options.overwrite else f"He differs here in {', '.join(fields)}, and stays so.")
        return "kept", here
    return "updated", _change(conn, here, changed, joining - present, options)


def _change(conn: Connection, here: User, changed: dict[str, Any], joining: set[str], options: Options) -> User:
    now = options.clock()
    user = update_user(conn, here.id, **changed, last_updated=now)
    for pk in joining:
        add_member(conn, pk, user.id)
    if changed.get("is_active") is False:
        end_sessions_of(conn, user.id)
    write_event(conn, action="user_write", now=now, user=user, message="A user was changed by an import from authentik")
    return user
