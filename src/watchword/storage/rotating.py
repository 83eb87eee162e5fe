"""Sealed values and number hashes, moved from the previous secret key to the one in force, a few rows at a time."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Column, Connection, Row, Table, select, update

from watchword.errors import NumberTaken
from watchword.keyring import Keyring
from watchword.phone import number_key
from watchword.storage.documents import sealed_anew as document_sealed_anew
from watchword.storage.statements import constraints_mean
from watchword.storage.tables import config_objects, config_revisions, devices, executions, totp_devices

Values = dict[str, Any]
Reseal = Callable[[Keyring, bytes], bytes | None]
Fresh = Callable[[Keyring, Row[Any]], Values | None]


def _sealed_column(name: str, reseal: Reseal) -> Fresh:
    def fresh(keyring: Keyring, row: Row[Any]) -> Values | None:
        sealed = reseal(keyring, row._mapping[name])
        return None if sealed is None else {name: sealed}

    return fresh


def _documents(name: str) -> Fresh:
    def fresh(keyring: Keyring, row: Row[Any]) -> Values | None:
        before = row._mapping[name]
        after = document_sealed_anew(before, keyring)
        return None if after == before else {name: after}

    return fresh


def _number(keyring: Keyring, row: Row[Any]) -> Values | None:
    """Of a verify-only phone nobody has the number: it keeps its hash, and its key is kept for it."""
    if row.phone_number is None or row.key_id == keyring.key_id:
        return None
    return {"number_key": number_key(keyring, row.phone_number), "key_id": keyring.key_id}


def rotated_tables(*, execution: Reseal, totp_secret: Reseal) -> dict[Table, Fresh]:
    """What is to be done for each row, in order: objects before their history, which takes over what they held."""
    return {
        config_objects: _documents("document"),
        config_revisions: _documents("changes"),
        totp_devices: _sealed_column("secret", totp_secret),
        executions: _sealed_column("state", execution),
        devices: _number,
    }


def rotate_rows(conn: Connection, keys: Sequence[Any], *, table: Table, fresh: Fresh, keyring: Keyring) -> int:
    """Reads them again: what a server changed meanwhile it sealed with the key in force. Returns how many changed."""
    (key,) = table.primary_key
    rows = conn.execute(select(table).where(key.in_(keys)).order_by(key).with_for_update()).all()
    return sum(_change(conn, key, row, values) for row in rows if (values := fresh(keyring, row)) is not None)


def _change(conn: Connection, key: Column[Any], row: Row[Any], values: Values) -> int:
    changing = update(key.table).where(key == row._mapping[key.name]).values(values)
    if key.table is not devices:
        return conn.execute(changing).rowcount
    try:
        with constraints_mean(conn, NumberTaken):
            return conn.execute(changing).rowcount
    except NumberTaken:  # enrolled under both keys: it stays as it is, and so does its key
        return 0
