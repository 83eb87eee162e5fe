"""Sessions as tests look for them: without who is signed in."""

from datetime import datetime

from sqlalchemy import Connection

from watchword.storage.sessions import Session
from watchword.storage.visitors import find_visitor


def find_session(conn: Connection, token_hash: str, now: datetime) -> Session | None:
    visitor = find_visitor(conn, token_hash, now)
    return visitor.session if visitor else None
