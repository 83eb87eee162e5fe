"""There is always somebody who can administer."""

from sqlalchemy import Connection

from watchword.errors import FieldsInvalid
from watchword.storage.listing import Condition, Wanted
from watchword.storage.statements import lock
from watchword.storage.users import page_of_users

LAST = "This would leave no active superuser, and nobody who could administer Watchword."


def keep_a_superuser(conn: Connection) -> None:
    """After a change: raises `FieldsInvalid` where nobody is left, which undoes it.

    Of two at once the second sees what the first did: two administrators cannot remove each other.
    """
    lock(conn, "superusers")
    active = Wanted(conditions=(Condition("is_active", "is", True),), limit=1)
    count, _ = page_of_users(conn, active, superusers=True)
    if count == 0:
        raise FieldsInvalid.whole(LAST)
