"""People with a password and a phone, who sign in."""

from functools import cache

from sqlalchemy import Connection

from watchword.clock import system_clock
from watchword.keyring import Keyring
from watchword.passwords import hash_password
from watchword.phone import mask, number_key
from watchword.storage.database import Database
from watchword.storage.devices import create_device
from watchword.storage.users import create_user

PASSWORD = "a password for benchmarks"  # noqa: S105 - of nobody
COUNT = 200
"""Each may get a hundred messages a day."""


@cache
def hashed() -> str:
    """One hash for all: making each would take long, and verifying takes as long."""
    return hash_password(PASSWORD)


def username_of(number: int) -> str:
    return f"member{number % COUNT}"


def phone_of(number: int) -> str:
    return f"+4915112{number % COUNT:06}"


async def enrol_members(database: Database, keyring: Keyring, stage_pk: str) -> None:
    await database.run(_enrol, keyring, stage_pk, hashed())


def _enrol(conn: Connection, keyring: Keyring, stage_pk: str, password_hash: str) -> None:
    now = system_clock()
    for number in range(COUNT):
        user = create_user(conn, username=username_of(number), now=now, password_hash=password_hash)
        phone = phone_of(number)
        create_device(
            conn,
            user_id=user.id,
            stage_pk=stage_pk,
            phone_number=phone,
            number_key=number_key(keyring, phone),
            key_id=keyring.key_id,
            masked=mask(phone),
            hashed=False,
            confirmed=True,
            max_devices=0,
            now=now,
        )
