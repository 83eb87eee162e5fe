"""Devices of all classes and people in one list; a number is found by its hash, also where it was not kept."""

from typing import Any

import pytest
from sqlalchemy import Connection

from tests.contract.databases.make import NOW, OTHER_STAGE, STAGE, after, make_device, make_hashed, make_user
from watchword.storage.authenticators import disable_authenticator, record_failure, record_use
from watchword.storage.database import Database
from watchword.storage.device_lists import (
    ListedDevice,
    Owned,
    SoughtDevices,
    devices_after,
    devices_owned,
    page_of_devices,
)
from watchword.storage.devices import SMSDevice
from watchword.storage.static_devices import replace_static_device
from watchword.storage.totp_devices import TOTPDevice, create_totp_device


def make_all(conn: Connection) -> dict[str, int]:
    """Mia has a phone that was used, an app that was disabled and recovery codes; Tom a locked phone whose number was
    not kept, and one that was never confirmed.
    """
    mia, tom = make_user(conn, "mia", name="Mia Müller"), make_user(conn, "tom", email="tom@example.org")
    phone = make_device(conn, mia.id, "+491", name="mia's phone")
    record_use(conn, SMSDevice, phone.id, after(60))
    locked = make_hashed(conn, tom.id, "+492", name="hidden", now=after(1))
    record_failure(conn, SMSDevice, locked.id, disable_at=1, now=NOW)
    make_device(conn, tom.id, "+491", stage_pk=OTHER_STAGE, name="begun", confirmed=False, now=after(2))
    app = create_totp_device(
        conn, user_id=mia.id, stage_pk=STAGE, secret=b"s", digits=6, last_step=1, now=after(3), name="app"
    )
    disable_authenticator(conn, TOTPDevice, app.id, after(4))
    replace_static_device(conn, user_id=mia.id, stage_pk=STAGE, token_hashes=["a"], now=after(5), name="codes")
    return {"mia": mia.id, "tom": tom.id}


@pytest.fixture
async def ids(database: Database) -> dict[str, int]:
    return await database.run(make_all)


async def found(database: Database, **asked: Any) -> list[str]:
    sought = SoughtDevices(**asked)
    count, page = await database.read(page_of_devices, sought, limit=100)
    assert count == len(page)
    one_by_one = await batches(database, sought)
    assert sorted(one.name for one in one_by_one) == sorted(one.name for one in page)
    return [one.name for one in page]


async def batches(database: Database, sought: SoughtDevices) -> list[ListedDevice]:
    read: list[ListedDevice] = []
    while batch := await database.read(devices_after, sought, read[-1] if read else None, limit=1):
        read += batch
    return read


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({}, ["codes", "app", "begun", "hidden", "mia's phone"]),
        ({"owner": "MÜLLER"}, ["codes", "app", "mia's phone"]),
        ({"owner": "tom@"}, ["begun", "hidden"]),
        ({"owner": "hidden"}, []),
        ({"owner": "%"}, []),
        ({"device_class": "sms"}, ["begun", "hidden", "mia's phone"]),
        ({"device_class": "totp"}, ["app"]),
        ({"device_class": "static"}, ["codes"]),
        ({"device_class": "fax"}, []),
        ({"state": "works"}, ["codes", "mia's phone"]),
        ({"state": "unconfirmed"}, ["begun"]),
        ({"state": "locked"}, ["hidden"]),
        ({"state": "disabled"}, ["app"]),
        ({"state": "disabled", "device_class": "sms"}, []),
        ({"stage": STAGE}, ["codes", "app", "hidden", "mia's phone"]),
        ({"stage": OTHER_STAGE}, ["begun"]),
        ({"number_keys": ("key of +492",)}, ["hidden"]),
        ({"number_keys": ("nothing", "key of +491")}, ["begun", "mia's phone"]),
        ({"number_keys": ("key of +491",), "device_class": "totp"}, []),
        ({"number_keys": ("+491",)}, []),
    ],
)
async def test_a_list_shows_what_it_is_asked_for(
    database: Database, ids: dict[str, int], asked: dict[str, Any], names: list[str]
) -> None:
    assert await found(database, **asked) == names


async def test_a_row_tells_what_all_classes_have_and_what_a_phone_has(database: Database, ids: dict[str, int]) -> None:
    _, page = await database.read(page_of_devices, SoughtDevices(), limit=100)
    codes, app, begun, hidden, phone = page
    assert (phone.device_class, phone.username, phone.user_id) == ("sms", "mia", ids["mia"])
    assert (phone.masked, phone.hashed, phone.last_used, phone.created) == ("+49 ••• ••78", False, after(60), NOW)
    assert (hidden.masked, hidden.hashed, hidden.failures_in_a_row) == ("", True, 1)
    assert (app.masked, app.hashed, app.disabled, app.confirmed) == ("", False, True, True)
    assert [one.state for one in page] == ["works", "disabled", "unconfirmed", "locked", "works"]
    assert (codes.device_class, codes.stage_pk, begun.stage_pk) == ("static", STAGE, OTHER_STAGE)


async def test_a_page_begins_where_it_is_told_to(database: Database, ids: dict[str, int]) -> None:
    count, page = await database.read(page_of_devices, SoughtDevices(), limit=2, offset=3)
    assert (count, [one.name for one in page]) == (5, ["hidden", "mia's phone"])
    assert await database.read(page_of_devices, SoughtDevices(), limit=2, offset=5) == (5, [])


async def test_batches_go_by_class_and_id(database: Database, ids: dict[str, int]) -> None:
    read = await batches(database, SoughtDevices())
    assert [one.name for one in read] == ["mia's phone", "hidden", "begun", "codes", "app"]


async def test_what_people_have_is_counted_by_class(database: Database, ids: dict[str, int]) -> None:
    ann = await database.run(make_user, "ann")
    owned = await database.read(devices_owned, [*ids.values(), ann.id])
    assert owned == {
        ids["mia"]: Owned({"sms": 1, "totp": 1, "static": 1}, disabled=1),
        ids["tom"]: Owned({"sms": 2}, disabled=1),
    }
    assert await database.read(devices_owned, []) == {}
