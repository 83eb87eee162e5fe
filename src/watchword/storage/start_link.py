"""The link that makes the first administrator: there is one at most, and it counts once."""

import hmac
from datetime import datetime

from sqlalchemy import Connection, delete

from watchword.storage.install import get_fact
from watchword.storage.statements import insert_into
from watchword.storage.tables import facts

_KEY = "start_link"


def place_start_link(conn: Connection, token_hash: str, expires: datetime) -> None:
    """In the place of the one before, which counts no more."""
    placing = insert_into(conn, facts).values(key=_KEY, value=f"{token_hash} {expires.isoformat()}")
    conn.execute(placing.on_conflict_do_update(index_elements=["key"], set_={"value": placing.excluded.value}))


def start_link_counts(conn: Connection, token_hash: str, now: datetime) -> bool:
    return _is_live(get_fact(conn, _KEY), token_hash, now)


def take_start_link(conn: Connection, token_hash: str, now: datetime) -> bool:
    """False where it does not count, or another request took it first."""
    value = get_fact(conn, _KEY)
    if not _is_live(value, token_hash, now):
        return False
    return conn.execute(delete(facts).where(facts.c.key == _KEY, facts.c.value == value)).rowcount == 1


def drop_start_link(conn: Connection) -> None:
    conn.execute(delete(facts).where(facts.c.key == _KEY))


def _is_live(value: str | None, token_hash: str, now: datetime) -> bool:
    if value is None:
        return False
    stored, _, expires = value.partition(" ")
    return hmac.compare_digest(stored.encode(), token_hash.encode()) and now < datetime.fromisoformat(expires)
