"""Phones that were verified before there was a user: kept in the execution, which is sealed, until he is written."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from watchword.flows.execution import PendingDevice
from watchword.storage.devices import DEFAULT_NAME, create_device


def attach(conn: Connection, pending: Sequence[PendingDevice], user_id: int, now: datetime) -> None:
    """Raises `NumberTaken` where somebody else enrolled a number meanwhile, and `TooManyDevices`."""
    for phone in pending:
        create_device(
            conn,
            user_id=user_id,
            stage_pk=phone.stage_pk,
            phone_number=phone.phone_number,
            number_key=phone.number_key,
            key_id=phone.key_id,
            masked=phone.masked,
            name=phone.name or DEFAULT_NAME,
            hashed=phone.phone_number is None,
            confirmed=True,
            max_devices=phone.max_devices,
            now=now,
        )
