"""The audit trail."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

import msgspec
from sqlalchemy import Connection, insert

from watchword.events import Event
from watchword.storage.listing import Wanted, page_of
from watchword.storage.newest import Newest, Sought, Stretch
from watchword.storage.prepared import Prepared, given
from watchword.storage.rows import Row, every, first, pick
from watchword.storage.tables import events
from watchword.storage.users import User

SEARCHED = ("username", "action", "client_ip", "message", "context")

_NEWEST = Newest(events, narrow=("user_id", "action"), searched=[events.c[name] for name in SEARCHED])
_WRITE = Prepared(
    insert(events).values(given("uuid", "created", "action", "user_id", "username", "client_ip", "message", "context"))
)


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
    _WRITE.run(conn, **values)


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


def page_of_events(conn: Connection, wanted: Wanted) -> tuple[int, list[EventRow]]:
    """How many there are, and these."""
    return page_of(conn, events, EventRow, wanted, searched=SEARCHED)


def newest_events(conn: Connection, sought: Sought) -> Stretch[EventRow]:
    return _NEWEST.stretch(conn, EventRow, sought)


def count_some_events(conn: Connection, sought: Sought) -> int | None:
    """As `Newest.how_many`."""
    return _NEWEST.how_many(conn, sought)


def recent_events(conn: Connection, actions: Sequence[str], since: datetime, *, each: int) -> list[EventRow]:
    """The newest first, of each action `each` at most: one that happens all the time hides no other."""
    found: list[EventRow] = []
    for action in actions:
        listed = pick(events, EventRow).where(events.c.action == action, events.c.created >= since)
        found += every(conn, listed.order_by(events.c.created.desc(), events.c.id.desc()).limit(each), EventRow)
    return sorted(found, key=lambda event: (event.created, event.id), reverse=True)


def get_event(conn: Connection, uuid: str) -> EventRow | None:
    return first(conn, pick(events, EventRow).where(events.c.uuid == uuid), EventRow)
