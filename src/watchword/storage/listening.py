"""What other processes announce, where the database can tell."""

from functools import partial

from watchword.storage.config import Listen
from watchword.storage.urls import dialect_of, read_url


def listening(url: str, channel: str) -> Listen | None:
    """None on SQLite, which cannot announce anything."""
    if dialect_of(read_url(url)) == "sqlite":
        return None
    # Only here: psycopg is nothing that SQLite uses.
    from watchword.storage.announcements import listen

    return partial(listen, url, channel)
