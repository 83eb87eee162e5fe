"""The tags that make a value of other values."""

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.blueprints.merge import merge
from watchword.blueprints.problems import BlueprintInvalid, Place
from watchword.blueprints.tag import Given, Scope, Tag, resolve
from watchword.blueprints.tags import TAGS

SCOPE = Scope(Given(env={"NAME": "value"}), {})


def tag(name: str, *arguments: Any) -> Tag:
    return TAGS[name](Place("file.yaml", 7), list(arguments))


def wrong(value: Tag) -> str:
    with pytest.raises(BlueprintInvalid) as caught:
        resolve(value, SCOPE)
    (problem,) = caught.value.problems
    assert problem.place == ("file.yaml", 7)
    return problem.message


def test_the_list_of_tags_names_each_as_itself() -> None:
    assert {name: kind.name for name, kind in TAGS.items()} == {name: name for name in TAGS}


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["plain"], "plain"),
        (["%s and %s", "a", 5], "a and 5"),
        (["100 %%"], "100 %"),
        (["%03d|%.2f|%r", 7, 1.5, "x"], "007|1.50|'x'"),
        (["%s", tag("!Env", "NAME")], "value"),
        (["%s", None], "None"),
    ],
)
def test_format(arguments: list[Any], expected: str) -> None:
    assert resolve(tag("!Format", *arguments), SCOPE) == expected


@pytest.mark.parametrize(
    "arguments",
    [
        ["%999999999s", "x"],
        ["%*s", 999999999, "x"],
        ["%.999999999f", 1.0],
        ["%(a)s", "x"],
        ["100%"],
        ["%y"],
        [5],
        [None],
    ],
)
def test_format_refuses_what_would_fill_the_memory_and_what_it_does_not_know(arguments: list[Any]) -> None:
    assert (
        wrong(tag("!Format", *arguments)) == "!Format takes a text with %s for each value, and %% for a percent sign."
    )


@pytest.mark.parametrize("arguments", [["%s"], ["%s", 1, 2], ["plain", 1], ["%d", "secret"]])
def test_format_refuses_values_that_do_not_fit_and_repeats_none(arguments: list[Any]) -> None:
    assert wrong(tag("!Format", *arguments)) == "!Format does not fit its values."


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([True, "a", "b"], "a"),
        ([False, "a", "b"], "b"),
        ([0, "a"], None),
        (["text"], True),
        ([[]], False),
        ([tag("!Env", "GONE")], False),
        ([True, [tag("!Env", "NAME")], "b"], ["value"]),
    ],
)
def test_if(arguments: list[Any], expected: object) -> None:
    assert resolve(tag("!If", *arguments), SCOPE) == expected


def test_if_looks_only_at_the_branch_it_takes() -> None:
    broken = tag("!KeyOf", "gone")
    assert resolve(tag("!If", True, "a", broken), SCOPE) == "a"
    assert resolve(tag("!If", False, broken, "b"), SCOPE) == "b"
    assert wrong(tag("!If", True, broken, "b")) == '!KeyOf "gone" names no earlier entry.'


@pytest.mark.parametrize("count", [0, 4])
def test_if_counts_its_values(count: int) -> None:
    assert wrong(tag("!If", *["x"] * count)) == f"!If takes 1 to 3 values, not {count}."


ODD = {"XOR": True, "XNOR": False}
"""What an odd number of values that hold comes to."""


@pytest.mark.parametrize("mode", ["AND", "NAND", "OR", "NOR", "XOR", "XNOR"])
@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_condition(mode: str, count: int) -> None:
    for values in itertools.product([True, False], repeat=count):
        expected = {
            "AND": all(values),
            "NAND": not all(values),
            "OR": any(values),
            "NOR": not any(values),
        }.get(mode)
        if expected is None:
            expected = ODD[mode] if sum(values) % 2 else not ODD[mode]
        assert resolve(tag("!Condition", mode, *values), SCOPE) is expected
        assert resolve(tag("!Condition", mode.lower(), *["x" if value else "" for value in values]), SCOPE) is expected


@pytest.mark.parametrize("mode", ["MAYBE", 5, None, ["AND"]])
def test_condition_knows_six_words(mode: object) -> None:
    assert wrong(tag("!Condition", mode, True)) == "!Condition begins with one of AND, NAND, OR, NOR, XOR, XNOR."


def test_condition_needs_a_value() -> None:
    assert wrong(tag("!Condition", "AND")) == "!Condition takes 2 or more values, not 1."


@pytest.mark.parametrize(("text", "expected"), [('{"a": [1, null]}', {"a": [1, None]}), ("5", 5), ('"x"', "x")])
def test_parse_json(text: str, expected: object) -> None:
    assert resolve(tag("!ParseJSON", text), SCOPE) == expected


@pytest.mark.parametrize("text", ["", "{", "nan", "{'a': 1}", tag("!Env", "NAME"), 5, None, "[" * 100_000])
def test_parse_json_refuses_what_is_none_and_repeats_nothing(text: object) -> None:
    assert wrong(tag("!ParseJSON", text)) == "!ParseJSON takes a text that is JSON."


scalars = st.none() | st.integers() | st.text(max_size=3)
contexts = st.recursive(
    st.dictionaries(st.sampled_from("abc"), scalars | st.lists(scalars, max_size=2), max_size=3),
    lambda inner: st.dictionaries(st.sampled_from("abc"), scalars | inner, max_size=3),
    max_leaves=8,
)


@given(contexts, contexts)
def test_merging_keeps_both_sides(base: dict[str, Any], over: dict[str, Any]) -> None:
    merged = merge(base, over)
    assert merged.keys() == base.keys() | over.keys()
    for key, value in merged.items():
        if key not in over:
            assert value == base[key]
        elif key not in base:
            assert value == over[key]


@given(contexts)
def test_merging_with_nothing_changes_nothing(context: dict[str, Any]) -> None:
    assert merge(context, {}) == context
    assert merge({}, context) == context


def test_mappings_merge_lists_append_and_anything_else_replaces() -> None:
    base = {"map": {"a": 1, "b": {"c": 1}}, "list": [1], "text": "old", "mixed": [1]}
    over = {"map": {"b": {"d": 2}}, "list": [2], "text": "new", "mixed": {"a": 1}}
    kept = {"map": {"a": 1, "b": {"c": 1}}, "list": [1], "text": "old", "mixed": [1]}
    assert merge(base, over) == {
        "map": {"a": 1, "b": {"c": 1, "d": 2}},
        "list": [1, 2],
        "text": "new",
        "mixed": {"a": 1},
    }
    assert base == kept, "merging must not change what is merged"
