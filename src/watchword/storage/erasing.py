"""Taking one person out of everything that outlives an account, a few rows at a time."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Table, delete, func, or_, select, update

from watchword.storage.tables import (
    codes,
    config_revisions,
    deliveries,
    devices,
    events,
    executions,
    metadata,
    sessions,
    throttles,
    users,
)
from watchword.storage.traces import Traces

ABOUT_OTHERS = ("model_created", "model_updated", "model_deleted", "user_deleted", "data_exported")
"""Events that carry the name of whoever did something, and tell of something else."""

Scrub = Callable[[Connection, Traces, Row[Any]], bool]


def scrub_event(conn: Connection, traces: Traces, row: Row[Any]) -> bool:
    """What he did stays as an event of nobody; of what was about him only when, and which action, stays."""
    own = row.user_id == traces.user_id
    kept = {"username": row.username, "message": row.message, "context": row.context}
    if (own and row.action not in ABOUT_OTHERS) or _names_user(row.context, traces.user_id):
        clean: dict[str, Any] = {"message": "", "context": {}}
    else:
        clean = traces.without(kept, masked=row.user_id is None)
    if not own and clean == kept:
        return False
    nobody = {"username": "", "user_id": None, "client_ip": ""} if own or row.user_id is None else {}
    conn.execute(update(events).where(events.c.id == row.id).values({**clean, **nobody}))
    return True


def _names_user(context: Any, user_id: int) -> bool:
    """Whether an event is about this user by his number: as the object that was changed, or as the one deleted."""
    model, user = context.get("model"), context.get("user")
    changed = isinstance(model, dict) and model.get("model_name") == "user" and model.get("pk") == user_id
    return changed or (isinstance(user, dict) and user.get("pk") == user_id)


def scrub_delivery(conn: Connection, traces: Traces, row: Row[Any]) -> bool:
    """A message still counts: when, by which gateway, to which country and at what price."""
    own = row.user_id == traces.user_id or (row.user_id is None and row.masked in traces.masked)
    answer = traces.without(row.answer)
    if not own and answer == row.answer:
        return False
    nobody = {"user_id": None, "masked": "", "provider_id": None, "answer": None, "code_id": None}
    values = nobody if own else {"answer": answer}
    conn.execute(update(deliveries).where(deliveries.c.id == row.id).values(values))
    return True


def scrub_revision(conn: Connection, traces: Traces, row: Row[Any]) -> bool:
    kept = {"author": row.author, "summary": row.summary, "changes": row.changes}
    clean = traces.without(kept)
    if clean == kept:
        return False
    conn.execute(update(config_revisions).where(config_revisions.c.id == row.id).values(clean))
    return True


SCRUBBED: dict[Table, Scrub] = {events: scrub_event, deliveries: scrub_delivery, config_revisions: scrub_revision}
"""How each row of a table of history is freed of a person; True where there was something."""


def scrub_rows(conn: Connection, ids: Sequence[int], *, table: Table, traces: Traces) -> int:
    """Reads them again: a row may have changed meanwhile. Returns how many were changed."""
    rows = conn.execute(select(table).where(table.c.id.in_(ids)).with_for_update()).all()
    return sum(SCRUBBED[table](conn, traces, row) for row in rows)


def drop_codes(conn: Connection, traces: Traces) -> int:
    """Before his deliveries are scrubbed, which know them."""
    sent = select(deliveries.c.code_id).where(deliveries.c.user_id == traces.user_id, deliveries.c.code_id.is_not(None))
    his = or_(codes.c.id.in_(sent), codes.c.number_key.in_(traces.number_keys))
    return conn.execute(delete(codes).where(his)).rowcount


def numbers_asked_of(conn: Connection, user_id: int) -> list[str]:
    """The keyed hashes of numbers that codes were asked for in his name, and that are nobody else's. No run of his
    sends another one, from here to the end of the transaction.
    """
    own = select(sessions.c.id).where(sessions.c.user_id == user_id).order_by(sessions.c.id).with_for_update()
    session_ids = conn.execute(own).scalars().all()
    runs = select(executions.c.id).where(executions.c.session_id.in_(session_ids)).order_by(executions.c.id)
    subjects = [codes.c.subject.startswith(f"{one}:") for one in conn.execute(runs.with_for_update()).scalars()]
    sent = select(deliveries.c.code_id).where(deliveries.c.user_id == user_id, deliveries.c.code_id.is_not(None))
    others = select(devices.c.number_key).where(devices.c.user_id != user_id)
    asked = select(codes.c.number_key).where(or_(codes.c.id.in_(sent), *subjects), codes.c.number_key.not_in(others))
    return list(conn.execute(asked.distinct()).scalars())


def scrub_late(conn: Connection, traces: Traces) -> int:
    """What was written about him while the rest was cleaned, before his account went."""
    found = 0
    for table in (events, deliveries):
        ids = conn.execute(select(table.c.id).where(table.c.user_id == traces.user_id)).scalars().all()
        found += scrub_rows(conn, ids, table=table, traces=traces)
    return found + drop_codes(conn, traces) + drop_throttles(conn, traces)


def drop_throttles(conn: Connection, traces: Traces) -> int:
    """Counts of tries and messages, which name a user by his id and a number by its hash."""
    number = traces.user_id
    kinds = ("wrong:user", "password:user", "send-test:hour", "send-test:day", "check-gateway")
    keys = [f"{kind}:{number}" for kind in kinds] + [f"wrong:device:sms:{one}" for one in _ids(conn, devices, traces)]
    keys += [f"sms:session:{one}" for one in _ids(conn, sessions, traces)]
    his = [throttles.c.key.in_(keys), throttles.c.key.startswith(f"password:user:{number}:")]
    his += [throttles.c.key.endswith(f":{number_key}") for number_key in traces.number_keys]
    return conn.execute(delete(throttles).where(or_(*his))).rowcount


def _ids(conn: Connection, table: Table, traces: Traces) -> Sequence[int]:
    return conn.execute(select(table.c.id).where(table.c.user_id == traces.user_id)).scalars().all()


def owned(conn: Connection, user_id: int) -> dict[str, int]:
    """How many rows go with a user, by table: his own, and those that hang on them."""
    mine = {users: [user_id]} | {
        table: conn.execute(select(next(iter(table.primary_key))).where(key.parent == user_id)).scalars().all()
        for table in metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table is users
    }
    counted = {table.name: len(keys) for table, keys in mine.items()}
    for table in metadata.sorted_tables:
        for key in table.foreign_keys:
            if key.column.table in mine and key.column.table is not users and key.column.name == "id":
                hanging = select(func.count()).where(key.parent.in_(mine[key.column.table]))
                counted[table.name] = conn.execute(hanging).scalar_one()
    return {name: count for name, count in counted.items() if count}


def delete_executions(conn: Connection, ids: Sequence[str]) -> int:
    """Whatever version they are at: their visitors start again."""
    return conn.execute(delete(executions).where(executions.c.id.in_(ids))).rowcount
