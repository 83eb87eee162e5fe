"""Devices: one number once per stage, and nothing of a hashed number but its keyed hash."""

from typing import Any

import pytest
from sqlalchemy import Connection, insert, text
from sqlalchemy.exc import IntegrityError

from tests.contract.databases.make import (
    NOW,
    OTHER_STAGE,
    STAGE,
    make_device,
    make_hashed,
    make_user,
)
from watchword.errors import NotFound, NumberTaken, TooManyDevices
from watchword.storage.authenticators import (
    authenticators_of,
    delete_authenticator,
)
from watchword.storage.database import Database
from watchword.storage.devices import SMSDevice, count_devices, list_devices, number_enrolled
from watchword.storage.tables import devices

ONE, TWO = "+4917612345678", "+4917612345679"


@pytest.fixture
async def mia(database: Database) -> int:
    return (await database.run(make_user, "mia")).id


@pytest.fixture
async def tom(database: Database) -> int:
    return (await database.run(make_user, "tom")).id


async def test_a_device_comes_back_as_created(database: Database, mia: int) -> None:
    device = await database.run(make_device, mia)
    assert device == SMSDevice(
        id=device.id,
        user_id=mia,
        stage_pk=STAGE,
        name="SMS Device",
        phone_number=ONE,
        number_key=f"key of {ONE}",
        key_id="k1",
        masked="+49 ••• ••78",
        hashed=False,
        confirmed=True,
        created=NOW,
        last_updated=NOW,
        last_used=None,
        failures_in_a_row=0,
        disabled=False,
    )
    assert await database.read(authenticators_of, SMSDevice, mia) == [device]


@pytest.mark.parametrize("first", [make_device, make_hashed])
@pytest.mark.parametrize("second", [make_device, make_hashed])
@pytest.mark.parametrize("same_user", [True, False])
async def test_a_number_enrols_once_per_stage_plain_or_hashed(
    database: Database, mia: int, tom: int, first: Any, second: Any, same_user: bool
) -> None:
    await database.run(first, mia)
    with pytest.raises(NumberTaken) as caught:
        await database.run(second, mia if same_user else tom)
    assert caught.value.code == "number_taken"
    assert caught.value.message == "This phone number cannot be used here. Try another one."
    elsewhere = await database.run(second, mia if same_user else tom, stage_pk=OTHER_STAGE)
    assert elsewhere.stage_pk == OTHER_STAGE
    assert await database.read(count_devices, mia, STAGE) == 1


async def test_after_a_taken_number_the_transaction_goes_on(database: Database, mia: int) -> None:
    def unit(conn: Connection) -> SMSDevice:
        make_device(conn, mia)
        with pytest.raises(NumberTaken):
            make_device(conn, mia)
        return make_device(conn, mia, TWO)

    await database.run(unit)
    assert [device.phone_number for device in await database.read(authenticators_of, SMSDevice, mia)] == [ONE, TWO]


async def test_a_deleted_number_may_enrol_again(database: Database, mia: int, tom: int) -> None:
    device = await database.run(make_device, mia)
    assert await database.run(delete_authenticator, SMSDevice, device.id)
    assert not await database.run(delete_authenticator, SMSDevice, device.id)
    again = await database.run(make_hashed, tom)
    assert again.id > device.id


@pytest.mark.parametrize(
    "values",
    [
        {"hashed": True},
        {"hashed": True, "phone_number": None},
        {"hashed": True, "masked": ""},
        {"hashed": False, "phone_number": None},
    ],
)
async def test_a_hashed_device_never_comes_with_its_number(
    database: Database, mia: int, values: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match="hashed"):
        await database.run(make_device, mia, **values)
    assert await database.read(authenticators_of, SMSDevice, mia) == []


@pytest.mark.parametrize("leak", [{"phone_number": ONE}, {"masked": "+49 ••• ••78"}])
async def test_the_database_itself_refuses_a_hashed_device_with_its_number(
    database: Database, mia: int, leak: dict[str, Any]
) -> None:
    device = await database.run(make_hashed, mia)
    with pytest.raises(IntegrityError):
        await database.run(lambda conn: conn.execute(devices.update().values(leak)))
    copied = {name: getattr(device, name) for name in SMSDevice.__struct_fields__ if name != "id"}
    values = {**copied, "number_key": "other", **leak}
    with pytest.raises(IntegrityError):
        await database.run(lambda conn: conn.execute(insert(devices).values(values)))
    assert await database.read(authenticators_of, SMSDevice, mia) == [device]


async def test_nothing_of_a_hashed_number_is_in_any_column(database: Database, mia: int) -> None:
    await database.run(make_hashed, mia, number_key="0" * 64)
    row = await database.read(lambda conn: conn.execute(text("SELECT * FROM sms_device")).one())
    assert not any("176" in str(value) for value in row)


@pytest.mark.parametrize(("limit", "made"), [(1, 1), (2, 2), (0, 4)])
async def test_a_user_has_as_many_devices_as_he_may_at_a_stage(
    database: Database, mia: int, tom: int, limit: int, made: int
) -> None:
    await database.run(make_device, tom, "+49000")
    await database.run(make_device, mia, "+49000", stage_pk=OTHER_STAGE)
    for number in range(made):
        await database.run(make_device, mia, f"+49{number}", max_devices=limit)
    if limit:
        with pytest.raises(TooManyDevices) as caught:
            await database.run(make_device, mia, "+4999", max_devices=limit)
        assert caught.value.message == "You have already enrolled as many phones as you may."
    assert await database.read(count_devices, mia, STAGE) == made


async def test_a_device_needs_its_user(database: Database, mia: int) -> None:
    with pytest.raises(NotFound):
        await database.run(make_device, mia + 1)


async def test_number_enrolled_looks_at_one_stage_and_all_keys(database: Database, mia: int) -> None:
    await database.run(make_device, mia, number_key="old key")
    for keys, found in ((["old key"], True), (["new key", "old key"], True), (["new key"], False), ([], False)):
        assert await database.read(number_enrolled, STAGE, keys) is found
    assert not await database.read(number_enrolled, OTHER_STAGE, ["old key"])


async def test_lists_are_in_the_order_of_enrolment(database: Database, mia: int, tom: int) -> None:
    first = await database.run(make_device, mia, ONE)
    second = await database.run(make_device, tom, TWO)
    third = await database.run(make_hashed, mia, ONE, stage_pk=OTHER_STAGE)
    assert await database.read(authenticators_of, SMSDevice, mia) == [first, third]
    assert await database.read(list_devices) == [first, second, third]
    assert await database.read(list_devices, limit=1, offset=1) == [second]
