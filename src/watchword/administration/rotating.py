"""A new secret key: what the previous one sealed is sealed anew, and numbers are hashed anew where they are known.

Whoever is interrupted does the same again: what is done is passed over, and until the end both keys are needed.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from functools import partial

import msgspec

from watchword.errors import SettingsInvalid
from watchword.flows.execution import sealed_anew as execution_sealed_anew
from watchword.keyring import Keyring
from watchword.progress import Watch, unwatched
from watchword.storage.database import Database
from watchword.storage.kept_keys import finish, keep_previous, key_in_force, learn, stored_keys
from watchword.storage.paging import batches, count_rows, in_portions, key_of
from watchword.storage.rotating import rotate_rows, rotated_tables
from watchword.totp import secret_sealed_anew

WHAT = {
    "config_object": "Configuration",
    "config_revision": "History of the configuration",
    "totp_device": "Authenticator apps",
    "execution": "Runs",
    "sms_device": "Numbers",
}


class Rotated(msgspec.Struct, frozen=True, kw_only=True):
    """`changed` are rows by table; `kept` is what is still needed of earlier keys: purposes, each with its key ids."""

    changed: Mapping[str, int]
    kept: Mapping[str, list[str]]


async def rotate(database: Database, keyring: Keyring, *, now: datetime, watch: Watch = unwatched) -> Rotated:
    """Raises `SettingsInvalid` where the keyring has no previous key, or neither is the database's."""
    known = await database.read(key_in_force)
    if keyring.previous_id is None:
        raise SettingsInvalid("There is one key alone: nothing is to be rotated.")
    if known not in (None, *keyring.key_ids):
        raise SettingsInvalid(f"This database was sealed with another key, whose id is {known}.")
    if known != keyring.key_id:
        await database.run(keep_previous, keyring, now)
    await database.read(learn, keyring)
    changed = await _seal_anew(database, keyring, watch)
    await database.run(finish, keyring)
    kept: dict[str, list[str]] = {}
    for stored in await database.read(stored_keys):
        kept.setdefault(stored.purpose, []).append(stored.key_id)
    return Rotated(changed=changed, kept=kept)


async def _seal_anew(database: Database, keyring: Keyring, watch: Watch) -> Counter[str]:
    changed: Counter[str] = Counter()
    tables = rotated_tables(execution=execution_sealed_anew, totp_secret=secret_sealed_anew)
    for table, fresh in tables.items():
        done, total = 0, await database.read(count_rows, table)
        async for rows in batches(database, table):
            due = [key_of(table, row)[0] for row in rows if fresh(keyring, row) is not None]
            work = partial(rotate_rows, table=table, fresh=fresh, keyring=keyring)
            changed[table.name] += await in_portions(database, due, work)
            done += len(rows)
            watch(WHAT[table.name], done, max(done, total))
    return +changed
