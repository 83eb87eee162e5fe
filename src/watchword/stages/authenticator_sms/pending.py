"""Phones that were verified before there was a user: kept in the execution, which is sealed, until he is written."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from watchword.flows.execution import PendingDevice
from watchword.keyring import Keyring
from watchword.phone import number_keys
from watchword.storage.config import hold_object
from watchword.storage.devices import DEFAULT_NAME, create_device


def attach(conn: Connection, pending: Sequence[PendingDevice], user_id: int, keyring: Keyring, now: datetime) -> None:
    """Raises `NumberTaken` where somebody else enrolled a number meanwhile, `TooManyDevices`, and `Conflict` where an
    administrator deleted the stage.
    """
    for phone in pending:
        hold_object(conn, phone.stage_pk)
        # Hashed now: the key may have been rotated since the phone was verified.
        keys = number_keys(keyring, phone.number) if phone.number else (phone.number_key,)
        create_device(
            conn,
            user_id=user_id,
            stage_pk=phone.stage_pk,
            phone_number=phone.phone_number,
            number_key=keys[0],
            other_keys=keys[1:],
            key_id=keyring.key_id if phone.number else phone.key_id,
            masked=phone.masked,
            name=phone.name or DEFAULT_NAME,
            hashed=phone.phone_number is None,
            confirmed=True,
            max_devices=phone.max_devices,
            now=now,
        )
