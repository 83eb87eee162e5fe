"""The classes of authenticators by their names on the wire."""

from sqlalchemy import Connection

from watchword.storage.authenticators import Authenticator, authenticators_of
from watchword.storage.devices import SMSDevice
from watchword.storage.static_devices import StaticDevice
from watchword.storage.totp_devices import TOTPDevice

DEVICE_CLASSES: dict[str, type[Authenticator]] = {"sms": SMSDevice, "totp": TOTPDevice, "static": StaticDevice}


def all_authenticators_of(conn: Connection, user_id: int) -> list[Authenticator]:
    """Of every class, each in the order of enrolment."""
    return [device for cls in DEVICE_CLASSES.values() for device in authenticators_of(conn, cls, user_id)]
