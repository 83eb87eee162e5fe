"""The tags that go through lists and mappings, and the one that takes an item out."""

from typing import Any

import pytest

from watchword.blueprints.problems import BlueprintInvalid
from watchword.blueprints.reader import read
from watchword.blueprints.tag import Given, Scope, resolve

CONTEXT = """\
  list: [foo, bar]
  map: {key1: value, key2: 2}
  people: [{name: mia, tags: [a, b]}, {name: leo, tags: []}]
  nothing: []
"""


def resolved(text: str) -> Any:
    blueprint = read(f"entries: []\ncontext:\n  value: {text}\n{CONTEXT}", "file.yaml")
    return resolve(blueprint.context["value"], Scope(Given(), blueprint.context))


def wrong(text: str) -> str:
    with pytest.raises(BlueprintInvalid) as caught:
        resolved(text)
    (problem,) = caught.value.problems
    assert problem.place.line == 3
    return problem.message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("!Enumerate [!Context list, SEQ, !Value 0]", ["foo", "bar"]),
        ("!Enumerate [!Context list, seq, !Index 0]", [0, 1]),
        ("!Enumerate [[a, b], SEQ, {at: !Index 0, is: [!Value 0]}]", [{"at": 0, "is": ["a"]}, {"at": 1, "is": ["b"]}]),
        ("!Enumerate [abc, SEQ, !Format ['%s%s', !Value 0, !Index 0]]", ["a0", "b1", "c2"]),
        ("!Enumerate [!Context map, SEQ, !Format ['%s=%s', !Index 0, !Value 0]]", ["key1=value", "key2=2"]),
        ("!Enumerate [!Context map, MAP, [!Format ['x-%s', !Index 0], !Value 0]]", {"x-key1": "value", "x-key2": 2}),
        ("!Enumerate [!Context list, MAP, [!Index 0, !Value 0]]", {"0": "foo", "1": "bar"}),
        ("!Enumerate [!Context list, MAP, {same: !Value 0}]", {"same": "bar"}),
        ("!Enumerate [!Context list, MAP, {all: [!Value 0], inner: {last: !Value 0}}]", "MERGED"),
        ("!Enumerate [!Context nothing, SEQ, !Value 0]", []),
        ("!Enumerate [!Context nothing, MAP, !KeyOf never-asked]", {}),
        ("!Enumerate [!Context list, !Format [S%s, EQ], fixed]", ["fixed", "fixed"]),
        ("!Enumerate [[1, 2], SEQ, !Enumerate [[a, b], SEQ, [!Value 1, !Value 0]]]", "GRID"),
        ("!Enumerate [!Context people, SEQ, !Enumerate [!AtIndex [!Value 1, tags], SEQ, !Value 0]]", [["a", "b"], []]),
        ("!Enumerate [!Enumerate [abc, SEQ, !Value 0], SEQ, !Index 0]", [0, 1, 2]),
        ("!Enumerate [!Context list, SEQ, !If [!Index 0, !Value 0, first]]", ["first", "bar"]),
    ],
)
def test_enumerate(text: str, expected: object) -> None:
    longer = {
        "MERGED": {"all": ["foo", "bar"], "inner": {"last": "bar"}},
        "GRID": [[[1, "a"], [1, "b"]], [[2, "a"], [2, "b"]]],
    }
    assert resolved(text) == (longer.get(expected, expected) if isinstance(expected, str) else expected)


def test_three_loops_in_each_other_know_all_of_each() -> None:
    """Within the first value of a loop, 0 is that loop itself: what stands around it is 1 and more."""
    inner = "!Enumerate [!Value 2, SEQ, !Format ['<%s>', !Value 0]]"
    middle = f"!Enumerate [!Context map, MAP, [!Index 0, [{inner}, {{outer: !Index 1, own: !Value 0}}]]]"
    assert resolved(f"!Enumerate [!Context list, MAP, [!Index 0, {middle}]]") == {
        "0": {
            "key1": [["<f>", "<o>", "<o>"], {"outer": 0, "own": "value"}],
            "key2": [["<f>", "<o>", "<o>"], {"outer": 0, "own": 2}],
        },
        "1": {
            "key1": [["<b>", "<a>", "<r>"], {"outer": 1, "own": "value"}],
            "key2": [["<b>", "<a>", "<r>"], {"outer": 1, "own": 2}],
        },
    }


def test_going_through_a_mapping_changes_nothing_of_it() -> None:
    text = "!Enumerate [!Context people, MAP, !Value 0]"
    blueprint = read(f"entries: []\ncontext:\n  value: {text}\n{CONTEXT}", "file.yaml")
    scope = Scope(Given(), blueprint.context)
    assert resolve(blueprint.context["value"], scope) == {"name": "leo", "tags": ["a", "b"]}
    assert blueprint.context["people"][0] == {"name": "mia", "tags": ["a", "b"]}
    assert resolve(blueprint.context["value"], scope) == {"name": "leo", "tags": ["a", "b"]}


THROUGH = "!Enumerate goes through a list, a mapping or a text: that is its first value."
MADE = "!Enumerate makes a MAP of mappings, or of lists of a key and a value: that is its third value."
EARLY = "is asked before the first item: for the loop around this one, add 1 to the number."


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("!Enumerate [!Context list, SEQ]", "!Enumerate takes 3 values, not 2."),
        ("!Enumerate list", "!Enumerate takes 3 values, not 1."),
        ("!Enumerate [!Context list, TREE, 1]", "!Enumerate makes a SEQ or a MAP: that is its second value."),
        ("!Enumerate [!Context list, [SEQ], 1]", "!Enumerate makes a SEQ or a MAP: that is its second value."),
        ("!Enumerate [5, SEQ, 1]", THROUGH),
        ("!Enumerate [!Context gone, SEQ, 1]", THROUGH),
        ("!Enumerate [!Context list, MAP, !Value 0]", MADE),
        ("!Enumerate [!Context list, MAP, [a, b, c]]", MADE),
        ("!Enumerate [!Context list, MAP, [null, b]]", MADE),
        ("!Enumerate [!Context list, MAP, [true, b]]", MADE),
        ("!Enumerate [!Context list, MAP, [[a], b]]", MADE),
        ("!Value 0", "!Value stands within an !Enumerate."),
        ("!Index 0", "!Index stands within an !Enumerate."),
        ("!Enumerate [!Value 0, SEQ, 1]", f"!Value {EARLY}"),
        ("!Enumerate [[!Index 0], SEQ, 1]", f"!Index {EARLY}"),
        ("!Enumerate [!Context list, SEQ, !Value 1]", "!Value stands within 1 !Enumerate, counted from 0."),
        ("!Enumerate [!Context list, SEQ, !Value first]", "!Value takes a number: 0 for the innermost !Enumerate."),
        ("!Enumerate [!Context list, SEQ, !Index -1]", "!Index takes a number: 0 for the innermost !Enumerate."),
        ("!Enumerate [!Context list, SEQ, !Index [true]]", "!Index takes a number: 0 for the innermost !Enumerate."),
        ("!Enumerate [!Context list, SEQ, !Index []]", "!Index takes 1 value, not 0."),
        (
            "!Enumerate [!Context list, SEQ, !Value 99999999999]",
            "!Value takes a number: 0 for the innermost !Enumerate.",
        ),
    ],
)
def test_a_loop_that_is_wrong_says_so(text: str, problem: str) -> None:
    assert wrong(text) == problem


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("!AtIndex [!Context list, 0]", "foo"),
        ("!AtIndex [!Context list, -1]", "bar"),
        ("!AtIndex [!Context list, 2, none]", "none"),
        ("!AtIndex [!Context list, -3, none]", "none"),
        ("!AtIndex [!Context map, key2]", 2),
        ("!AtIndex [!Context map, gone, [a]]", ["a"]),
        ("!AtIndex [!Context map, gone, null]", None),
        ("!AtIndex [{1: one}, 1]", "one"),
        ("!AtIndex [null, key, none]", "none"),
        ("!AtIndex [!AtIndex [!Context people, 1], name]", "leo"),
        ("!AtIndex [!Context people, !AtIndex [[1, 0], 0]]", {"name": "leo", "tags": []}),
        ("!AtIndex [{a: null}, a, other]", None),
    ],
)
def test_at_index(text: str, expected: object) -> None:
    assert resolved(text) == expected


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("!AtIndex [!Context list]", "!AtIndex takes 2 to 3 values, not 1."),
        ("!AtIndex [!Context list, 2]", "!AtIndex finds no such item, and has no default."),
        ("!AtIndex [!Context map, gone]", "!AtIndex finds no such item, and has no default."),
        ("!AtIndex [null, key]", "!AtIndex finds no such item, and has no default."),
        ("!AtIndex [!Context list, first, none]", "!AtIndex takes a number for a list, counted from 0."),
        ("!AtIndex [!Context list, true]", "!AtIndex takes a number for a list, counted from 0."),
        ("!AtIndex [!Context map, [key1], none]", "!AtIndex takes a text for a mapping."),
        ("!AtIndex [text, 0]", "!AtIndex looks into a list or a mapping: that is its first value."),
    ],
)
def test_at_index_says_what_is_wrong(text: str, problem: str) -> None:
    assert wrong(text) == problem


def test_the_default_is_looked_at_only_where_it_is_needed() -> None:
    assert resolved("!AtIndex [!Context list, 0, !KeyOf gone]") == "foo"
    assert wrong("!AtIndex [!Context list, 5, !KeyOf gone]") == '!KeyOf "gone" names no earlier entry.'
