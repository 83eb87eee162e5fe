"""Who comes with a session, and how far he is in a flow: asked at every step, so it is one statement."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Label, Table, and_, bindparam, or_, select

from watchword.storage.executions import ExecutionRow
from watchword.storage.groups import grants_superuser
from watchword.storage.prepared import Prepared
from watchword.storage.rows import Row, columns
from watchword.storage.sessions import Session
from watchword.storage.tables import executions, sessions, users
from watchword.storage.users import User

_USER, _EXECUTION = "user__", "execution__"
"""Before the names of columns: some are in more than one of the tables."""


class Visitor(NamedTuple):
    session: Session
    user: User | None
    superuser: bool = False
    execution: ExecutionRow | None = None
    """His run through the flow that was asked for."""


def _labelled(prefix: str, table: Table, cls: type[Row]) -> list[Label[Any]]:
    return [column.label(prefix + column.key) for column in columns(table, cls)]


def _values(row: dict[str, Any], prefix: str, cls: type[Row]) -> dict[str, Any]:
    return {name: row[prefix + name] for name in cls.__struct_fields__}


_IN_FLOW = and_(
    executions.c.session_id == sessions.c.id,
    executions.c.flow_pk == bindparam("flow_pk"),
    executions.c.expires > bindparam("now"),
)
_FIND = Prepared(
    select(
        *columns(sessions, Session),
        *_labelled(_USER, users, User),
        *_labelled(_EXECUTION, executions, ExecutionRow),
        grants_superuser(users.c.id).label("superuser"),
    )
    .outerjoin(users, users.c.id == sessions.c.user_id)
    .outerjoin(executions, _IN_FLOW)
    .where(
        sessions.c.token_hash == bindparam("token_hash"),
        sessions.c.expires > bindparam("now"),
        or_(sessions.c.user_id.is_(None), users.c.is_active),
    )
)


def find_visitor(conn: Connection, token_hash: str, now: datetime, flow_pk: str = "") -> Visitor | None:
    """None where the session has expired, or its user is inactive."""
    row = _FIND.one(conn, token_hash=token_hash, now=now, flow_pk=flow_pk)
    if row is None:
        return None
    session = Session(**_values(row, "", Session))
    user = None if session.user_id is None else User(**_values(row, _USER, User))
    begun = row[_EXECUTION + "id"] is not None
    execution = ExecutionRow(**_values(row, _EXECUTION, ExecutionRow)) if begun else None
    return Visitor(session, user, bool(row["superuser"]), execution)
