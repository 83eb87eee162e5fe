"""Users in lists: searched, narrowed by what administrators ask about them, in pages or one batch after the other."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, and_, func, not_, or_, select, true

from watchword.storage.device_classes import DEVICE_CLASSES
from watchword.storage.rows import every, pick
from watchword.storage.tables import devices, memberships, users
from watchword.storage.users import User, fold, superuser_ids


class Sought(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a list is to show; None and "" ask nothing. `search` is a part of the user name, the name or the e-mail
    address; `locked` is whoever has a device, of any class, that is disabled; `group` is the pk of one he is in
    directly.
    """

    search: str = ""
    active: bool | None = None
    superuser: bool | None = None
    confirmed_phone: bool | None = None
    locked: bool | None = None
    group: str = ""


ANYBODY = Sought()


def count_users(conn: Connection, sought: Sought = ANYBODY) -> int:
    return conn.execute(select(func.count()).select_from(users).where(_met(sought))).scalar_one()


def list_users(conn: Connection, sought: Sought = ANYBODY, *, limit: int = 100, offset: int = 0) -> list[User]:
    """By user name, whatever its case."""
    page = pick(users, User).where(_met(sought)).order_by(users.c.username_key).limit(limit).offset(offset)
    return every(conn, page, User)


def users_after(conn: Connection, sought: Sought, last: int, *, limit: int) -> list[User]:
    """By id, those after one: for whoever reads all of them, in as many units of work as it takes."""
    batch = pick(users, User).where(_met(sought), users.c.id > last).order_by(users.c.id).limit(limit)
    return every(conn, batch, User)


def every_user(conn: Connection) -> list[User]:
    """By user name, whatever its case."""
    return every(conn, pick(users, User).order_by(users.c.username_key), User)


def superusers_among(conn: Connection, user_ids: Sequence[int]) -> set[int]:
    return set(conn.execute(select(users.c.id).where(users.c.id.in_(user_ids), _is_superuser())).scalars())


def usernames_of(conn: Connection, user_ids: Iterable[int | None]) -> dict[int, str]:
    """Of those who are still there, by id."""
    wanted = {user_id for user_id in user_ids if user_id is not None}
    named = select(users.c.id, users.c.username).where(users.c.id.in_(wanted))
    return {row[0]: row[1] for row in conn.execute(named)} if wanted else {}


def matching(search: str) -> ColumnElement[bool]:
    key = fold(search)
    return or_(
        users.c.username_key.contains(key, autoescape=True),
        users.c.email_key.contains(key, autoescape=True),
        users.c.name.icontains(search, autoescape=True),
    )


def _met(sought: Sought) -> ColumnElement[bool]:
    asked: list[tuple[bool | None, ColumnElement[bool]]] = [
        (sought.active, users.c.is_active),
        (sought.superuser, _is_superuser()),
        (sought.confirmed_phone, users.c.id.in_(select(devices.c.user_id).where(devices.c.confirmed))),
        (sought.locked, or_(*(users.c.id.in_(_owners_of_disabled(cls.table)) for cls in DEVICE_CLASSES.values()))),
        (bool(sought.search) or None, matching(sought.search)),
        (bool(sought.group) or None, users.c.id.in_(_members(sought.group))),
    ]
    return and_(true(), *(met if wanted else not_(met) for wanted, met in asked if wanted is not None))


def _is_superuser() -> ColumnElement[bool]:
    return users.c.id.in_(superuser_ids())


def _members(group_pk: str) -> Select[tuple[int]]:
    return select(memberships.c.user_id).where(memberships.c.group_pk == group_pk)


def _owners_of_disabled(table: Any) -> Select[tuple[int]]:
    return select(table.c.user_id).where(table.c.disabled)
