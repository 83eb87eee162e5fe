"""Recovery codes: a set is one device, each code of it a row that is used once; only hashes are kept."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, exists, func, insert, select, update

from watchword.storage.authenticators import Authenticator
from watchword.storage.rows import columns, only
from watchword.storage.statements import lock
from watchword.storage.tables import static_devices, static_tokens

DEFAULT_NAME = "Static Token"


class StaticDevice(Authenticator, frozen=True, kw_only=True):
    table = static_devices
    device_class = "static"

    name: str = DEFAULT_NAME


def replace_static_device(
    conn: Connection,
    *,
    user_id: int,
    stage_pk: str,
    token_hashes: Sequence[str],
    now: datetime,
    name: str = DEFAULT_NAME,
) -> StaticDevice:
    """A new set; the user's earlier ones of the same stage are worth nothing any more."""
    lock(conn, "static", str(user_id), stage_pk)  # of two sets at once the later one stays, not both
    old = (static_devices.c.user_id == user_id, static_devices.c.stage_pk == stage_pk)
    conn.execute(delete(static_devices).where(*old))
    values = {
        "user_id": user_id,
        "stage_pk": stage_pk,
        "name": name,
        "confirmed": True,
        "created": now,
        "last_updated": now,
        "failures_in_a_row": 0,
        "disabled": False,
    }
    creating = insert(static_devices).values(values).returning(*columns(static_devices, StaticDevice))
    device = only(conn, creating, StaticDevice)
    conn.execute(insert(static_tokens), [{"device_id": device.id, "token_hash": token} for token in token_hashes])
    return device


def use_static_token(conn: Connection, device_id: int, token_hash: str, now: datetime) -> bool:
    """Uses a code up; False where there is none like it, or it was used before."""
    unused = (
        static_tokens.c.device_id == device_id,
        static_tokens.c.token_hash == token_hash,
        static_tokens.c.used.is_(None),
    )
    return conn.execute(update(static_tokens).where(*unused).values(used=now)).rowcount == 1


def has_static_token(conn: Connection, device_id: int, token_hash: str) -> bool:
    """One that was not used yet."""
    unused = (
        static_tokens.c.device_id == device_id,
        static_tokens.c.token_hash == token_hash,
        static_tokens.c.used.is_(None),
    )
    return bool(conn.execute(select(exists().where(*unused))).scalar_one())


def static_tokens_left(conn: Connection, device_id: int) -> int:
    unused = (static_tokens.c.device_id == device_id, static_tokens.c.used.is_(None))
    return conn.execute(select(func.count()).where(*unused)).scalar_one()
