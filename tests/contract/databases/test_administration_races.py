"""What must hold when several administrators change people at the same time."""

import asyncio
from collections import Counter

import pytest
from sqlalchemy import Connection

from tests.contract.databases.make import NOW, make_user
from watchword.administration import groups, users
from watchword.administration.author import Author
from watchword.administration.superusers import make_administrator
from watchword.errors import FieldsInvalid
from watchword.storage.database import Database
from watchword.storage.groups import Group, create_group, get_group
from watchword.storage.users import User, get_user


async def outcomes(*works: object) -> Counter[str]:
    ends = await asyncio.gather(*works, return_exceptions=True)  # type: ignore[call-overload] # coroutines
    return Counter(
        "refused" if isinstance(end, FieldsInvalid) else "done" if end is None else repr(end) for end in ends
    )


def administrator(conn: Connection, name: str) -> User:
    made = make_user(conn, name)
    make_administrator(conn, made)
    return made


def dismiss(conn: Connection, whom: User, by: User) -> None:
    users.change(conn, whom, {"is_active": False}, by=Author(by), now=NOW)


@pytest.mark.parametrize("turn", range(5))
async def test_administrators_who_dismiss_each_other_leave_one(database: Database, turn: int) -> None:
    people = [await database.run(administrator, f"{name}-{turn}") for name in "abcdef"]
    works = [database.run(dismiss, whom, people[place - 1]) for place, whom in enumerate(people)]
    assert await outcomes(*works) == {"done": len(people) - 1, "refused": 1}
    left = [one.username for person in people if (one := await database.read(get_user, person.id)) and one.is_active]
    assert len(left) == 1


def put_below(conn: Connection, group: Group, parent: Group, by: User) -> None:
    groups.change(conn, group, {"parents": [parent.pk]}, by=Author(by), now=NOW)


async def test_groups_that_are_put_below_each_other_make_no_ring(database: Database) -> None:
    ada = await database.run(administrator, "ada")
    ring = [await database.run(create_group, name=str(number)) for number in range(5)]
    works = [database.run(put_below, group, ring[place - 1], ada) for place, group in enumerate(ring)]
    assert await outcomes(*works) == {"done": 4, "refused": 1}
    tops = [one for group in ring if (one := await database.read(get_group, group.pk)) and one.parent_pk is None]
    assert len(tops) == 1
