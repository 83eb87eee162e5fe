"""Executions: one visitor's run through one flow; the state is sealed by whoever keeps it here."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.sql.base import Executable

from watchword.errors import Conflict
from watchword.storage.prepared import Prepared, PreparedRows, given
from watchword.storage.rows import Row, columns, pick
from watchword.storage.statements import insert_for
from watchword.storage.tables import executions


class ExecutionRow(Row, frozen=True, kw_only=True):
    id: str
    session_id: int
    flow_pk: str
    version: int
    state: bytes
    created: datetime
    expires: datetime


def _starting(dialect: str) -> Executable:
    made = ("id", "version", "state", "created", "expires")
    starting = insert_for(dialect, executions).values(given("session_id", "flow_pk", *made))
    replaced = {name: starting.excluded[name] for name in made}
    starting = starting.on_conflict_do_update(index_elements=["session_id", "flow_pk"], set_=replaced)
    return starting.returning(*columns(executions, ExecutionRow))


_THIS_ONE = executions.c.id == bindparam("this")
_STANDING = (_THIS_ONE, executions.c.version == bindparam("standing"))
_IN_FLOW = (executions.c.session_id == bindparam("session_id"), executions.c.flow_pk == bindparam("flow_pk"))
_LOAD = PreparedRows(
    ExecutionRow,
    pick(executions, ExecutionRow).where(*_IN_FLOW, executions.c.expires > bindparam("now")),
)
_START = PreparedRows(ExecutionRow, _starting)
_SAVE = Prepared(update(executions).where(*_STANDING).values(given("version", "state", "expires")))
_AMEND = Prepared(update(executions).where(_THIS_ONE).values(given("state")))
_END = Prepared(delete(executions).where(*_STANDING))
_END_IN = Prepared(delete(executions).where(*_IN_FLOW))
_END_ALL = Prepared(delete(executions).where(_IN_FLOW[0]))


def load_execution(conn: Connection, session_id: int, flow_pk: str, now: datetime) -> ExecutionRow | None:
    return _LOAD.first(conn, session_id=session_id, flow_pk=flow_pk, now=now)


def start_execution(
    conn: Connection, *, id: str, session_id: int, flow_pk: str, state: bytes, now: datetime, expires: datetime
) -> ExecutionRow:
    """Replaces whatever run this session had in this flow; begins with version 1.

    Raises `Conflict` where the session has ended meanwhile.
    """
    values = {"session_id": session_id, "flow_pk": flow_pk, "state": state, "created": now, "expires": expires}
    try:
        return _START.only(conn, id=id, version=1, **values)
    except IntegrityError:
        raise Conflict from None


def save_execution(conn: Connection, id: str, version: int, state: bytes, expires: datetime) -> bool:
    """Compare-and-set: True, and the next version, if `version` is still the one that stands there."""
    return _SAVE.run(conn, this=id, standing=version, version=version + 1, state=state, expires=expires) == 1


def amend_execution(conn: Connection, id: str, state: bytes) -> None:
    """For the transaction that has saved it: what came of its work goes into the same version."""
    _AMEND.run(conn, this=id, state=state)


def end_execution(conn: Connection, id: str, version: int) -> bool:
    """True if `version` still stood there."""
    return _END.run(conn, this=id, standing=version) == 1


def end_execution_in(conn: Connection, session_id: int, flow_pk: str) -> None:
    """Whatever run this session has in this flow."""
    _END_IN.run(conn, session_id=session_id, flow_pk=flow_pk)


def end_executions_of(conn: Connection, session_id: int) -> int:
    """Returns how many."""
    return _END_ALL.run(conn, session_id=session_id)
