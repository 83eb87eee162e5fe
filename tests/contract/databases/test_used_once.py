"""Codes of an authenticator app, and recovery codes, count once."""

import pytest

from tests.contract.databases.make import NOW, OTHER_STAGE, STAGE, after, make_user
from watchword.storage.authenticators import authenticators_of
from watchword.storage.database import Database
from watchword.storage.static_devices import (
    StaticDevice,
    replace_static_device,
    static_tokens_left,
    use_static_token,
)
from watchword.storage.totp_devices import create_totp_device, take_totp_step


@pytest.fixture
async def mia(database: Database) -> int:
    return (await database.run(make_user, "mia")).id


@pytest.fixture
async def codes(database: Database, mia: int) -> StaticDevice:
    return await database.run(replace_static_device, user_id=mia, stage_pk=STAGE, token_hashes=["one", "two"], now=NOW)


async def test_a_recovery_code_counts_once(database: Database, codes: StaticDevice) -> None:
    assert await database.run(use_static_token, codes.id, "one", after(1))
    assert not await database.run(use_static_token, codes.id, "one", after(2))
    assert await database.read(static_tokens_left, codes.id) == 1
    assert not await database.run(use_static_token, codes.id, "three", after(2))
    assert await database.read(static_tokens_left, codes.id) == 1


async def test_a_recovery_code_counts_for_its_own_set(database: Database, codes: StaticDevice) -> None:
    tom = (await database.run(make_user, "tom")).id
    his = await database.run(replace_static_device, user_id=tom, stage_pk=STAGE, token_hashes=["his"], now=NOW)
    assert not await database.run(use_static_token, codes.id, "his", NOW)
    assert not await database.run(use_static_token, his.id, "one", NOW)


async def test_a_new_set_takes_the_place_of_the_old_one_at_its_stage(
    database: Database, mia: int, codes: StaticDevice
) -> None:
    elsewhere = await database.run(
        replace_static_device, user_id=mia, stage_pk=OTHER_STAGE, token_hashes=["one"], now=NOW
    )
    fresh = await database.run(replace_static_device, user_id=mia, stage_pk=STAGE, token_hashes=["new"], now=NOW)
    assert await database.read(authenticators_of, StaticDevice, mia) == [elsewhere, fresh]
    assert not await database.run(use_static_token, codes.id, "one", NOW)
    assert await database.run(use_static_token, elsewhere.id, "one", NOW)
    assert await database.read(static_tokens_left, codes.id) == 0


async def test_a_step_of_an_authenticator_app_counts_once_and_none_before_it(database: Database, mia: int) -> None:
    device = await database.run(
        create_totp_device, user_id=mia, stage_pk=STAGE, secret=b"sealed", digits=6, last_step=100, now=NOW
    )
    assert (device.confirmed, device.last_step, device.secret) == (True, 100, b"sealed")
    for step, counts in ((100, False), (99, False), (101, True), (101, False), (103, True), (102, False)):
        assert await database.run(take_totp_step, device.id, step) is counts
