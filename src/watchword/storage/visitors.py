"""Who comes with a session: asked at every request, so it is one statement."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, or_, select

from watchword.storage.groups import grants_superuser
from watchword.storage.prepared import Prepared
from watchword.storage.rows import columns
from watchword.storage.sessions import Session
from watchword.storage.tables import sessions, users
from watchword.storage.users import User

_USERS = "users_"


class Visitor(NamedTuple):
    session: Session
    user: User | None
    superuser: bool


_FIND = Prepared(
    select(
        *columns(sessions, Session),
        *(column.label(_USERS + column.key) for column in columns(users, User)),
        grants_superuser(users.c.id).label("superuser"),
    )
    .outerjoin(users, users.c.id == sessions.c.user_id)
    .where(
        sessions.c.token_hash == bindparam("token_hash"),
        sessions.c.expires > bindparam("now"),
        or_(sessions.c.user_id.is_(None), users.c.is_active),
    )
)


def find_visitor(conn: Connection, token_hash: str, now: datetime) -> Visitor | None:
    """None where the session has expired, or its user is inactive."""
    row = _FIND.one(conn, token_hash=token_hash, now=now)
    if row is None:
        return None
    session = Session(**{name: row[name] for name in Session.__struct_fields__})
    if session.user_id is None:
        return Visitor(session, None, superuser=False)
    user = User(**{name: row[_USERS + name] for name in User.__struct_fields__})
    return Visitor(session, user, bool(row["superuser"]))
