"""Enrolled phones. A number enrols once per stage, plain or hashed: `number_key`, its keyed hash, decides."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, exists, func, select, update
from sqlalchemy.sql.base import Executable

from watchword.errors import NotFound, NumberTaken, TooManyDevices
from watchword.storage.authenticators import Authenticator
from watchword.storage.prepared import Prepared, PreparedRows, given
from watchword.storage.rows import columns, every, pick
from watchword.storage.statements import insert_for, lock
from watchword.storage.tables import devices, users

DEFAULT_NAME = "SMS Device"


class SMSDevice(Authenticator, frozen=True, kw_only=True):
    """A `hashed` device has neither `phone_number` nor `masked`; `key_id` names the key of its `number_key`."""

    table = devices
    device_class = "sms"

    name: str = DEFAULT_NAME
    phone_number: str | None = None
    number_key: str
    key_id: str
    masked: str = ""
    hashed: bool = False


def _creating(dialect: str) -> Executable:
    names = set(SMSDevice.__struct_fields__) - {"id", "last_used"}
    creating = insert_for(dialect, devices).values(given(*sorted(names)))
    creating = creating.on_conflict_do_nothing(index_elements=["stage_pk", "number_key"])
    return creating.returning(*columns(devices, SMSDevice))


_AT_STAGE = devices.c.stage_pk == bindparam("stage_pk")
_CREATE = PreparedRows(SMSDevice, _creating)
_LOCK_USER = Prepared(select(users.c.id).where(users.c.id == bindparam("user_id")).with_for_update(key_share=True))
_ENROLLED = Prepared(select(exists().where(_AT_STAGE, devices.c.number_key == bindparam("number_key"))))
_COUNT = Prepared(select(func.count()).where(devices.c.user_id == bindparam("user_id"), _AT_STAGE))


def create_device(
    conn: Connection,
    *,
    user_id: int,
    stage_pk: str,
    phone_number: str | None,
    number_key: str,
    key_id: str,
    masked: str,
    hashed: bool,
    confirmed: bool,
    max_devices: int,
    now: datetime,
    name: str = DEFAULT_NAME,
    other_keys: Sequence[str] = (),
) -> SMSDevice:
    """`max_devices` is for this user at this stage; 0 means no limit. `other_keys` are hashes of the number under other
    keys in use, by which it may be enrolled already.

    Raises `NumberTaken`, `TooManyDevices`, `NotFound` for the user, and ValueError where a hashed device comes
    with its number, or a plain one without.
    """
    if hashed != (phone_number is None) or (hashed and masked):
        raise ValueError("A hashed device keeps no part of its number; a plain one keeps the number.")
    _lock_user(conn, user_id)
    _refuse_enrolled(conn, stage_pk, (number_key, *other_keys))
    if max_devices and count_devices(conn, user_id, stage_pk) >= max_devices:
        raise TooManyDevices
    values = {
        "user_id": user_id,
        "stage_pk": stage_pk,
        "name": name,
        "phone_number": phone_number,
        "number_key": number_key,
        "key_id": key_id,
        "masked": masked,
        "hashed": hashed,
        "confirmed": confirmed,
        "created": now,
        "last_updated": now,
        "failures_in_a_row": 0,
        "disabled": False,
    }
    device = _CREATE.first(conn, **values)
    if device is None:
        raise NumberTaken
    return device


def _refuse_enrolled(conn: Connection, stage_pk: str, number_keys: Sequence[str]) -> None:
    """The unique index sees one hash alone. While keys are rotated two servers may make different ones of one number:
    they wait for each other at each hash that both know, in one order.
    """
    if len(number_keys) == 1:
        return
    for key in sorted(number_keys):
        lock(conn, "enrol", stage_pk, key)
    if number_enrolled(conn, stage_pk, number_keys):
        raise NumberTaken


def _lock_user(conn: Connection, user_id: int) -> None:
    """Two enrolments of one user follow each other, so that both count right; signing in need not wait for them."""
    if _LOCK_USER.one(conn, user_id=user_id) is None:
        raise NotFound


def number_enrolled(conn: Connection, stage_pk: str, number_keys: Sequence[str]) -> bool:
    """By anybody; `number_keys` are the number's hashes under each key in use."""
    # Ordinarily there is one key, so that one prepared statement serves all.
    return any(_ENROLLED.scalar(conn, stage_pk=stage_pk, number_key=key) for key in number_keys)


def rehash_device(conn: Connection, device: SMSDevice, number_key: str, key_id: str) -> bool:
    """The same number's hash under another key; False where the device was changed meanwhile, or is gone."""
    unchanged = (devices.c.id == device.id, devices.c.number_key == device.number_key)
    return conn.execute(update(devices).where(*unchanged).values(number_key=number_key, key_id=key_id)).rowcount == 1


def list_devices(conn: Connection, *, limit: int = 100, offset: int = 0) -> list[SMSDevice]:
    return every(conn, pick(devices, SMSDevice).order_by(devices.c.id).limit(limit).offset(offset), SMSDevice)


def count_devices(conn: Connection, user_id: int, stage_pk: str) -> int:
    count: int = _COUNT.scalar(conn, user_id=user_id, stage_pk=stage_pk)
    return count
