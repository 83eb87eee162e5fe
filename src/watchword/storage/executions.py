"""Executions: one visitor's run through one flow; the state is sealed by whoever keeps it here."""

from datetime import datetime

from sqlalchemy import Connection, delete, update
from sqlalchemy.exc import IntegrityError

from watchword.errors import Conflict
from watchword.storage.rows import Row, columns, first, only, pick
from watchword.storage.statements import insert_into
from watchword.storage.tables import executions


class ExecutionRow(Row, frozen=True, kw_only=True):
    id: str
    session_id: int
    flow_pk: str
    version: int
    state: bytes
    created: datetime
    expires: datetime


def load_execution(conn: Connection, session_id: int, flow_pk: str, now: datetime) -> ExecutionRow | None:
    standing = (executions.c.session_id == session_id, executions.c.flow_pk == flow_pk, executions.c.expires > now)
    return first(conn, pick(executions, ExecutionRow).where(*standing), ExecutionRow)


def start_execution(
    conn: Connection, *, id: str, session_id: int, flow_pk: str, state: bytes, now: datetime, expires: datetime
) -> ExecutionRow:
    """Replaces whatever run this session had in this flow; begins with version 1.

    Raises `Conflict` where the session has ended meanwhile.
    """
    values = {"id": id, "version": 1, "state": state, "created": now, "expires": expires}
    starting = insert_into(conn, executions).values(session_id=session_id, flow_pk=flow_pk, **values)
    starting = starting.on_conflict_do_update(index_elements=["session_id", "flow_pk"], set_=values)
    try:
        return only(conn, starting.returning(*columns(executions, ExecutionRow)), ExecutionRow)
    except IntegrityError:
        raise Conflict from None


def save_execution(conn: Connection, id: str, version: int, state: bytes, expires: datetime) -> bool:
    """Compare-and-set: True, and the next version, if `version` is still the one that stands there."""
    standing = (executions.c.id == id, executions.c.version == version)
    saving = update(executions).where(*standing).values(version=version + 1, state=state, expires=expires)
    return conn.execute(saving).rowcount == 1


def amend_execution(conn: Connection, id: str, state: bytes) -> None:
    """For the transaction that has saved it: what came of its work goes into the same version."""
    conn.execute(update(executions).where(executions.c.id == id).values(state=state))


def end_execution(conn: Connection, id: str, version: int) -> bool:
    """True if `version` still stood there."""
    standing = (executions.c.id == id, executions.c.version == version)
    return conn.execute(delete(executions).where(*standing)).rowcount == 1


def end_executions_of(conn: Connection, session_id: int) -> int:
    """Returns how many."""
    return conn.execute(delete(executions).where(executions.c.session_id == session_id)).rowcount
