"""Ending sessions of browsers: one, or all of a user's. Whose it was finds it in his history, with who did it."""

from datetime import datetime

from sqlalchemy import Connection

from watchword.administration.author import Author
from watchword.storage.events import write_event
from watchword.storage.sessions import Session, end_session, end_sessions_of
from watchword.storage.users import get_user


def end_one(conn: Connection, session: Session, *, by: Author, now: datetime) -> bool:
    """False where it has ended already, which leaves no event."""
    ended = end_session(conn, session.id)
    if ended:
        _note(conn, session.user_id or 0, 1, by, now)
    return ended


def end_all(conn: Connection, user_id: int, *, by: Author, now: datetime, but: int | None = None) -> int:
    """Returns how many; `but` is the id of the one to spare."""
    ended = end_sessions_of(conn, user_id, but=but)
    if ended:
        _note(conn, user_id, ended, by, now)
    return ended


def _note(conn: Connection, user_id: int, count: int, by: Author, now: datetime) -> None:
    write_event(
        conn,
        action="logout",
        now=now,
        user=get_user(conn, user_id),
        message="A session was ended" if count == 1 else f"{count} sessions were ended",
        context={"sessions": count, "by": by.name},
        client_ip=by.address,
    )
