"""Rows as values: frozen, and silent about what they hold."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from sqlalchemy import Column, Table

from watchword.storage.blueprint_instances import BlueprintInstance
from watchword.storage.codes import Code
from watchword.storage.config import Revision
from watchword.storage.deliveries import Delivery
from watchword.storage.devices import SMSDevice
from watchword.storage.events import EventRow
from watchword.storage.executions import ExecutionRow
from watchword.storage.groups import Group
from watchword.storage.rows import Row, columns
from watchword.storage.sessions import Session
from watchword.storage.static_devices import StaticDevice
from watchword.storage.tables import (
    blueprint_instances,
    codes,
    config_revisions,
    deliveries,
    devices,
    events,
    executions,
    groups,
    metadata,
    sessions,
    static_devices,
    tokens,
    totp_devices,
    users,
)
from watchword.storage.tokens import Token
from watchword.storage.totp_devices import TOTPDevice
from watchword.storage.users import User

NOW = datetime(2026, 3, 1, tzinfo=UTC)
DEVICE = SMSDevice(
    id=7,
    user_id=1,
    stage_pk="stage",
    phone_number="+4917612345678",
    number_key="s3cret-key",
    key_id="k",
    created=NOW,
    last_updated=NOW,
)
USER = User(id=3, uuid="u", username="mia", email="mia@example.org", password_hash="s3cret", date_joined=NOW)


def test_a_row_shows_its_id_alone() -> None:
    assert repr(DEVICE) == "SMSDevice(id=7)"
    assert str([USER]) == "[User(id=3)]"
    assert f"{DEVICE}{USER!r}".count("=") == 2


def test_a_row_is_compared_by_all_it_holds() -> None:
    other = User(id=3, uuid="u", username="mia", email="mia@example.org", password_hash="other", date_joined=NOW)
    assert other != USER
    assert other == msgspec.structs.replace(USER, password_hash="other")


def test_a_row_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        USER.username = "eve"  # type: ignore[misc] # the test


@pytest.mark.parametrize(
    ("table", "row"),
    [
        (users, User),
        (groups, Group),
        (tokens, Token),
        (sessions, Session),
        (executions, ExecutionRow),
        (codes, Code),
        (devices, SMSDevice),
        (totp_devices, TOTPDevice),
        (static_devices, StaticDevice),
        (deliveries, Delivery),
        (events, EventRow),
        (config_revisions, Revision),
        (blueprint_instances, BlueprintInstance),
    ],
)
def test_a_row_has_the_columns_of_its_table_and_leaves_out_search_keys_alone(table: Table, row: type[Row]) -> None:
    found = columns(table, row)
    assert [column.name for column in found] == list(row.__struct_fields__)
    left_out = {column.name for column in table.columns} - set(row.__struct_fields__)
    assert left_out == ({"username_key", "email_key", "upn_key"} if row is User else set())


def test_every_table_declares_what_may_be_missing() -> None:
    """A column that allows NULL by oversight would let half a row in."""
    missing = {f"{column.table.name}.{column.name}" for column in all_columns() if column.nullable}
    assert missing == {
        "users.upn_key",
        "users.password_hash",
        "users.last_login",
        "users.last_updated",
        "users.password_changed",
        "user_group.parent_pk",
        "token.expires",
        "token.last_used",
        "session.user_id",
        "sms_device.phone_number",
        "sms_device.last_used",
        "totp_device.last_used",
        "totp_device.last_step",
        "static_device.last_used",
        "static_token.used",
        "delivery.stage_pk",
        "delivery.user_id",
        "delivery.country",
        "delivery.category",
        "delivery.provider_id",
        "delivery.status",
        "delivery.error_code",
        "delivery.answer",
        "delivery.code_id",
        "delivery.confirmed",
        "delivery.segment_price",
        "delivery.currency",
        "event.user_id",
        "blueprint_instance.last_applied",
    }


def all_columns() -> list[Column[Any]]:
    return [column for table in metadata.tables.values() for column in table.columns]
