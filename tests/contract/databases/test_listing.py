"""Pages of rows: what is found, in which order, and how much of it there is, is the same on both databases."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, literal, select

from tests.contract.databases.make import NOW, after, make_user
from watchword.storage.database import Database
from watchword.storage.json_holds import holds
from watchword.storage.listing import Condition, Op, Wanted, _holds
from watchword.storage.users import page_of_users, update_user

PEOPLE: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("ann", "Ann Ärzte", {"floor": 2, "tags": ["a", "b"]}),
    ("bob", "Bob 100% sure", {"floor": 3, "on": True}),
    ("cyd", "Cyd C_D", {"floor": 2, "desk": {"row": 1, "seat": "x"}}),
    ("dan", "Dan Back\\slash", {"on": 1}),
    ("eve", "Eve", {}),
)


@pytest.fixture
async def people(database: Database) -> Database:
    def make(conn: Connection) -> None:
        for number, (username, name, attributes) in enumerate(PEOPLE):
            login = None if username == "eve" else after(number)
            made = make_user(conn, username, name=name, attributes=attributes, path=f"p{number % 2}/{username}")
            update_user(conn, made.id, last_login=login)

    await database.run(make)
    return database


async def names(people: Database, **wanted: object) -> list[str]:
    count, found = await people.read(page_of_users, Wanted(**wanted))  # type: ignore[arg-type] # the test's own
    assert count == len(found)
    return [user.username for user in found]


def holding(column: str, op: Op, value: object) -> dict[str, object]:
    return {"conditions": (Condition(column, op, value),)}


@pytest.mark.parametrize(
    ("column", "op", "value", "expected"),
    [
        ("username", "is", "bob", ["bob"]),
        ("username", "is", "BOB", []),
        ("username", "in", ["eve", "ann", "zoe"], ["ann", "eve"]),
        ("username", "in", [], []),
        ("is_active", "is", False, []),
        ("last_login", "before", after(1), ["ann"]),
        ("last_login", "after", after(1), ["cyd", "dan"]),
        ("last_login", "is", NOW, ["ann"]),
        ("last_login", "null", True, ["eve"]),
        ("last_login", "null", False, ["ann", "bob", "cyd", "dan"]),
        ("path", "begins", "p1/", ["bob", "dan"]),
        ("path", "begins", "p_/", []),
        ("path", "begins", "%", []),
        ("path", "begins", "P1/", []),
        ("attributes", "holds", {"floor": 2}, ["ann", "cyd"]),
        ("attributes", "holds", {"desk": {"seat": "x"}}, ["cyd"]),
        ("attributes", "holds", {"tags": ["b"]}, ["ann"]),
        ("attributes", "holds", {"on": True}, ["bob"]),
        ("attributes", "holds", {"floor": "2"}, []),
        ("attributes", "holds", {}, ["ann", "bob", "cyd", "dan", "eve"]),
    ],
)
async def test_a_condition_finds_what_meets_it(
    people: Database, column: str, op: Op, value: object, expected: list[str]
) -> None:
    assert await names(people, **holding(column, op, value)) == expected


async def test_all_conditions_must_be_met(people: Database) -> None:
    floor, path = Condition("attributes", "holds", {"floor": 2}), Condition("path", "begins", "p0/")
    assert await names(people, conditions=(floor, path)) == ["ann", "cyd"]
    assert await names(people, conditions=(floor, path, Condition("username", "is", "cyd"))) == ["cyd"]


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        (["BOB"], ["bob"]),
        (["ärzte"], ["ann"]),
        (["ÄRZTE"], ["ann"]),
        (["100%"], ["bob"]),
        (["%"], ["bob"]),
        (["c_d"], ["cyd"]),
        (["_"], ["cyd"]),
        (["\\"], ["dan"]),
        (["a", "n"], ["ann", "dan"]),
        (["ann", "bob"], []),
        (["'"], []),
    ],
)
async def test_every_term_occurs_letter_by_letter(people: Database, terms: list[str], expected: list[str]) -> None:
    assert await names(people, terms=tuple(terms)) == expected


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("", ["ann", "bob", "cyd", "dan", "eve"]),
        ("-username", ["eve", "dan", "cyd", "bob", "ann"]),
        ("is_active", ["ann", "bob", "cyd", "dan", "eve"]),
        ("-is_active", ["ann", "bob", "cyd", "dan", "eve"]),
        ("path", ["ann", "cyd", "eve", "bob", "dan"]),
        ("last_login", ["eve", "ann", "bob", "cyd", "dan"]),
        ("-last_login", ["dan", "cyd", "bob", "ann", "eve"]),
    ],
)
async def test_rows_come_in_an_order_and_equal_ones_by_id(people: Database, order: str, expected: list[str]) -> None:
    assert await names(people, order=order) == expected


@pytest.mark.parametrize("order", ["", "-username", "is_active", "last_login", "-last_login"])
@pytest.mark.parametrize("limit", [1, 2, 5, 9])
async def test_pages_show_everybody_once(people: Database, order: str, limit: int) -> None:
    seen: list[str] = []
    for offset in range(0, 10, limit):
        count, found = await people.read(page_of_users, Wanted(order=order, limit=limit, offset=offset))
        assert (count, len(found)) == (5, max(0, min(limit, 5 - offset)))
        seen += [user.username for user in found]
    assert sorted(seen) == [username for username, _, _ in PEOPLE]
    assert seen == await names(people, order=order)


values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from([0.5, 1.0]) | st.text('ab%\\"é', max_size=2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab", max_size=1), inner, max_size=3),
    max_leaves=6,
)
objects = st.dictionaries(st.text("ab", max_size=1), values)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    found=st.dictionaries(st.text("ab", max_size=1), values), wanted=st.dictionaries(st.text("ab", max_size=1), values)
)
async def test_what_an_object_holds_is_what_postgresql_says(postgres: Database, found: object, wanted: object) -> None:
    """The function for SQLite is PostgreSQL's `@>` for whatever JSON there is."""

    def ask(conn: Connection) -> bool:
        return bool(conn.execute(select(_holds(conn, literal(json.dumps(found)), wanted))).scalar_one())  # type: ignore[arg-type] # any JSON

    assert await postgres.read(ask) is holds(found, wanted)
