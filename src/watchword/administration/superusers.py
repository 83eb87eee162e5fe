"""There is always somebody who can administer."""

from sqlalchemy import Connection

from watchword.errors import FieldsInvalid
from watchword.storage.groups import is_superuser
from watchword.storage.listing import Condition, Wanted
from watchword.storage.statements import lock
from watchword.storage.users import User, get_user, page_of_users

LAST = "This would leave no active superuser, and nobody who could administer Watchword."
OWN = "This would take your own rights to administer away, and you could not give them back to yourself."


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
