"""Who comes with a session, and how far he is in a flow: asked at every step, so it is one statement."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

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


_R = TypeVar("_R", bound=Row)


def _made(cls: type[_R], values: Iterator[Any]) -> _R | None:
    """Of the next values of a row, as many as there are fields; None where there was no such row, and so no id."""
    fields = dict(zip(cls.__struct_fields__, values, strict=False))
    return None if fields["id"] is None else cls(**fields)


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
    row = _FIND.row(conn, token_hash=token_hash, now=now, flow_pk=flow_pk)
    if row is None:
        return None
    values = iter(row)
    session, user, execution = _made(Session, values), _made(User, values), _made(ExecutionRow, values)
    assert session is not None  # noqa: S101 - the other tables are joined to it
    return Visitor(session, user, bool(next(values)), execution)
