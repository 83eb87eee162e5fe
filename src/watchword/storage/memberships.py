"""Who is in which group, of all users at once."""

from sqlalchemy import Connection, select

from watchword.storage.tables import groups, memberships


def memberships_of_all(conn: Connection) -> dict[int, list[str]]:
    """The pks of the groups that each user is in directly, by the groups' names."""
    joined = select(memberships.c.user_id, groups.c.pk).join(groups, groups.c.pk == memberships.c.group_pk)
    found: dict[int, list[str]] = {}
    for user_id, pk in conn.execute(joined.order_by(groups.c.name)):
        found.setdefault(user_id, []).append(pk)
    return found
