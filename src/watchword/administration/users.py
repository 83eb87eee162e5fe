"""Users are created, changed and deleted by an administrator."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from sqlalchemy import Connection

from watchword.administration.author import Author
from watchword.administration.notes import Subject, note
from watchword.administration.superusers import keep_a_superuser
from watchword.errors import FieldsInvalid, NotFound, UsernameTaken
from watchword.model.fields import described
from watchword.passwords import MAX_LENGTH, MIN_LENGTH
from watchword.storage.events import write_event
from watchword.storage.groups import add_member, direct_groups_of, get_group, remove_member
from watchword.storage.sessions import end_sessions_of
from watchword.storage.users import User, create_user, delete_user, get_user, update_user

UserType = Literal["internal", "external", "service_account", "internal_service_account"]

UNIQUE = "This field must be unique."
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,180}\.[^@\s.]{2,63}")


class UserForm(msgspec.Struct, kw_only=True):
    """A person, or a program, that can sign in."""

    username: Annotated[str, described("User name", "What is typed to sign in.", min_length=1, max_length=150)]
    name: Annotated[str, described("Name", "What people call him or her.", max_length=1000)]
    is_active: Annotated[bool, described("Active", "Whoever is not cannot sign in; his sessions end.")] = True
    last_login: Annotated[datetime, described("Last sign-in")] | None = None
    email: Annotated[str, described("E-mail address", max_length=254)] = ""
    attributes: Annotated[dict[str, Any], described("Attributes", "Anything more; expressions see it.")] = {}
    path: Annotated[
        str,
        described(
            "Path",
            "Where the user stands, with slashes between.",
            pattern=r"^[^/\x00]+(/[^/\x00]+)*$",
            mismatch="No leading, trailing or empty parts: write it as users/europe.",
        ),
    ] = "users"
    type: Annotated[UserType, described("Type")] = "internal"
    groups: Annotated[list[str], described("Groups", "Those the user is in directly.", ref="group")] = []
    roles: Annotated[list[str], described("Roles", "Watchword has none.", ref="role", max_length=0)] = []


class PasswordForm(msgspec.Struct, kw_only=True):
    """A new password."""

    password: Annotated[str, described("Password", verbatim=True, min_length=MIN_LENGTH, max_length=MAX_LENGTH)]


def create(conn: Connection, values: Mapping[str, Any], *, by: Author, now: datetime) -> User:
    """Raises `FieldsInvalid`."""
    _check(values)
    stored = {field: value for field, value in values.items() if field not in ("groups", "roles", "last_login")}
    try:
        user = create_user(conn, now=now, **stored)
    except UsernameTaken:
        raise FieldsInvalid({"username": [UNIQUE]}) from None
    _join(conn, user, values.get("groups", []))
    note(conn, "model_created", _subject(user), by, now)
    return user


def change(conn: Connection, user: User, values: Mapping[str, Any], *, by: Author, now: datetime) -> User:
    """Whoever is made inactive loses his sessions: they are not to come back later. Raises `FieldsInvalid`."""
    _check(values)
    stored = {field: value for field, value in values.items() if field not in ("groups", "roles")}
    changed = {field: value for field, value in stored.items() if getattr(user, field) != value}
    try:
        after = update_user(conn, user.id, **changed, last_updated=now)
    except UsernameTaken:
        raise FieldsInvalid({"username": [UNIQUE]}) from None
    if "groups" in values:
        _join(conn, user, values["groups"])
    if changed.get("is_active") is False:
        end_sessions_of(conn, user.id)
    keep_a_superuser(conn)
    note(
        conn, "model_updated", _subject(after), by, now, [*sorted(changed), *(["groups"] if "groups" in values else [])]
    )
    return after


def remove(conn: Connection, user: User, *, by: Author, now: datetime) -> None:
    """With devices, tokens and sessions; this cannot be undone. Raises `FieldsInvalid`."""
    delete_user(conn, user.id)
    keep_a_superuser(conn)
    context = {"by": by.name, "user": {"pk": user.id, "username": user.username}}
    message = f"{user.username} was deleted by an administrator"
    write_event(
        conn, action="user_deleted", now=now, user=by.user, message=message, context=context, client_ip=by.address
    )


def set_password(
    conn: Connection, user: User, hashed: str, *, by: Author, now: datetime, spared_session: int | None = None
) -> None:
    """Ends every session of the user's but the one that is spared."""
    update_user(conn, user.id, password_hash=hashed, password_changed=now, last_updated=now)
    end_sessions_of(conn, user.id, but=spared_session)
    context = {"by": by.name}
    write_event(conn, action="password_set", now=now, user=user, context=context, client_ip=by.address)


def require_user(conn: Connection, user_id: int) -> User:
    """Raises `NotFound`."""
    user = get_user(conn, user_id)
    if user is None:
        raise NotFound("No User matches the given query.")
    return user


def _check(values: Mapping[str, Any]) -> None:
    email = values.get("email")
    if email and not _EMAIL.fullmatch(email):
        raise FieldsInvalid({"email": ["Enter a valid email address."]})
    if values.get("type") == "internal_service_account":
        raise FieldsInvalid({"type": ["Can't change internal service account to other user type."]})


def _join(conn: Connection, user: User, wanted: list[str]) -> None:
    for pk in wanted:
        if get_group(conn, pk) is None:
            raise FieldsInvalid({"groups": [f'Invalid pk "{pk}" - object does not exist.']})
    present = {group.pk for group in direct_groups_of(conn, user.id)}
    for pk in present - set(wanted):
        remove_member(conn, pk, user.id)
    for pk in set(wanted) - present:
        add_member(conn, pk, user.id)


def _subject(user: User) -> Subject:
    return Subject("authentik_core.user", "User", user.id, user.username)
