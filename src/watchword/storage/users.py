"""Users."""

import unicodedata
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import uuid4

import msgspec
from sqlalchemy import CTE, Connection, Select, bindparam, delete, exists, not_, select, update
from sqlalchemy.sql.base import Executable

from watchword.errors import NotFound, UsernameTaken
from watchword.storage.listing import Wanted, page_of
from watchword.storage.prepared import Prepared, PreparedRows, given
from watchword.storage.rows import Row, columns, every, first, pick
from watchword.storage.statements import constraints_mean, insert_for
from watchword.storage.tables import groups, memberships, users

UserField = Literal["email", "username", "upn"]


class User(Row, frozen=True, kw_only=True):
    id: int
    uuid: str
    username: str
    name: str = ""
    email: str = ""
    password_hash: str | None = None
    is_active: bool = True
    attributes: dict[str, Any] = msgspec.field(default_factory=dict)
    path: str = "users"
    type: str = "internal"
    date_joined: datetime
    last_login: datetime | None = None
    password_changed: datetime | None = None
    last_updated: datetime | None = None
    """None for whoever was there before it was kept; signing in changes nothing."""


_CHANGEABLE = frozenset(User.__struct_fields__) - {"id", "uuid", "date_joined"}


def fold(text: str) -> str:
    """What two spellings of one name have in common: case, width and composition of letters fall away."""
    return unicodedata.normalize("NFKC", text).casefold()


def _with_keys(values: dict[str, Any]) -> dict[str, Any]:
    """Adds what lookups compare, for each value that has such a key."""
    keys: dict[str, str | None] = {
        f"{field}_key": fold(values[field]) for field in ("username", "email") if field in values
    }
    if "attributes" in values:
        upn = values["attributes"].get("upn")
        keys["upn_key"] = fold(upn) if isinstance(upn, str) and upn else None
    return values | keys


def _creating(dialect: str) -> Executable:
    """A conflict of any of the unique keys leaves no row, and the transaction as it was."""
    names = {*User.__struct_fields__, "username_key", "email_key", "upn_key"} - {"id"}
    creating = insert_for(dialect, users).values(given(*sorted(names)))
    return creating.on_conflict_do_nothing().returning(*columns(users, User))


_THIS_ONE = users.c.id == bindparam("user_id")
_CREATE = PreparedRows(User, _creating)
_GET = PreparedRows(User, pick(users, User).where(_THIS_ONE))
_NAMED = PreparedRows(
    User,
    pick(users, User).where(users.c.username_key == bindparam("key"), users.c.username == bindparam("username")),
)
_STILL_THERE = Prepared(select(users.c.id).where(_THIS_ONE).with_for_update(read=True, key_share=True))
_SIGNED_IN = Prepared(update(users).where(_THIS_ONE).values(given("last_login")))


def create_user(
    conn: Connection,
    *,
    username: str,
    now: datetime,
    name: str = "",
    email: str = "",
    password_hash: str | None = None,
    attributes: dict[str, Any] | None = None,
    is_active: bool = True,
    path: str = "users",
    type: str = "internal",
    uuid: str | None = None,
) -> User:
    """Raises `UsernameTaken`, also where another user name differs in upper and lower case alone."""
    values: dict[str, Any] = {
        "uuid": uuid or str(uuid4()),
        "username": username,
        "name": name,
        "email": email,
        "password_hash": password_hash,
        "attributes": attributes or {},
        "is_active": is_active,
        "path": path,
        "type": type,
        "date_joined": now,
        "password_changed": now if password_hash else None,
        "last_updated": now,
    }
    user = _CREATE.first(conn, **{"upn_key": None, "last_login": None, **_with_keys(values)})
    if user is None:
        raise UsernameTaken
    return user


def get_user(conn: Connection, user_id: int) -> User | None:
    return _GET.first(conn, user_id=user_id)


def find_user(conn: Connection, *, username: str) -> User | None:
    """By the very name, as it is spelt."""
    return _NAMED.first(conn, key=fold(username), username=username)


def find_user_by_uuid(conn: Connection, uuid: str) -> User | None:
    return first(conn, pick(users, User).where(users.c.uuid == uuid), User)


def identify_user(
    conn: Connection, identifier: str, fields: Sequence[UserField], case_insensitive: bool = True
) -> User | None:
    """Whom a visitor means by what he typed: the fields count in their order, active or not.

    E-mail addresses and upns (`attributes["upn"]`) may be shared. Then the very spelling wins, and after it the
    oldest user, so that nobody takes a name over by copying it.
    """
    if not identifier:
        return None
    for field in fields:
        key = users.c[f"{field}_key"]
        candidates = every(conn, pick(users, User).where(key == fold(identifier)).order_by(users.c.id), User)
        exact = [user for user in candidates if _field(user, field) == identifier]
        if found := exact or (candidates if case_insensitive else []):
            return found[0]
    return None


def _field(user: User, field: UserField) -> Any:
    return user.attributes.get("upn") if field == "upn" else getattr(user, field)


def update_user(conn: Connection, user_id: int, /, **values: Any) -> User:
    """Raises `NotFound`, `UsernameTaken`, and TypeError for what is no field or never changes.

    Whoever changes `password_hash` gives `password_changed` with it, and whoever changes what people see of a user
    gives `last_updated`.
    """
    if unknown := values.keys() - _CHANGEABLE:
        raise TypeError(f"A user's {', '.join(sorted(unknown))} cannot be changed.")
    if not values:
        found = get_user(conn, user_id)
    else:
        changed = update(users).where(users.c.id == user_id).values(_with_keys(values))
        with constraints_mean(conn, UsernameTaken):
            found = first(conn, changed.returning(*columns(users, User)), User)
    if found is None:
        raise NotFound
    return found


def note_sign_in(conn: Connection, user_id: int, now: datetime) -> None:
    """Raises `NotFound`."""
    if not _SIGNED_IN.run(conn, user_id=user_id, last_login=now):
        raise NotFound


def delete_user(conn: Connection, user_id: int) -> bool:
    """With his sessions, tokens, devices and memberships; history keeps his id and name."""
    return conn.execute(delete(users).where(users.c.id == user_id)).rowcount == 1


def page_of_users(
    conn: Connection, wanted: Wanted, *, superusers: bool | None = None, in_groups: Sequence[str] | None = None
) -> tuple[int, list[User]]:
    """How many there are, and these; `in_groups` are pks, of which the user is in one directly."""
    also = []
    if superusers is not None:
        of_superusers = users.c.id.in_(superuser_ids())
        also.append(of_superusers if superusers else not_(of_superusers))
    if in_groups is not None:
        also.append(users.c.id.in_(select(memberships.c.user_id).where(memberships.c.group_pk.in_(in_groups))))
    return page_of(conn, users, User, wanted, searched=("username", "name", "email", "uuid", "path"), also=also)


def superuser_ids() -> Select[tuple[int]]:
    """A SELECT of the members of a group that is for superusers, or below one."""
    return select(memberships.c.user_id).where(memberships.c.group_pk.in_(select(superuser_groups().c.pk)))


def superuser_groups() -> CTE:
    """Groups that are for superusers, and those below them."""
    below = select(groups.c.pk).where(groups.c.is_superuser).cte("below", recursive=True)
    return below.union(select(groups.c.pk).join(below, groups.c.parent_pk == below.c.pk))


def is_still_there(conn: Connection, user_id: int) -> bool:
    """And stays until the transaction ends: whoever is deleted meanwhile goes after what is written about him here."""
    return _STILL_THERE.one(conn, user_id=user_id) is not None


def can_be_administered(conn: Connection) -> bool:
    """Whether there is an active superuser with a password to sign in with."""
    able = (users.c.is_active, users.c.password_hash.is_not(None), users.c.id.in_(superuser_ids()))
    return bool(conn.execute(select(exists().where(*able))).scalar_one())


def paths_of_users(conn: Connection) -> list[str]:
    return list(conn.execute(select(users.c.path).distinct().order_by(users.c.path)).scalars())
