"""Users in lists: searched, narrowed, in pages and in batches; and what a list says of each."""

from typing import Any

import pytest
from sqlalchemy import Connection

from tests.contract.databases.make import NOW, STAGE, make_device, make_hashed, make_user
from watchword.storage.authenticators import disable_authenticator, record_failure
from watchword.storage.database import Database
from watchword.storage.devices import SMSDevice
from watchword.storage.groups import add_member, create_group, group_names_of, member_counts
from watchword.storage.static_devices import StaticDevice, replace_static_device
from watchword.storage.user_lists import (
    Sought,
    count_users,
    every_user,
    list_users,
    superusers_among,
    usernames_of,
    users_after,
)
from watchword.storage.users import User, update_user


def make_people(conn: Connection) -> dict[str, int]:
    """Root may administer, and has recovery codes that an administrator disabled; Mia's phone works, Tom's was never
    confirmed, Eve's is locked and its number not kept.
    """
    people = {
        "root": make_user(conn, "root", name="Ruth Root"),
        "mia": make_user(conn, "mia", email="Mia@Example.org"),
        "tom": make_user(conn, "Tom", name="Tom Müller"),
        "eve": make_user(conn, "eve"),
        "ann": make_user(conn, "ann", is_active=False),
    }
    ids = {name: user.id for name, user in people.items()}
    create_group(conn, pk="admins", name="admins", is_superuser=True)
    create_group(conn, pk="below", name="below", parent_pk="admins")
    create_group(conn, pk="guests", name="guests")
    for pk, name in (("below", "root"), ("guests", "root"), ("guests", "tom")):
        add_member(conn, pk, ids[name])
    make_device(conn, ids["mia"], "+491")
    make_device(conn, ids["mia"], "+492", stage_pk="stage-2")
    make_device(conn, ids["tom"], "+493", confirmed=False)
    locked = make_hashed(conn, ids["eve"], "+494")
    record_failure(conn, SMSDevice, locked.id, disable_at=1, now=NOW)
    codes = replace_static_device(conn, user_id=ids["root"], stage_pk=STAGE, token_hashes=["a" * 64], now=NOW)
    disable_authenticator(conn, StaticDevice, codes.id, NOW)
    return ids


@pytest.fixture
async def ids(database: Database) -> dict[str, int]:
    return await database.run(make_people)


async def found(database: Database, **asked: Any) -> list[str]:
    sought = Sought(**asked)
    users = await database.read(list_users, sought)
    assert await database.read(count_users, sought) == len(users)
    one_by_one = await batches(database, sought)
    assert sorted(user.id for user in one_by_one) == sorted(user.id for user in users)
    return [user.username for user in users]


async def batches(database: Database, sought: Sought) -> list[User]:
    """All of them, one at a time."""
    read: list[User] = []
    while batch := await database.read(users_after, sought, read[-1].id if read else 0, limit=1):
        read += batch
    return read


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({}, ["ann", "eve", "mia", "root", "Tom"]),
        ({"active": True}, ["eve", "mia", "root", "Tom"]),
        ({"active": False}, ["ann"]),
        ({"superuser": True}, ["root"]),
        ({"superuser": False, "active": True}, ["eve", "mia", "Tom"]),
        ({"confirmed_phone": True}, ["eve", "mia"]),
        ({"confirmed_phone": False}, ["ann", "root", "Tom"]),
        ({"locked": True}, ["eve", "root"]),
        ({"locked": True, "confirmed_phone": True}, ["eve"]),
        ({"locked": False}, ["ann", "mia", "Tom"]),
        ({"group": "guests"}, ["root", "Tom"]),
        ({"group": "guests", "search": "mül"}, ["Tom"]),
        ({"group": "nothing"}, []),
        ({"group": "admins"}, []),
        ({"search": "MIA@EX"}, ["mia"]),
        ({"search": "ruth r"}, ["root"]),
        ({"search": "TOM"}, ["Tom"]),
        ({"search": "users"}, []),
        ({"search": "%"}, []),
        ({"search": "_"}, []),
        ({"search": "\x7f😀"}, []),
    ],
)
async def test_a_list_shows_whom_it_is_asked_for(
    database: Database, ids: dict[str, int], asked: dict[str, Any], names: list[str]
) -> None:
    assert await found(database, **asked) == names


async def test_a_page_begins_where_it_is_told_to(database: Database, ids: dict[str, int]) -> None:
    page = await database.read(list_users, limit=2, offset=1)
    assert [user.username for user in page] == ["eve", "mia"]
    assert page[0] == next(user for user in await batches(database, Sought()) if user.username == "eve")
    assert await database.read(list_users, limit=2, offset=5) == []


async def test_nobody_is_read_twice_or_left_out_while_others_come_and_change(
    database: Database, ids: dict[str, int]
) -> None:
    first = await database.read(users_after, Sought(), 0, limit=2)
    await database.run(make_user, "aaron")
    await database.run(update_user, first[0].id, username="zoe")
    rest = await database.read(users_after, Sought(), first[-1].id, limit=100)
    assert [user.id for user in first + rest] == sorted([*ids.values(), rest[-1].id])
    assert rest[-1].username == "aaron"


async def test_superusers_are_told_from_others(database: Database, ids: dict[str, int]) -> None:
    assert await database.read(superusers_among, list(ids.values())) == {ids["root"]}
    assert await database.read(superusers_among, [ids["mia"], 999]) == set()
    assert await database.read(superusers_among, []) == set()


async def test_names_are_found_by_ids(database: Database, ids: dict[str, int]) -> None:
    named = [ids["tom"], None, ids["mia"], ids["tom"], 999]
    assert await database.read(usernames_of, named) == {ids["tom"]: "Tom", ids["mia"]: "mia"}
    assert await database.read(usernames_of, [None]) == {}


async def test_groups_are_counted_and_named(database: Database, ids: dict[str, int]) -> None:
    assert await database.read(member_counts, ["admins", "below", "guests"]) == {"below": 1, "guests": 2}
    assert await database.read(member_counts, []) == {}
    everybody = await database.read(group_names_of, list(ids.values()))
    assert everybody == {ids["root"]: ["below", "guests"], ids["tom"]: ["guests"]}


async def test_every_user_is_every_user(database: Database) -> None:
    ids = await database.run(make_people)
    found = await database.read(every_user)
    assert [user.username for user in found] == ["ann", "eve", "mia", "root", "Tom"]
    assert {user.id for user in found} == set(ids.values())
    assert found == await database.read(list_users, limit=10)
