"""A session becomes somebody's."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from watchword.storage.events import write_event
from watchword.storage.sessions import rotate_session, set_session_data
from watchword.storage.users import User, note_sign_in

BROWSER_SESSION = timedelta(hours=12)
"""How long the server honours a session that the browser keeps until it is closed."""


def sign_in(
    conn: Connection,
    user: User,
    session_id: int,
    token: str,
    *,
    length: timedelta = timedelta(0),
    proofs: dict[str, Any],
    now: datetime,
    address: str,
) -> None:
    """Under a new token (session fixation); a `length` of 0 is until the browser is closed.

    Raises `Conflict` where the session has ended.
    """
    hashed = hashlib.sha256(token.encode()).hexdigest()
    session = rotate_session(conn, session_id, hashed, user.id, now + (length or BROWSER_SESSION), now)
    set_session_data(conn, session_id, {**session.data, **proofs})
    note_sign_in(conn, user.id, now)
    write_event(conn, action="login", now=now, user=user, client_ip=address)
