"""Groups in pages, and who stands right below or above whom."""

from typing import NamedTuple

import pytest
from sqlalchemy import Connection

from tests.contract.databases.make import make_user
from watchword.storage.database import Database
from watchword.storage.groups import (
    Group,
    add_member,
    children_of,
    create_group,
    direct_groups_of,
    get_group,
    granting_superusers,
    groups_of,
    is_below,
    page_of_groups,
    update_group,
)
from watchword.storage.listing import Condition, Wanted


class Tree(NamedTuple):
    """Each group's pk is its name; what stands in the middle stands below what is on top."""

    mia: int
    tom: int


def make_tree(conn: Connection) -> Tree:
    mia, tom = make_user(conn, "mia"), make_user(conn, "tom")
    for name, parent in (("top", None), ("middle", "top"), ("below", "middle"), ("another", "top"), ("apart", None)):
        create_group(conn, name=name, pk=name, parent_pk=parent, is_superuser=name == "apart")
    for pk, user in (("middle", mia), ("below", mia), ("below", tom), ("apart", tom)):
        add_member(conn, pk, user.id)
    return Tree(mia.id, tom.id)


@pytest.fixture
async def tree(database: Database) -> Tree:
    return await database.run(make_tree)


def names(groups: list[Group]) -> list[str]:
    return [group.name for group in groups]


async def test_children_stand_right_below_by_name(database: Database, tree: Tree) -> None:
    assert names(await database.read(children_of, "top")) == ["another", "middle"]
    [below] = await database.read(children_of, "middle")
    assert below == await database.read(get_group, "below")
    for childless in ("below", "apart", "nothing"):
        assert await database.read(children_of, childless) == []


async def test_direct_groups_are_those_one_is_a_member_of_by_name(database: Database, tree: Tree) -> None:
    assert names(await database.read(direct_groups_of, tree.mia)) == ["below", "middle"]
    assert names(await database.read(direct_groups_of, tree.tom)) == ["apart", "below"]
    assert "top" in names(await database.read(groups_of, tree.mia))
    assert await database.read(direct_groups_of, tree.tom + 1) == []


@pytest.mark.parametrize(
    ("pk", "above", "below"),
    [
        ("top", "top", True),
        ("middle", "top", True),
        ("below", "top", True),
        ("below", "middle", True),
        ("top", "below", False),
        ("middle", "another", False),
        ("another", "middle", False),
        ("apart", "top", False),
        ("top", "nothing", False),
        ("nothing", "top", False),
        ("nothing", "nothing", False),
    ],
)
async def test_a_group_is_below_itself_and_all_that_stand_above(
    database: Database, tree: Tree, pk: str, above: str, below: bool
) -> None:
    assert await database.read(is_below, pk, above) is below


async def test_groups_in_a_circle_are_below_each_other_and_below_no_other(database: Database, tree: Tree) -> None:
    await database.run(update_group, "top", parent_pk="below")
    assert await database.read(is_below, "top", "middle")
    assert await database.read(is_below, "middle", "below")
    assert not await database.read(is_below, "top", "apart")
    assert not await database.read(is_below, "top", "another")


async def test_a_page_shows_groups_as_they_are(database: Database, tree: Tree) -> None:
    count, found = await database.read(page_of_groups, Wanted(order="name", limit=2, offset=1))
    assert (count, names(found)) == (5, ["apart", "below"])
    assert found == [await database.read(get_group, pk) for pk in ("apart", "below")]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(terms=("DD",)), ["middle"]),
        (Wanted(terms=("o",), order="name"), ["another", "below", "top"]),
        (Wanted(conditions=(Condition("is_superuser", "is", True),)), ["apart"]),
        (Wanted(conditions=(Condition("parent_pk", "null", True),), order="-name"), ["top", "apart"]),
        (Wanted(conditions=(Condition("parent_pk", "is", "top"),), order="name"), ["another", "middle"]),
    ],
)
async def test_a_page_of_those_that_are_asked_for(
    database: Database, tree: Tree, wanted: Wanted, found: list[str]
) -> None:
    count, groups = await database.read(page_of_groups, wanted)
    assert (count, names(groups)) == (len(found), found)


async def test_a_page_of_groups_with_one_of_these_as_a_direct_member(database: Database, tree: Tree) -> None:
    async def with_members(*ids: int) -> tuple[int, list[str]]:
        count, found = await database.read(page_of_groups, Wanted(order="name"), with_members=ids)
        return count, names(found)

    assert await with_members(tree.mia) == (2, ["below", "middle"])
    assert await with_members(tree.mia, tree.tom) == (3, ["apart", "below", "middle"])
    assert await with_members() == (0, [])
    assert await with_members(tree.tom + 1) == (0, [])
    narrow = Wanted(terms=("mid",))
    assert (await database.read(page_of_groups, narrow, with_members=[tree.mia]))[0] == 1
    assert (await database.read(page_of_groups, narrow, with_members=[tree.tom]))[0] == 0


async def test_groups_whose_members_are_superusers(database: Database) -> None:
    """Also those below one that is for them, however deep, and in a circle."""
    await database.run(create_group, pk="admins", name="admins", is_superuser=True)
    await database.run(create_group, pk="below", name="below", parent_pk="admins")
    await database.run(create_group, pk="deeper", name="deeper", parent_pk="below")
    await database.run(create_group, pk="guests", name="guests")
    assert await database.read(granting_superusers) == {"admins", "below", "deeper"}
    await database.run(update_group, "admins", parent_pk="deeper")
    assert await database.read(granting_superusers) == {"admins", "below", "deeper"}
    await database.run(update_group, "admins", is_superuser=False)
    assert await database.read(granting_superusers) == set()
