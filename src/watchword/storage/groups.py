"""Groups: they nest, and one that is for superusers makes all below it superusers."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    Exists,
    Select,
    bindparam,
    delete,
    exists,
    func,
    insert,
    select,
    update,
)

from watchword.errors import NameTaken, NotFound
from watchword.storage.listing import Wanted, page_of
from watchword.storage.prepared import Prepared, PreparedRows
from watchword.storage.rows import Row, columns, every, first, only, pick
from watchword.storage.statements import constraints_mean, insert_into
from watchword.storage.tables import groups, memberships, users
from watchword.storage.types import Id
from watchword.storage.users import User, superuser_groups


class Group(Row, frozen=True, kw_only=True):
    pk: str
    name: str
    is_superuser: bool = False
    parent_pk: str | None = None
    attributes: dict[str, Any] = msgspec.field(default_factory=dict)


_CHANGEABLE = frozenset(Group.__struct_fields__) - {"pk"}


def create_group(
    conn: Connection,
    *,
    name: str,
    is_superuser: bool = False,
    parent_pk: str | None = None,
    attributes: dict[str, Any] | None = None,
    pk: str | None = None,
) -> Group:
    """Raises `NameTaken`, and `NotFound` where there is no such parent."""
    _require_parent(conn, parent_pk)
    values = {
        "pk": pk or str(uuid4()),
        "name": name,
        "is_superuser": is_superuser,
        "parent_pk": parent_pk,
        "attributes": attributes or {},
    }
    with constraints_mean(conn, NameTaken):
        return only(conn, insert(groups).values(values).returning(*columns(groups, Group)), Group)


def get_group(conn: Connection, pk: str) -> Group | None:
    return first(conn, pick(groups, Group).where(groups.c.pk == pk), Group)


def find_group(conn: Connection, *, name: str) -> Group | None:
    return first(conn, pick(groups, Group).where(groups.c.name == name), Group)


def list_groups(conn: Connection) -> list[Group]:
    """By name."""
    return every(conn, pick(groups, Group).order_by(groups.c.name), Group)


def page_of_groups(
    conn: Connection, wanted: Wanted, *, with_members: Sequence[int] | None = None
) -> tuple[int, list[Group]]:
    """How many there are, and these; `with_members` are users' ids, of whom one is a direct member."""
    also = []
    if with_members is not None:
        also.append(groups.c.pk.in_(select(memberships.c.group_pk).where(memberships.c.user_id.in_(with_members))))
    return page_of(conn, groups, Group, wanted, searched=("name",), also=also)


def children_of(conn: Connection, pk: str) -> list[Group]:
    """The groups right below, by name."""
    return every(conn, pick(groups, Group).where(groups.c.parent_pk == pk).order_by(groups.c.name), Group)


def direct_groups_of(conn: Connection, user_id: int) -> list[Group]:
    """By name; `groups_of` names those above too."""
    joined = select(memberships.c.group_pk).where(memberships.c.user_id == user_id)
    return every(conn, pick(groups, Group).where(groups.c.pk.in_(joined)).order_by(groups.c.name), Group)


def is_below(conn: Connection, pk: str, above: str) -> bool:
    """Whether a group stands below another one, or is that one."""
    found = get_group(conn, pk)
    seen: set[str] = set()
    while found is not None and found.pk not in seen:
        if found.pk == above:
            return True
        seen.add(found.pk)
        found = get_group(conn, found.parent_pk) if found.parent_pk else None
    return False


def update_group(conn: Connection, pk: str, /, **values: Any) -> Group:
    """Raises `NotFound`, for the parent too, `NameTaken`, and TypeError for what is no field or never changes."""
    if unknown := values.keys() - _CHANGEABLE:
        raise TypeError(f"A group's {', '.join(sorted(unknown))} cannot be changed.")
    _require_parent(conn, values.get("parent_pk"))
    if values:
        with constraints_mean(conn, NameTaken):
            conn.execute(update(groups).where(groups.c.pk == pk).values(values))
    found = get_group(conn, pk)
    if found is None:
        raise NotFound
    return found


def _require_parent(conn: Connection, pk: str | None) -> None:
    if pk is not None and get_group(conn, pk) is None:
        raise NotFound


def delete_group(conn: Connection, pk: str) -> bool:
    """The groups below it stay, without a parent."""
    return conn.execute(delete(groups).where(groups.c.pk == pk)).rowcount == 1


def add_member(conn: Connection, group_pk: str, user_id: int) -> None:
    """Raises `NotFound` where there is no such group or user; nothing happens to a member."""
    adding = insert_into(conn, memberships).values(group_pk=group_pk, user_id=user_id)
    with constraints_mean(conn, NotFound):
        conn.execute(adding.on_conflict_do_nothing(index_elements=["user_id", "group_pk"]))


def remove_member(conn: Connection, group_pk: str, user_id: int) -> bool:
    """False where he was none."""
    of_both = (memberships.c.group_pk == group_pk, memberships.c.user_id == user_id)
    return conn.execute(delete(memberships).where(*of_both)).rowcount == 1


def members_of(conn: Connection, group_pk: str) -> list[User]:
    """The direct members, by id."""
    of_group = select(memberships.c.user_id).where(memberships.c.group_pk == group_pk)
    return every(conn, pick(users, User).where(users.c.id.in_(of_group)).order_by(users.c.id), User)


def granting_superusers(conn: Connection) -> set[str]:
    """The pks of the groups whose members are superusers."""
    return set(conn.execute(select(superuser_groups().c.pk)).scalars())


def member_counts(conn: Connection, pks: Sequence[str]) -> dict[str, int]:
    """Direct members of each group that has any."""
    counted = select(memberships.c.group_pk, func.count()).where(memberships.c.group_pk.in_(pks))
    return {row[0]: row[1] for row in conn.execute(counted.group_by(memberships.c.group_pk))}


def group_names_of(conn: Connection, user_ids: Sequence[int]) -> dict[int, list[str]]:
    """The names of the groups that each user is in directly, in their order."""
    named = select(memberships.c.user_id, groups.c.name).join(groups, groups.c.pk == memberships.c.group_pk)
    found: dict[int, list[str]] = {}
    for user_id, name in conn.execute(named.where(memberships.c.user_id.in_(user_ids)).order_by(groups.c.name)):
        found.setdefault(user_id, []).append(name)
    return found


def groups_of(conn: Connection, user_id: int) -> list[Group]:
    """His groups and all groups above them, by name."""
    return _GROUPS_OF.every(conn, user_id=user_id)


def is_superuser(conn: Connection, user_id: int) -> bool:
    """By any of the groups that `groups_of` names."""
    return bool(_IS_SUPERUSER.scalar(conn, user_id=user_id))


def grants_superuser(user_id: ColumnElement[int]) -> Exists:
    """The same within a statement about users."""
    return exists(select(groups.c.pk).where(groups.c.pk.in_(_reached(user_id)), groups.c.is_superuser))


def _reached(user_id: ColumnElement[int]) -> Select[tuple[str]]:
    """UNION, not UNION ALL: groups that are their own ancestors end the search and do not hang it."""
    own = select(groups.c.pk, groups.c.parent_pk).join(memberships, memberships.c.group_pk == groups.c.pk)
    # Nesting and correlated: it is the user of the statement around it, and not any user.
    of_user = own.where(memberships.c.user_id == user_id).correlate(users)
    reached = of_user.cte("reached", recursive=True, nesting=True)
    above = select(groups.c.pk, groups.c.parent_pk).join(reached, groups.c.pk == reached.c.parent_pk)
    return select(reached.union(above).c.pk)


_USER = bindparam("user_id", type_=Id)
_GROUPS_OF = PreparedRows(Group, pick(groups, Group).where(groups.c.pk.in_(_reached(_USER))).order_by(groups.c.name))
_IS_SUPERUSER = Prepared(select(grants_superuser(_USER)))
