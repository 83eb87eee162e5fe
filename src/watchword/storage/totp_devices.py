"""Authenticator apps; their secrets are sealed, as only what can be read can be compared (RFC 6238)."""

from datetime import datetime

from sqlalchemy import Connection, insert, or_, update

from watchword.storage.authenticators import Authenticator
from watchword.storage.rows import columns, only
from watchword.storage.tables import totp_devices

DEFAULT_NAME = "TOTP Device"


class TOTPDevice(Authenticator, frozen=True, kw_only=True):
    """`secret` is sealed; `last_step` counts periods of 30 seconds since 1970."""

    table = totp_devices
    device_class = "totp"

    name: str = DEFAULT_NAME
    secret: bytes
    digits: int
    last_step: int | None = None


def create_totp_device(
    conn: Connection,
    *,
    user_id: int,
    stage_pk: str,
    secret: bytes,
    digits: int,
    last_step: int,
    now: datetime,
    name: str = DEFAULT_NAME,
) -> TOTPDevice:
    """Confirmed: it is made once its first code was right, and `last_step` is that code's."""
    values = {
        "user_id": user_id,
        "stage_pk": stage_pk,
        "name": name,
        "secret": secret,
        "digits": digits,
        "last_step": last_step,
        "confirmed": True,
        "created": now,
        "last_updated": now,
        "failures_in_a_row": 0,
        "disabled": False,
    }
    creating = insert(totp_devices).values(values).returning(*columns(totp_devices, TOTPDevice))
    return only(conn, creating, TOTPDevice)


def take_totp_step(conn: Connection, device_id: int, step: int) -> bool:
    """Uses a step's code up; False where it, or a later one, was used before (RFC 6238, section 5.2)."""
    unused = or_(totp_devices.c.last_step.is_(None), totp_devices.c.last_step < step)
    taking = update(totp_devices).where(totp_devices.c.id == device_id, unused).values(last_step=step)
    return conn.execute(taking).rowcount == 1
