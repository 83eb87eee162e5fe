"""The audit trail."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import msgspec
from sqlalchemy import Connection, insert

from watchword.events import Event
from watchword.storage.rows import Row, every, pick
from watchword.storage.tables import events
from watchword.storage.users import User


class EventRow(Row, frozen=True, kw_only=True):
    id: int
    uuid: str
    created: datetime
    action: str
    user_id: int | None = None
    username: str = ""
    client_ip: str = ""
    message: str = ""
    context: dict[str, Any] = msgspec.field(default_factory=dict)


def write_event(
    conn: Connection,
    *,
    action: str,
    now: datetime,
    user: User | None = None,
    message: str = "",
    context: dict[str, Any] | None = None,
    client_ip: str = "",
) -> None:
    """Hides secrets and numbers, as `Event` does; raises ValueError for an action that has no name there."""
    event = Event(action, message, context or {})
    values = {
        "uuid": str(uuid4()),
        "created": now,
        "action": event.action,
        "user_id": user.id if user else None,
        "username": user.username if user else "",
        "client_ip": client_ip,
        "message": event.message,
        "context": event.context,
    }
    conn.execute(insert(events).values(values))


def list_events(
    conn: Connection, *, action: str | None = None, user_id: int | None = None, limit: int = 100
) -> list[EventRow]:
    """The newest first."""
    listed = pick(events, EventRow).order_by(events.c.id.desc()).limit(limit)
    if action is not None:
        listed = listed.where(events.c.action == action)
    if user_id is not None:
        listed = listed.where(events.c.user_id == user_id)
    return every(conn, listed, EventRow)
