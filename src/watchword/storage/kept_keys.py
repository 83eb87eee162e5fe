"""Which secret key everything is sealed with, and what is kept of keys that are in force no more.

Hashes of verify-only numbers, recovery codes and API tokens cannot be made anew: nobody has what was hashed. Of a
rotated key just the keys of these purposes are kept, sealed under the one in force, while something needs them.
"""

import base64
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Column, Connection, delete, exists, select

from watchword.errors import SettingsInvalid
from watchword.keyring import KeptKey, Keyring
from watchword.storage.install import get_fact, set_fact, set_fact_once
from watchword.storage.tables import devices, facts, static_devices, static_tokens, tokens

NUMBERS, RECOVERY_CODES, API_TOKENS, UIDS = "number", "recovery-code", "api-token", "uid"
"""The last is what the API tells users by: it never changes, so that of the first key is kept for good."""

IN_FORCE = "secret-key"
_PREFIX, _SEAL = "kept-key:", "kept-key"


class Stored(NamedTuple):
    name: str
    purpose: str
    key_id: str
    since: datetime
    sealed: bytes


def key_in_force(conn: Connection) -> str | None:
    """The id of the key that everything is sealed with, or was until a rotation began that has not ended."""
    return get_fact(conn, IN_FORCE)


def settle_keyring(conn: Connection, keyring: Keyring) -> None:
    """For a server that starts. Raises `SettingsInvalid` where the database was sealed with a key that is not here."""
    known = key_in_force(conn) or set_fact_once(conn, IN_FORCE, keyring.previous_id or keyring.key_id)
    learn(conn, keyring)
    if known not in keyring.key_ids:
        raise SettingsInvalid(
            f"WATCHWORD_SECRET_KEY is not the key that this database was sealed with: its id is {known}, that of the "
            f"key given {keyring.key_id}. Set the right one, or add it as WATCHWORD_SECRET_KEY_PREVIOUS."
        )


def learn(conn: Connection, keyring: Keyring) -> None:
    """Gives a keyring what is kept. While nothing is, what lasts is of the key that the database is sealed with."""
    kept = [one for stored in stored_keys(conn) if (one := _opened(stored, keyring))]
    keyring.keep(kept)
    rotating = keyring.previous_id is not None and key_in_force(conn) == keyring.previous_id
    if rotating and not any(one.purpose == UIDS for one in kept):
        keyring.keep([keyring.previous_key(UIDS)])


def stored_keys(conn: Connection) -> list[Stored]:
    rows = conn.execute(select(facts).where(facts.c.key.startswith(_PREFIX)).order_by(facts.c.key)).all()
    return [_read(row.key, row.value) for row in rows]


def _read(name: str, value: str) -> Stored:
    purpose, _, key_id = name.removeprefix(_PREFIX).rpartition(":")
    since, _, sealed = value.partition(" ")
    return Stored(name, purpose, key_id, datetime.fromisoformat(since), base64.b64decode(sealed))


def _opened(stored: Stored, keyring: Keyring) -> KeptKey | None:
    try:
        return KeptKey(stored.purpose, stored.key_id, keyring.open(_SEAL, stored.sealed))
    except SettingsInvalid:
        return None


def keep_previous(conn: Connection, keyring: Keyring, now: datetime) -> None:
    """What a rotation begins with; a second time changes nothing. What was kept before is sealed anew."""
    stored = stored_keys(conn)
    for one in stored:
        if fresh := keyring.sealed_anew(_SEAL, one.sealed):
            set_fact(conn, one.name, _written(one.since, fresh))
    wanted = [NUMBERS, RECOVERY_CODES, API_TOKENS]
    for purpose in wanted if any(one.purpose == UIDS for one in stored) else [*wanted, UIDS]:
        kept = keyring.previous_key(purpose)
        sealed = keyring.seal(_SEAL, kept.key)
        set_fact_once(conn, f"{_PREFIX}{purpose}:{kept.key_id}", _written(now, sealed))


def _written(since: datetime, sealed: bytes) -> str:
    return f"{since.isoformat()} {base64.b64encode(sealed).decode()}"


def finish(conn: Connection, keyring: Keyring) -> None:
    """Everything is sealed with the key in force; what is kept and needed by nothing goes."""
    set_fact(conn, IN_FORCE, keyring.key_id)
    gone = [one.name for one in stored_keys(conn) if not _is_needed(conn, one)]
    conn.execute(delete(facts).where(facts.c.key.in_(gone)))


def _is_needed(conn: Connection, stored: Stored) -> bool:
    match stored.purpose:
        case "number":
            return _any(conn, devices.c.id, devices.c.key_id == stored.key_id)
        case "recovery-code":
            unused = static_tokens.c.device_id == static_devices.c.id, static_tokens.c.used.is_(None)
            return _any(conn, static_devices.c.id, static_devices.c.created <= stored.since, *unused)
        case "api-token":
            return _any(conn, tokens.c.pk, tokens.c.created <= stored.since)
        case _:
            return True


def _any(conn: Connection, column: Column[object], *where: object) -> bool:
    return bool(conn.execute(select(exists(select(column).where(*where)))).scalar_one())  # type: ignore[arg-type]  # conditions
