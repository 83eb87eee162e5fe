"""What holds for authenticators of every class."""

from collections.abc import Callable

import pytest
from sqlalchemy import Connection

from tests.contract.databases.make import NOW, OTHER_STAGE, STAGE, after, make_device, make_user
from watchword.errors import Conflict, NotFound
from watchword.storage.authenticators import (
    Authenticator,
    authenticators_of,
    count_authenticators_at,
    delete_authenticator,
    delete_authenticators_at,
    disable_authenticator,
    get_authenticator,
    has_authenticator,
    page_of_authenticators,
    record_failure,
    record_use,
    rename_authenticator,
    restore_authenticator,
)
from watchword.storage.database import Database
from watchword.storage.device_classes import DEVICE_CLASSES, all_authenticators_of
from watchword.storage.listing import Condition, Wanted
from watchword.storage.static_devices import replace_static_device
from watchword.storage.totp_devices import create_totp_device

Make = Callable[..., Authenticator]

STAGES = (STAGE, OTHER_STAGE, "stage-3")


def make_sms(conn: Connection, user_id: int, stage_pk: str = STAGE) -> Authenticator:
    return make_device(conn, user_id, f"+4917612345{user_id}{stage_pk[-1]}", stage_pk=stage_pk)


def make_totp(conn: Connection, user_id: int, stage_pk: str = STAGE) -> Authenticator:
    return create_totp_device(
        conn, user_id=user_id, stage_pk=stage_pk, secret=b"sealed", digits=6, last_step=1, now=NOW
    )


def make_static(conn: Connection, user_id: int, stage_pk: str = STAGE) -> Authenticator:
    return replace_static_device(conn, user_id=user_id, stage_pk=stage_pk, token_hashes=["a", "b"], now=NOW)


@pytest.fixture(params=[make_sms, make_totp, make_static])
def make(request: pytest.FixtureRequest) -> Make:
    made: Make = request.param
    return made


@pytest.fixture
async def mia(database: Database) -> int:
    return (await database.run(make_user, "mia")).id


@pytest.fixture
async def tom(database: Database) -> int:
    return (await database.run(make_user, "tom")).id


async def test_one_is_found_by_its_class_and_id(database: Database, make: Make, mia: int) -> None:
    device = await database.run(make, mia)
    cls = type(device)
    assert await database.read(get_authenticator, cls, device.id) == device
    assert await database.read(get_authenticator, cls, device.id + 1) is None
    for other in DEVICE_CLASSES.values():
        assert await database.read(authenticators_of, other, mia) == ([device] if other is cls else [])


async def test_everybody_has_his_own(database: Database, make: Make, mia: int, tom: int) -> None:
    first, second = await database.run(make, mia), await database.run(make, mia, OTHER_STAGE)
    his = await database.run(make, tom)
    cls = type(first)
    assert await database.read(authenticators_of, cls, mia) == [first, second]
    assert await database.read(authenticators_of, cls, tom) == [his]
    assert await database.read(all_authenticators_of, mia) == [first, second]


async def test_all_classes_are_listed_together(database: Database, mia: int) -> None:
    made = [await database.run(make, mia) for make in (make_sms, make_totp, make_static)]
    assert await database.read(all_authenticators_of, mia) == made
    assert [device.device_class for device in made] == list(DEVICE_CLASSES)


async def test_a_user_has_one_when_one_is_confirmed(database: Database, mia: int, tom: int) -> None:
    device = await database.run(make_device, mia, confirmed=False)
    cls = type(device)
    assert not await database.read(has_authenticator, cls, mia)
    await database.run(make_sms, mia)
    assert await database.read(has_authenticator, cls, mia)
    assert not await database.read(has_authenticator, cls, tom)


async def test_locking_a_device_does_not_make_its_owner_look_like_one_without(
    database: Database, make: Make, mia: int
) -> None:
    """Else a hundred wrong guesses would lead an attacker past the second factor, to enrolment."""
    device = await database.run(make, mia)
    locked = await database.run(record_failure, type(device), device.id, disable_at=1, now=NOW)
    assert locked.disabled
    assert await database.read(has_authenticator, type(device), mia)


async def test_one_is_disabled_by_so_many_failures_in_a_row(database: Database, make: Make, mia: int) -> None:
    device = await database.run(make, mia)
    cls = type(device)
    for failures in (1, 2):
        device = await database.run(record_failure, cls, device.id, disable_at=3, now=after(failures))
        assert (device.failures_in_a_row, device.disabled) == (failures, False)
    device = await database.run(record_failure, cls, device.id, disable_at=3, now=after(3))
    assert (device.failures_in_a_row, device.disabled, device.last_updated) == (3, True, after(3))
    device = await database.run(record_failure, cls, device.id, disable_at=100, now=after(4))
    assert device.disabled


async def test_a_right_code_forgets_the_failures_and_never_restores(database: Database, make: Make, mia: int) -> None:
    device = await database.run(make, mia)
    cls = type(device)
    await database.run(record_failure, cls, device.id, disable_at=3, now=NOW)
    used = await database.run(record_use, cls, device.id, after(9))
    assert (used.failures_in_a_row, used.last_used, used.disabled) == (0, after(9), False)
    await database.run(disable_authenticator, cls, device.id, NOW)
    with pytest.raises(Conflict):
        await database.run(record_use, cls, device.id, after(10))
    assert (await database.read(authenticators_of, cls, mia))[0].disabled
    restored = await database.run(restore_authenticator, cls, device.id, after(11))
    assert (restored.failures_in_a_row, restored.disabled) == (0, False)


async def test_one_is_renamed_alone(database: Database, make: Make, mia: int, tom: int) -> None:
    device, other = await database.run(make, mia), await database.run(make, tom)
    renamed = await database.run(rename_authenticator, type(device), device.id, "Mein Händy", after(5))
    assert (renamed.name, renamed.last_updated, renamed.created) == ("Mein Händy", after(5), NOW)
    assert await database.read(get_authenticator, type(other), other.id) == other


@pytest.mark.parametrize("cls", DEVICE_CLASSES.values())
async def test_what_is_not_there_cannot_be_changed(database: Database, cls: type[Authenticator]) -> None:
    for unit in (record_use, restore_authenticator, disable_authenticator):
        with pytest.raises(NotFound):
            await database.run(unit, cls, 4711, NOW)
    with pytest.raises(NotFound):
        await database.run(rename_authenticator, cls, 4711, "x", NOW)
    with pytest.raises(NotFound):
        await database.run(record_failure, cls, 4711, disable_at=1, now=NOW)
    assert not await database.run(delete_authenticator, cls, 4711)


async def test_those_of_a_stage_go_with_it(database: Database, make: Make, mia: int, tom: int) -> None:
    for user in (mia, tom):
        await database.run(make, user)
    kept = await database.run(make, mia, OTHER_STAGE)
    assert await database.run(delete_authenticators_at, type(kept), STAGE) == 2
    assert await database.read(all_authenticators_of, mia) == [kept]
    assert await database.read(all_authenticators_of, tom) == []


async def test_those_of_a_stage_are_counted_whatever_their_state(
    database: Database, make: Make, mia: int, tom: int
) -> None:
    devices = [await database.run(make, user) for user in (mia, tom)]
    other = await database.run(make, mia, OTHER_STAGE)
    await database.run(disable_authenticator, type(other), devices[0].id, NOW)
    counts = {stage: await database.read(count_authenticators_at, type(other), stage) for stage in STAGES}
    assert counts == {STAGE: 2, OTHER_STAGE: 1, "stage-3": 0}
    for cls in set(DEVICE_CLASSES.values()) - {type(other)}:
        assert await database.read(count_authenticators_at, cls, STAGE) == 0


async def test_pages_are_of_one_class_and_of_one_user_or_all(
    database: Database, make: Make, mia: int, tom: int
) -> None:
    first, second = await database.run(make, mia), await database.run(make, mia, OTHER_STAGE)
    his = await database.run(make, tom)
    cls = type(first)
    assert await database.read(page_of_authenticators, cls, Wanted()) == (3, [first, second, his])
    assert await database.read(page_of_authenticators, cls, Wanted(limit=1, offset=1)) == (3, [second])
    assert await database.read(page_of_authenticators, cls, Wanted(order="-id"), user_id=mia) == (2, [second, first])
    assert await database.read(page_of_authenticators, cls, Wanted(), user_id=tom + 1) == (0, [])
    for other in set(DEVICE_CLASSES.values()) - {cls}:
        assert await database.read(page_of_authenticators, other, Wanted()) == (0, [])
    at_stage = Wanted(conditions=(Condition("stage_pk", "is", STAGE),))
    assert await database.read(page_of_authenticators, cls, at_stage) == (2, [first, his])


async def test_one_is_searched_by_its_name(database: Database, make: Make, mia: int, tom: int) -> None:
    device = await database.run(make, mia)
    await database.run(make, tom)
    named = await database.run(rename_authenticator, type(device), device.id, "Old phone", NOW)
    assert await database.read(page_of_authenticators, type(device), Wanted(terms=("PHONE",))) == (1, [named])
    assert await database.read(page_of_authenticators, type(device), Wanted(terms=("4917",))) == (0, [])


async def test_one_is_deleted_once(database: Database, make: Make, mia: int) -> None:
    device = await database.run(make, mia)
    assert await database.run(delete_authenticator, type(device), device.id)
    assert not await database.run(delete_authenticator, type(device), device.id)
    assert (await database.run(make, mia)).id > device.id
