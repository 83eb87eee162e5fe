"""Users in pages: by group and by whether they may administer; and when one was changed."""

import pytest
from sqlalchemy import Connection

from tests.contract.databases.make import NOW, after, make_user
from watchword.storage.database import Database
from watchword.storage.groups import add_member, create_group, is_superuser, update_group
from watchword.storage.listing import Condition, Wanted
from watchword.storage.users import User, get_user, page_of_users, paths_of_users, update_user


def make_people(conn: Connection) -> dict[str, int]:
    """The admins' group has one below it, and stands below one that makes nobody a superuser."""
    people = {
        "root": make_user(conn, "root", name="Ruth Root"),
        "deputy": make_user(conn, "deputy", path="users/deputies", is_active=False),
        "boss": make_user(conn, "boss", email="Boss@Example.org"),
        "mia": make_user(conn, "mia", type="external", path="guests"),
    }
    create_group(conn, pk="above", name="above")
    create_group(conn, pk="admins", name="admins", is_superuser=True, parent_pk="above")
    create_group(conn, pk="below", name="below", parent_pk="admins")
    for pk, name in (("admins", "root"), ("above", "root"), ("below", "deputy"), ("below", "root"), ("above", "boss")):
        add_member(conn, pk, people[name].id)
    return {name: user.id for name, user in people.items()}


@pytest.fixture
async def ids(database: Database) -> dict[str, int]:
    return await database.run(make_people)


def names(page: tuple[int, list[User]]) -> list[str]:
    count, found = page
    assert count == len(found)
    return [user.username for user in found]


async def test_a_page_shows_users_as_they_are(database: Database, ids: dict[str, int]) -> None:
    count, found = await database.read(page_of_users, Wanted(order="username", limit=2, offset=1))
    assert (count, found) == (4, [await database.read(get_user, ids[name]) for name in ("deputy", "mia")])


async def test_superusers_are_those_the_groups_say(database: Database, ids: dict[str, int]) -> None:
    """By any group above, once each, active or not."""
    assert names(await database.read(page_of_users, Wanted(), superusers=True)) == ["root", "deputy"]
    assert names(await database.read(page_of_users, Wanted(), superusers=False)) == ["boss", "mia"]
    for pk in ids.values():
        everywhere = await database.read(page_of_users, Wanted(), superusers=True)
        assert await database.read(is_superuser, pk) is (pk in [user.id for user in everywhere[1]])
    active = Wanted(conditions=(Condition("is_active", "is", True),))
    assert names(await database.read(page_of_users, active, superusers=True)) == ["root"]


async def test_without_a_group_for_superusers_nobody_is_one(database: Database, ids: dict[str, int]) -> None:
    await database.run(update_group, "admins", is_superuser=False)
    assert names(await database.read(page_of_users, Wanted(), superusers=True)) == []
    assert names(await database.read(page_of_users, Wanted(), superusers=False)) == list(ids)


async def test_groups_in_a_circle_do_not_hang_the_page(database: Database, ids: dict[str, int]) -> None:
    await database.run(update_group, "above", parent_pk="below")
    assert names(await database.read(page_of_users, Wanted(), superusers=True)) == ["root", "deputy", "boss"]


async def test_a_page_of_direct_members_has_each_once(database: Database, ids: dict[str, int]) -> None:
    async def members(*pks: str) -> list[str]:
        return names(await database.read(page_of_users, Wanted(), in_groups=pks))

    assert await members("above") == ["root", "boss"]
    assert await members("above", "admins", "below") == ["root", "deputy", "boss"]
    assert await members("nothing") == []
    assert await members() == []
    both = await database.read(page_of_users, Wanted(), in_groups=["above"], superusers=False)
    assert names(both) == ["boss"]


@pytest.mark.parametrize(
    ("term", "found"),
    [
        ("UTH", ["root"]),
        ("mia", ["mia"]),
        ("boss@example", ["boss"]),
        ("guests", ["mia"]),
        ("users/dep", ["deputy"]),
        ("external", []),
    ],
)
async def test_they_are_searched_by_what_names_them(
    database: Database, ids: dict[str, int], term: str, found: list[str]
) -> None:
    assert names(await database.read(page_of_users, Wanted(terms=(term,)))) == found


async def test_one_is_found_by_the_uuid(database: Database, ids: dict[str, int]) -> None:
    mia = await database.read(get_user, ids["mia"])
    assert mia
    assert names(await database.read(page_of_users, Wanted(terms=(mia.uuid.upper(),)))) == ["mia"]


async def test_each_path_is_named_once_in_order(database: Database, ids: dict[str, int]) -> None:
    assert await database.read(paths_of_users) == ["guests", "users", "users/deputies"]


async def test_without_users_there_is_no_path(database: Database) -> None:
    assert await database.read(paths_of_users) == []


async def test_a_user_is_as_new_as_the_change_that_says_so(database: Database) -> None:
    mia, tom = await database.run(make_user, "mia"), await database.run(make_user, "tom")
    assert mia.last_updated == NOW
    signed_in = await database.run(update_user, mia.id, last_login=after(5))
    assert signed_in.last_updated == NOW
    changed = await database.run(update_user, mia.id, name="Mia", last_updated=after(9))
    assert (changed.last_updated, changed.date_joined) == (after(9), NOW)
    newer = Wanted(conditions=(Condition("last_updated", "after", NOW),))
    assert await database.read(page_of_users, newer) == (1, [changed])
    assert await database.read(get_user, tom.id) == tom
