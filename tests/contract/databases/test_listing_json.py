"""What a JSON value holds: SQLite is given the very answer that PostgreSQL has an operator for."""

import json
from typing import Any

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchword.storage.database import Database
from watchword.storage.groups import Group, create_group
from watchword.storage.json_holds import holds, json_holds
from watchword.storage.listing import Condition, Wanted, page_of
from watchword.storage.tables import groups

STORED: dict[str, Any] = {
    "text": "Grüße % \"'\\",
    "number": 5,
    "part": 0.5,
    "yes": True,
    "none": None,
    "big": 2**63 + 5,
    "list": [1, "two", {"three": 3, "four": 4}, [5, 6]],
    "deep": {"deeper": {"deepest": "here", "beside": 1}},
    "empty": {},
    "nothing": [],
}


@pytest.mark.parametrize(
    ("value", "held"),
    [
        ({}, True),
        ({"text": "Grüße % \"'\\"}, True),
        ({"text": "Grüße"}, False),
        ({"text": "GRÜSSE % \"'\\"}, False),
        ({"text": None}, False),
        ({"number": 5, "yes": True}, True),
        ({"number": 5, "yes": False}, False),
        ({"number": 5.0}, True),
        ({"number": "5"}, False),
        ({"part": 0.5}, True),
        ({"big": 2**63 + 5}, True),
        ({"big": 2**63 + 6}, False),
        ({"yes": 1}, False),
        ({"none": None}, True),
        ({"none": False}, False),
        ({"missing": None}, False),
        ({"list": []}, True),
        ({"list": [1]}, True),
        ({"list": ["two", 1, 1]}, True),
        ({"list": [True]}, False),
        ({"list": [1, 2]}, False),
        ({"list": [{"three": 3}]}, True),
        ({"list": [{"three": 3}, {"four": 4}]}, True),
        ({"list": [{"three": 4}]}, False),
        ({"list": [[6]]}, True),
        ({"list": [5]}, False),
        ({"list": 1}, False),
        ({"list": {}}, False),
        ({"deep": {}}, True),
        ({"deep": {"deeper": {"deepest": "here"}}}, True),
        ({"deep": {"deepest": "here"}}, False),
        ({"deeper": {}}, False),
        ({"empty": {}}, True),
        ({"empty": []}, False),
        ({"nothing": []}, True),
        ({"nothing": {}}, False),
    ],
)
async def test_an_object_holds_what_another_has(database: Database, value: dict[str, Any], held: bool) -> None:
    group = await database.run(create_group, name="stored", attributes=STORED)
    await database.run(create_group, name="other", attributes={"unlike": [value]})
    wanted = Wanted(conditions=(Condition("attributes", "holds", value), Condition("name", "is", "stored")))
    assert await database.read(page_of, groups, Group, wanted) == ((1, [group]) if held else (0, []))


async def test_only_what_holds_it_is_listed(database: Database) -> None:
    for number in range(4):
        await database.run(create_group, name=f"group {number}", attributes={"floor": [number, 2], "wing": "west"})
    wanted = Wanted(conditions=(Condition("attributes", "holds", {"floor": [2, 3]}),), order="name")
    count, rows = await database.read(page_of, groups, Group, wanted)
    assert (count, [row.name for row in rows]) == (1, ["group 3"])
    both = Wanted(conditions=(Condition("attributes", "holds", {"wing": "west"}),), order="-name", limit=2)
    count, rows = await database.read(page_of, groups, Group, both)
    assert (count, [row.name for row in rows]) == (4, ["group 3", "group 2"])


keys = st.sampled_from(["a", "b"])
leaves = st.sampled_from([None, True, False, 0, 1, 1.0, 0.5, "", "1", "a"])
values = st.recursive(leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner), max_leaves=6)

PAIRWISE = """
    SELECT a::jsonb @> b::jsonb FROM unnest(%s::text[], %s::text[]) WITH ORDINALITY AS pair (a, b, number)
    ORDER BY number
"""


@settings(max_examples=100)
@given(st.lists(st.dictionaries(keys, values), min_size=20, max_size=20))
def test_it_says_what_postgresql_says(migrated_postgres: str, objects: list[dict[str, Any]]) -> None:
    """Every object against every other one, for two that are drawn apart seldom hold each other."""
    every = [(found, wanted) for found in objects for wanted in objects]
    with psycopg.connect(migrated_postgres) as conn:
        columns = [[json.dumps(pair[side]) for pair in every] for side in (0, 1)]
        told = conn.execute(PAIRWISE, columns).fetchall()
    assert [holds(found, wanted) for found, wanted in every] == [row[0] for row in told]


def test_a_value_that_is_null_holds_nothing() -> None:
    assert json_holds(None, "{}") is False
    assert json_holds('{"a":[1]}', '{"a":[]}') is True
