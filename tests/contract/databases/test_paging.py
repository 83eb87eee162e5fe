"""A whole table, whatever its key, in batches; and changes in portions."""

from collections.abc import Sequence

import pytest
from sqlalchemy import Connection

from tests.contract.databases.make import make_user
from watchword.storage import paging as module
from watchword.storage.database import Database
from watchword.storage.groups import add_member, create_group
from watchword.storage.paging import batch_of, batches, count_rows, in_portions, key_of
from watchword.storage.tables import memberships, users
from watchword.storage.users import delete_user


def furnish(conn: Connection, count: int = 7) -> None:
    """Each user in two groups, so that keys of two columns have equal parts."""
    groups = [create_group(conn, name=name).pk for name in ("one", "two")]
    for number in range(count):
        user = make_user(conn, f"user {number}")
        for pk in groups:
            add_member(conn, pk, user.id)


@pytest.mark.parametrize("size", [1, 2, 3, 13, 14, 500])
async def test_every_row_comes_once(database: Database, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    await database.run(furnish)
    for table, count in ((users, 7), (memberships, 14)):
        monkeypatch.setattr(module, "batch_of", lambda conn, table, after: batch_of(conn, table, after, size))
        seen = [rows async for rows in batches(database, table)]
        assert [len(rows) for rows in seen[:-1]] == [size] * (len(seen) - 1)
        keys = [key_of(table, row) for rows in seen for row in rows]
        assert len(keys) == len(set(keys)) == count == await database.read(count_rows, table)


async def test_an_empty_table_has_no_batch(database: Database) -> None:
    assert [rows async for rows in batches(database, users)] == []


async def test_rows_may_go_and_come_between_two_batches(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "batch_of", lambda conn, table, after: batch_of(conn, table, after, 3))
    await database.run(furnish)
    seen = []
    async for rows in batches(database, users):
        seen += [row.username for row in rows]
        await database.run(delete_user, rows[-1].id)
    assert seen == [f"user {number}" for number in range(7)]


@pytest.mark.parametrize(("count", "sizes"), [(0, []), (1, [1]), (100, [100]), (250, [100, 100, 50])])
async def test_changes_are_made_a_few_at_a_time(database: Database, count: int, sizes: list[int]) -> None:
    portions: list[Sequence[int]] = []

    def work(_: Connection, keys: Sequence[int]) -> int:
        portions.append(keys)
        return len(keys)

    assert await in_portions(database, range(count), work) == count
    assert [len(portion) for portion in portions] == sizes
    assert [key for portion in portions for key in portion] == list(range(count))
