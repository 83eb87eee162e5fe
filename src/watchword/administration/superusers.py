"""There is always somebody who can administer, and who becomes that is noted."""

from datetime import datetime

from sqlalchemy import Connection

from watchword.errors import FieldsInvalid
from watchword.storage.events import write_event
from watchword.storage.groups import add_member, create_group, find_group, is_superuser, update_group
from watchword.storage.listing import Condition, Wanted
from watchword.storage.start_link import drop_start_link
from watchword.storage.statements import lock
from watchword.storage.users import User, get_user, page_of_users

ADMIN, ADMINS = "akadmin", "authentik Admins"
"""authentik's names of the first administrator and of the superusers' group."""

LAST = "This would leave no active superuser, and nobody who could administer Watchword."
OWN = "This would take your own rights to administer away, and you could not give them back to yourself."


def make_administrator(conn: Connection, user: User) -> None:
    group = find_group(conn, name=ADMINS) or create_group(conn, name=ADMINS, is_superuser=True)
    if not group.is_superuser:
        update_group(conn, group.pk, is_superuser=True)
    add_member(conn, group.pk, user.id)


def welcome_administrator(conn: Connection, user: User, *, way: str, now: datetime, address: str = "") -> None:
    """Makes a user one at the start of an installation: the start link counts no more, and an event tells the `way`."""
    make_administrator(conn, user)
    drop_start_link(conn)
    write_event(
        conn,
        action="administrator_created",
        now=now,
        user=user,
        message=f"{user.username} became an administrator by {way}",
        client_ip=address,
    )


def keep_a_superuser(conn: Connection) -> None:
    """After a change: raises `FieldsInvalid` where nobody is left, which undoes it.

    Of two at once the second sees what the first did: two administrators cannot remove each other.
    """
    lock(conn, "superusers")
    active = Wanted(conditions=(Condition("is_active", "is", True),), limit=1)
    count, _ = page_of_users(conn, active, superusers=True)
    if count == 0:
        raise FieldsInvalid.whole(LAST)


def keep_own_rights(conn: Connection, user: User) -> None:
    """After a change by somebody who was not told what it means for himself: raises `FieldsInvalid`, for a field `own`
    that says that he was, which undoes it.
    """
    present = get_user(conn, user.id)
    if present is None or not present.is_active or not is_superuser(conn, user.id):
        raise FieldsInvalid({"own": [OWN]})
