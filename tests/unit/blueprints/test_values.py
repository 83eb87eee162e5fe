"""What YAML makes of a value, where that is not what it seems."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from watchword.blueprints.problems import BlueprintInvalid
from watchword.blueprints.reader import read


def value(text: str) -> object:
    return read(f"entries: []\ncontext:\n  value: {text}\n", "file.yaml").context["value"]


def wrong(text: str) -> str:
    with pytest.raises(BlueprintInvalid) as caught:
        value(text)
    (problem,) = caught.value.problems
    assert problem.place.line == 3
    return problem.message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain words", "plain words"),
        ("5", 5),
        ("-12", -12),
        ("1.5", 1.5),
        ("true", True),
        ("off", False),
        ("~", None),
        ("", None),
        ("'5'", "5"),
        ("!!str 5", "5"),
        ("[a, 1, [b]]", ["a", 1, ["b"]]),
        ("{a: {b: 1}}", {"a": {"b": 1}}),
        ("2026-03-01", "2026-03-01"),
        ("2026-03-01T12:00:00Z", "2026-03-01T12:00:00Z"),
        ("=", "="),
        ("<<", "<<"),
        ("Grüße an 東京 \U0001f600", "Grüße an 東京 \U0001f600"),
        ('"tab\\tand\\nline"', "tab\tand\nline"),
    ],
)
def test_values_are_what_they_seem(text: str, expected: object) -> None:
    found = value(text)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize("text", ["+15017122661", "0123", "0x1F", "1_000", "12:30", "0b11", "-0", "+0"])
def test_a_number_that_yaml_reads_as_another_must_be_quoted(text: str) -> None:
    """`+15017122661` would lose its plus, `12:30` would be 750."""
    assert wrong(text) == "Put this in quotes: YAML reads it as another number."
    assert value(f'"{text}"') == text


@pytest.mark.parametrize(
    "text", ["!!python/object/apply:os.system [ls]", "!!python/name:os.system ''", "!!python/none"]
)
def test_nothing_is_constructed_but_plain_values(text: str) -> None:
    assert wrong(text) == "Values of this type are not understood."


@pytest.mark.parametrize("text", ["!!binary aGVsbG8=", "!!set {a, b}", "!!omap [a: 1]", "!!pairs [a: 1]", "!!map text"])
def test_types_that_json_has_not_are_refused(text: str) -> None:
    assert wrong(text) in ("Values of this type are not understood.", "This value cannot be read.")


@pytest.mark.parametrize("text", ["!!int five", "!!float x", "!!bool maybe", "1" * 5000])
def test_a_value_that_cannot_be_read_is_refused(text: str) -> None:
    assert wrong(text) == "This value cannot be read."


def test_half_a_character_is_refused() -> None:
    assert wrong('"\\ud83d"') == "This is no valid text: half a character."


@pytest.mark.parametrize("text", ["!Unknown x", "!keyof x", "!FindObjects [a, [b, c]]", "!Indices 0"])
def test_an_unknown_tag_is_named(text: str) -> None:
    assert wrong(text).startswith(f"The tag {text.split()[0]} is unknown.")


def test_an_unknown_tag_is_named_with_those_that_there_are() -> None:
    assert wrong("!Loop [a, SEQ, b]") == (
        "The tag !Loop is unknown. There are "
        "!KeyOf, !Find, !FindObject, !Context, !Env, !File, !Format, !If, !Condition, "
        "!Enumerate, !Index, !Value, !AtIndex, !ParseJSON."
    )


def test_a_tag_takes_no_mapping() -> None:
    assert wrong("!Context {a: b}") == "The tag !Context takes a value or a list."


def merged(text: str) -> object:
    return read(f"entries: []\ncontext:\n{text}", "file.yaml").context


def test_mappings_merge_and_their_own_keys_win() -> None:
    text = "  one: &one {a: 1, b: 1}\n  two: &two {a: 2, c: 2}\n  all: {<<: [*one, *two], b: 3}\n"
    assert merged(text) == {"one": {"a": 1, "b": 1}, "two": {"a": 2, "c": 2}, "all": {"a": 1, "b": 3, "c": 2}}


def test_only_mappings_merge() -> None:
    with pytest.raises(BlueprintInvalid, match=r"file.yaml:4: << takes a mapping, or a list of them\."):
        merged("  one: &one [a]\n  all: {<<: *one}\n")


plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text("aä€😀 :#-'\"\\{}[]!&*\t\n", max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abcü", min_size=1), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text("abc", min_size=1), plain, max_size=4))
def test_what_yaml_writes_is_read_as_it_was(context: dict[str, object]) -> None:
    text = yaml.safe_dump({"entries": [], "context": context}, allow_unicode=True)
    assert read(text, "file.yaml").context == context


@pytest.mark.parametrize("text", ["0x" + "f" * 5000, "0b" + "1" * 30_000, "9" * 5000])
def test_a_number_without_end_is_no_value(text: str) -> None:
    assert wrong(text) == "This value cannot be read."
