"""Which state of an object somebody has seen: whoever changes another one is told."""

from typing import Any

import msgspec
from sqlalchemy import Connection

from watchword.keyring import Keyring
from watchword.storage.statements import lock


def one_at_a_time(conn: Connection) -> None:
    """Before a row is read that is to be compared and changed: of two administrators at once, the second sees what the
    first did, and is told.
    """
    lock(conn, "administration")


def version_of(keyring: Keyring, *state: Any) -> str:
    """32 hex digits of the whole state, also of what is never shown: so keyed, that they tell nothing of it."""
    return keyring.digest("etag", msgspec.json.encode(state).decode())[:32]
