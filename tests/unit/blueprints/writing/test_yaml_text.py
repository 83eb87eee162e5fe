"""The text of a blueprint: what is written is read again, whatever it is."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchword.blueprints.reader import read
from watchword.blueprints.tag import Given as Outside
from watchword.blueprints.tag import Scope, Tag, resolve
from watchword.blueprints.writing.yaml_text import Tagged, blueprint_text, variables_in

text = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30)


def written(value: Any) -> str:
    return blueprint_text(metadata={"name": "x"}, entries=[{"model": "m", "identifiers": {"a": value}}])


def read_again(value: Any) -> Any:
    return read(written(value), "x").entries[0].identifiers["a"]


@settings(max_examples=150, deadline=None)
@given(st.one_of(text, st.integers(-(2**63), 2**63 - 1), st.booleans(), st.none(), st.lists(text, max_size=3)))
def test_a_value_is_read_as_it_was(value: Any) -> None:
    assert read_again(value) == value


@settings(max_examples=150, deadline=None)
@given(text)
def test_whatever_stands_behind_a_tag_is_read_as_it_was(value: str) -> None:
    found = read_again(Tagged("!KeyOf", value))
    assert isinstance(found, Tag)
    assert (found.name, found.arguments) == ("!KeyOf", [value])
    inside = read_again(Tagged("!Find", ["a.b", ["name", Tagged("!Env", value)]]))
    assert [inside.arguments[1][1].name, inside.arguments[1][1].arguments] == ["!Env", [value]]


@pytest.mark.parametrize(
    ("value", "line"),
    [
        (Tagged("!KeyOf", "flow-sign-in"), "!KeyOf flow-sign-in"),
        (Tagged("!KeyOf", "flow: sign"), "!KeyOf 'flow: sign'"),
        (Tagged("!KeyOf", ""), "!KeyOf ''"),
        (Tagged("!Find", ["a.b", ["slug", "x"]]), "!Find [a.b, [slug, x]]"),
        (Tagged("!Find", ["a.b", ["slug", "x, y"]]), "!Find [a.b, [slug, 'x, y']]"),
        ("no", "'no'"),
        ("plain", "plain"),
    ],
)
def test_quotes_stand_only_where_yaml_needs_them(value: Any, line: str) -> None:
    assert f"    a: {line}\n" in written(value)


def test_entries_have_a_blank_line_between_them_and_comments_come_first() -> None:
    told = blueprint_text(metadata={"name": "x"}, entries=[{"model": "a"}, {"model": "b"}], comments=["One:", ""])
    assert told == "# One:\n#\nversion: 1\nmetadata:\n  name: x\nentries:\n- model: a\n\n- model: b\n"


def test_nothing_refers_to_what_stood_before() -> None:
    twice = ["a", "b"]
    assert "&" not in blueprint_text(metadata={"name": "x"}, entries=[{"a": twice}, {"b": twice}])


def test_the_variables_are_found_however_deep_they_stand() -> None:
    value = [{"attrs": {"a": Tagged("!Env", "ONE"), "b": [Tagged("!Find", ["m", ["n", Tagged("!Env", "TWO")]])]}}]
    assert list(variables_in([*value, Tagged("!KeyOf", "THREE"), "!Env FOUR"])) == ["ONE", "TWO"]


def test_a_tag_that_was_written_is_resolved() -> None:
    assert resolve(read_again(Tagged("!Env", "A_B")), Scope(Outside(env={"A_B": "c"}), {})) == "c"
