"""Browser sessions; of the cookie's token only a hash is kept."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, and_, bindparam, delete, insert, select, update

from watchword.errors import Conflict
from watchword.storage.listing import Wanted, page_of
from watchword.storage.newest import Newest, Sought, Stretch
from watchword.storage.prepared import Prepared, PreparedRows, given
from watchword.storage.rows import Row, columns, every, first, pick
from watchword.storage.tables import sessions, users

ANONYMOUS_LIFETIME = timedelta(days=1)


class Session(Row, frozen=True, kw_only=True):
    """Anonymous while `user_id` is None."""

    id: int
    token_hash: str
    user_id: int | None = None
    created: datetime
    expires: datetime
    last_seen: datetime
    user_agent: str = ""
    address: str = ""
    data: dict[str, Any] = msgspec.field(default_factory=dict)


_THIS_ONE = sessions.c.id == bindparam("this")
_CREATE = PreparedRows(
    Session,
    insert(sessions)
    .values(given(*(name for name in Session.__struct_fields__ if name != "id")))
    .returning(*columns(sessions, Session)),
)
_ROTATE = PreparedRows(
    Session,
    update(sessions)
    .where(_THIS_ONE)
    .values(given("token_hash", "user_id", "expires", "last_seen"))
    .returning(*columns(sessions, Session)),
)
_DATA = Prepared(select(sessions.c.data).where(_THIS_ONE).with_for_update())
_SET_DATA = Prepared(update(sessions).where(_THIS_ONE).values(given("data")))
_TOUCH = Prepared(update(sessions).where(_THIS_ONE).values(given("last_seen")))


def create_session(
    conn: Connection,
    *,
    token_hash: str,
    now: datetime,
    expires: datetime,
    user_id: int | None = None,
    user_agent: str = "",
    address: str = "",
    data: dict[str, Any] | None = None,
) -> Session:
    values = {
        "token_hash": token_hash,
        "user_id": user_id,
        "created": now,
        "expires": expires,
        "last_seen": now,
        "user_agent": user_agent,
        "address": address,
        "data": data or {},
    }
    return _CREATE.only(conn, **values)


def sessions_of(conn: Connection, user_id: int, now: datetime) -> list[Session]:
    """The live ones, the one seen last in front."""
    live = pick(sessions, Session).where(sessions.c.user_id == user_id, sessions.c.expires > now)
    return every(conn, live.order_by(sessions.c.last_seen.desc(), sessions.c.id.desc()), Session)


def page_of_sessions(
    conn: Connection, wanted: Wanted, now: datetime, *, user_ids: Sequence[int] | None = None
) -> tuple[int, list[Session]]:
    """How many live sessions of somebody who is signed in there are, and these; of these users, or all."""
    also = [sessions.c.expires > now, sessions.c.user_id.is_not(None)]
    if user_ids is not None:
        also.append(sessions.c.user_id.in_(user_ids))
    return page_of(conn, sessions, Session, wanted, searched=("address", "user_agent"), also=also)


def get_session(conn: Connection, session_id: int, now: datetime) -> Session | None:
    """A live one of somebody who is signed in."""
    live = pick(sessions, Session).where(sessions.c.id == session_id, sessions.c.expires > now)
    return first(conn, live.where(sessions.c.user_id.is_not(None)), Session)


def newest_sessions(conn: Connection, sought: Sought, now: datetime) -> Stretch[Session]:
    """Live ones of those who are signed in; found by their users' names too."""
    return _newest(now).stretch(conn, Session, sought)


def count_some_sessions(conn: Connection, sought: Sought, now: datetime) -> int | None:
    """As `Newest.how_many`."""
    return _newest(now).how_many(conn, sought)


def _newest(now: datetime) -> Newest:
    name = select(users.c.username).where(users.c.id == sessions.c.user_id).scalar_subquery()
    signed_in = and_(sessions.c.user_id.is_not(None), sessions.c.expires > now)
    searched = [sessions.c.address, sessions.c.user_agent, name]
    return Newest(sessions, narrow=("user_id",), searched=searched, also=signed_in)


def rotate_session(
    conn: Connection,
    session_id: int,
    new_token_hash: str,
    user_id: int | None,
    expires: datetime,
    now: datetime,
) -> Session:
    """Gives the session another token, user and end; the old token is worth nothing any more (session fixation).

    The row stays, and so do the executions that point to it. Raises `Conflict` where the session has ended.
    """
    session = _ROTATE.first(
        conn, this=session_id, token_hash=new_token_hash, user_id=user_id, expires=expires, last_seen=now
    )
    if session is None:
        raise Conflict
    return session


def make_anonymous(conn: Connection, session_id: int, new_token_hash: str, now: datetime) -> None:
    """The session goes on with nobody in it, and knows nothing of who was. Raises `Conflict` where it has ended."""
    rotate_session(conn, session_id, new_token_hash, None, now + ANONYMOUS_LIFETIME, now)
    set_session_data(conn, session_id, {})


def set_session_data(conn: Connection, session_id: int, data: dict[str, Any]) -> None:
    _SET_DATA.run(conn, this=session_id, data=data)


def update_session_data(conn: Connection, session_id: int, changes: dict[str, Any]) -> None:
    """Changes these keys and keeps the others as they stand by now."""
    data = _DATA.scalar(conn, this=session_id)
    if data is not None:
        set_session_data(conn, session_id, {**data, **changes})


def touch_session(conn: Connection, session_id: int, now: datetime) -> None:
    _TOUCH.run(conn, this=session_id, last_seen=now)


def end_session(conn: Connection, session_id: int) -> bool:
    """With its executions; False where it has ended already."""
    return conn.execute(delete(sessions).where(sessions.c.id == session_id)).rowcount == 1


def end_sessions_of(conn: Connection, user_id: int, *, but: int | None = None) -> int:
    """Returns how many; `but` is the id of the one to spare."""
    ending = delete(sessions).where(sessions.c.user_id == user_id)
    return conn.execute(ending if but is None else ending.where(sessions.c.id != but)).rowcount
