"""Groups: members, ancestors, superusers."""

import pytest
from sqlalchemy import Connection

from tests.contract.databases.make import make_user
from watchword.errors import NameTaken, NotFound
from watchword.storage.database import Database
from watchword.storage.groups import (
    Group,
    add_member,
    create_group,
    delete_group,
    find_group,
    get_group,
    groups_of,
    is_superuser,
    list_groups,
    members_of,
    remove_member,
    update_group,
)
from watchword.storage.memberships import memberships_of_all


async def test_a_group_comes_back_as_created(database: Database) -> None:
    top = await database.run(create_group, name="top", pk="pk-of-top")
    assert top == Group(pk="pk-of-top", name="top", is_superuser=False, parent_pk=None, attributes={})
    group = await database.run(
        create_group, name="staff", is_superuser=True, parent_pk=top.pk, attributes={"floor": [2]}
    )
    assert await database.read(get_group, group.pk) == group
    assert await database.read(find_group, name="staff") == group
    assert (group.is_superuser, group.parent_pk, group.attributes) == (True, "pk-of-top", {"floor": [2]})
    assert await database.read(list_groups) == [group, top]
    assert await database.read(find_group, name="STAFF") is None


async def test_a_group_can_be_changed(database: Database) -> None:
    top, group = await database.run(create_group, name="top"), await database.run(create_group, name="staff")
    changed = await database.run(update_group, group.pk, name="crew", parent_pk=top.pk, attributes={"a": 1})
    assert changed == Group(pk=group.pk, name="crew", parent_pk=top.pk, attributes={"a": 1})
    assert await database.run(update_group, group.pk) == changed
    assert (await database.run(update_group, group.pk, parent_pk=None)).parent_pk is None
    with pytest.raises(TypeError):
        await database.run(update_group, group.pk, pk="other")
    with pytest.raises(NotFound):
        await database.run(update_group, "nothing", name="x")


async def test_names_are_taken_once_and_parents_must_exist(database: Database) -> None:
    await database.run(create_group, name="staff")
    with pytest.raises(NameTaken):
        await database.run(create_group, name="staff")
    other = await database.run(create_group, name="other")
    with pytest.raises(NameTaken):
        await database.run(update_group, other.pk, name="staff")
    with pytest.raises(NotFound):
        await database.run(create_group, name="new", parent_pk="nothing")
    with pytest.raises(NotFound):
        await database.run(update_group, other.pk, parent_pk="nothing")


async def test_members_come_and_go(database: Database) -> None:
    mia, tom = await database.run(make_user, "mia"), await database.run(make_user, "tom")
    group = await database.run(create_group, name="staff")
    for user in (tom, mia, mia):
        await database.run(add_member, group.pk, user.id)
    assert await database.read(members_of, group.pk) == [mia, tom]
    assert await database.run(remove_member, group.pk, mia.id)
    assert not await database.run(remove_member, group.pk, mia.id)
    assert await database.read(members_of, group.pk) == [tom]
    assert await database.read(groups_of, mia.id) == []


async def test_membership_needs_both(database: Database) -> None:
    mia, group = await database.run(make_user), await database.run(create_group, name="staff")
    with pytest.raises(NotFound):
        await database.run(add_member, group.pk, mia.id + 1)
    with pytest.raises(NotFound):
        await database.run(add_member, "nothing", mia.id)


async def test_groups_of_names_all_above_and_none_below_or_beside(database: Database) -> None:
    def unit(conn: Connection) -> list[str]:
        mia = make_user(conn)
        top = create_group(conn, name="1 top")
        middle = create_group(conn, name="2 middle", parent_pk=top.pk)
        own = create_group(conn, name="3 own", parent_pk=middle.pk)
        create_group(conn, name="4 below", parent_pk=own.pk)
        create_group(conn, name="5 beside", parent_pk=top.pk)
        add_member(conn, own.pk, mia.id)
        add_member(conn, top.pk, mia.id)
        return [group.name for group in groups_of(conn, mia.id)]

    assert await database.run(unit) == ["1 top", "2 middle", "3 own"]


async def test_a_superuser_is_one_by_any_group_above(database: Database) -> None:
    mia, tom, eve = [await database.run(make_user, name) for name in ("mia", "tom", "eve")]
    top = await database.run(create_group, name="admins", is_superuser=True)
    below = await database.run(create_group, name="below", parent_pk=top.pk)
    plain = await database.run(create_group, name="plain")
    above = await database.run(create_group, name="above")
    await database.run(update_group, top.pk, parent_pk=above.pk)
    for group, user in ((top, mia), (below, tom), (plain, eve), (above, eve)):
        await database.run(add_member, group.pk, user.id)
    assert [await database.read(is_superuser, user.id) for user in (mia, tom, eve)] == [True, True, False]
    assert not await database.read(is_superuser, 12345)
    await database.run(update_group, below.pk, parent_pk=None)
    assert not await database.read(is_superuser, tom.id)


async def test_groups_in_a_circle_do_not_hang_the_search(database: Database) -> None:
    def unit(conn: Connection) -> tuple[list[str], bool]:
        mia = make_user(conn)
        one = create_group(conn, name="one")
        two = create_group(conn, name="two", parent_pk=one.pk)
        update_group(conn, one.pk, parent_pk=two.pk)
        add_member(conn, two.pk, mia.id)
        return [group.name for group in groups_of(conn, mia.id)], is_superuser(conn, mia.id)

    assert await database.run(unit) == (["one", "two"], False)


async def test_deleting_a_group_leaves_its_children_and_members(database: Database) -> None:
    def unit(conn: Connection) -> None:
        mia = make_user(conn)
        top = create_group(conn, name="top", is_superuser=True)
        child = create_group(conn, name="child", parent_pk=top.pk)
        add_member(conn, child.pk, mia.id)
        add_member(conn, top.pk, mia.id)
        assert delete_group(conn, top.pk)
        assert not delete_group(conn, top.pk)
        assert groups_of(conn, mia.id) == [Group(pk=child.pk, name="child")]
        assert not is_superuser(conn, mia.id)

    await database.run(unit)


async def test_everybodys_memberships_are_told_at_once(database: Database) -> None:
    """The groups he is in directly, by their names, and nobody who is in none."""
    mia, tom, _ = [await database.run(make_user, name) for name in ("mia", "tom", "eve")]
    staff, guests = [await database.run(create_group, name=name) for name in ("staff", "guests")]
    below = await database.run(create_group, name="a below", parent_pk=staff.pk)
    for group, user in ((staff, mia), (guests, mia), (below, tom)):
        await database.run(add_member, group.pk, user.id)
    assert await database.read(memberships_of_all) == {mia.id: [guests.pk, staff.pk], tom.id: [below.pk]}
