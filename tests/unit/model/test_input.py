"""What comes in from outside: what each field makes of it, and the words for what it cannot take."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import msgspec
import pytest

from tests.unit.model.refused import said
from watchword.model.fields import described
from watchword.model.input import BLANK, MAX_DEPTH, NULL, read_fields, unstorable

UUID = "0b9e8a4c-1d2f-4a3b-8c5d-6e7f8091a2b3"
OTHER = "ffffffff-ffff-ffff-ffff-ffffffffffff"
MOMENT = "Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z]."
DEEP = f"Ensure that objects are nested no more than {MAX_DEPTH} deep."
NUL = "Null characters are not allowed."


class Sample(msgspec.Struct, kw_only=True):
    text: str = ""
    filled: Annotated[str, described("Filled", min_length=3, max_length=5)] = "abc"
    region: Annotated[str, described("Region", pattern="^[A-Z]{2}$", mismatch="Two letters.")] = "DE"
    digits: Annotated[str, described("Digits", pattern="^[0-9]*$")] = ""
    typed: Annotated[str, described("Typed", min_length=1, verbatim=True)] = "a"
    note: str | None = None
    count: Annotated[int, described("Count", ge=1, le=9)] = 1
    below: Annotated[int, described("Below", lt=9)] = 1
    whole: int | None = None
    share: Annotated[float, described("Share", ge=0)] = 1.0
    on: bool = False
    kind: Literal["a", "b"] = "a"
    one: Annotated[str, described("One", ref="flow")] | None = None
    group: Annotated[str, described("Group", row="group")] | None = None
    many: Annotated[list[str], described("Many", ref="stage")] = []
    kinds: Annotated[list[Literal["a", "b"]], described("Kinds", max_length=2)] = []
    data: dict[str, Any] = {}
    until: datetime | None = None


def nested(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = {"a": value}
    return value


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("text", None, NULL),
        ("text", 1, "Not a valid string."),
        ("text", True, "Not a valid string."),
        ("text", [], "Not a valid string."),
        ("text", "a\x00", NUL),
        ("filled", "", BLANK),
        ("filled", " \n\t ", BLANK),
        ("filled", "ab ", "Ensure this field has at least 3 characters."),
        ("filled", "abcdef", "Ensure this field has no more than 5 characters."),
        ("typed", "", BLANK),
        ("region", "de", "Two letters."),
        ("digits", "1a", "This value does not match the required pattern."),
        ("count", "1", "A valid integer is required."),
        ("count", True, "A valid integer is required."),
        ("count", 1.5, "A valid integer is required."),
        ("count", float("inf"), "A valid integer is required."),
        ("count", None, NULL),
        ("count", [], "A valid integer is required."),
        ("count", "", "A valid integer is required."),
        ("whole", "", "A valid integer is required."),
        ("count", 0, "Ensure this value is greater than or equal to 1."),
        ("count", 10, "Ensure this value is less than or equal to 9."),
        ("below", 9, "Ensure this value is less than or equal to 8."),
        ("whole", 2**63, "A valid integer is required."),
        ("whole", -(2**63) - 1, "A valid integer is required."),
        ("whole", 1e30, "A valid integer is required."),
        ("share", "1", "A valid number is required."),
        ("share", False, "A valid number is required."),
        ("share", float("inf"), "A valid number is required."),
        ("share", float("nan"), "A valid number is required."),
        ("share", -0.5, "Ensure this value is greater than or equal to 0."),
        ("on", 1, "Must be a valid boolean."),
        ("on", "true", "Must be a valid boolean."),
        ("kind", "c", '"c" is not a valid choice.'),
        ("kind", "A", '"A" is not a valid choice.'),
        ("kind", ["a"], '"list" is not a valid choice.'),
        ("kind", "x" * 200, f'"{"x" * 100}" is not a valid choice.'),
        ("one", "no", "“no” is not a valid UUID."),
        ("one", UUID.replace("-", ""), f"“{UUID.replace('-', '')}” is not a valid UUID."),
        ("one", "x" * 200, f"“{'x' * 100}” is not a valid UUID."),
        ("one", 7, "Not a valid string."),
        ("group", "staff", "“staff” is not a valid UUID."),
        ("many", "a", 'Expected a list of items but got type "str".'),
        ("many", {}, 'Expected a list of items but got type "dict".'),
        ("many", None, NULL),
        ("kinds", ["a", "b", "a"], "Ensure this field has no more than 2 elements."),
        ("data", [], "Value must be a dictionary."),
        ("data", "{}", "Value must be a dictionary."),
        ("data", {"a": "\x00"}, NUL),
        ("until", "tomorrow", MOMENT),
        ("until", 1700000000, MOMENT),
        ("until", "0001-01-01T00:00:00+14:00", MOMENT),
        ("until", "2026-02-30T00:00:00Z", MOMENT),
    ],
)
def test_what_a_field_cannot_take_is_said_in_words(field: str, value: Any, message: str) -> None:
    assert said(Sample, {field: value}) == {field: [message]}


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("text", "  a b \n", "a b"),
        ("text", "   ", ""),
        ("filled", " abcde ", "abcde"),
        ("typed", " a ", " a "),
        ("typed", " ", " "),
        ("note", None, None),
        ("note", "", ""),
        ("count", 3.0, 3),
        ("count", 9, 9),
        ("below", 8, 8),
        ("whole", None, None),
        ("whole", 2**63 - 1, 2**63 - 1),
        ("whole", -(2**63), -(2**63)),
        ("share", 2, 2.0),
        ("on", True, True),
        ("kind", "b", "b"),
        ("one", f" {UUID.upper()} ", UUID),
        ("one", "", None),
        ("one", None, None),
        ("group", "", None),
        ("many", [], []),
        ("many", [OTHER, UUID.upper(), OTHER], [OTHER, UUID, OTHER]),
        ("kinds", ["b", "a"], ["b", "a"]),
        ("data", {"a": [" ", None, 1.5]}, {"a": [" ", None, 1.5]}),
        ("until", None, None),
        ("until", "2026-01-02T03:04", datetime(2026, 1, 2, 3, 4, tzinfo=UTC)),
        ("until", "2026-01-02T03:04:05.000006Z", datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC)),
        ("until", "2026-01-02T03:04:05+02:00", datetime(2026, 1, 2, 1, 4, 5, tzinfo=UTC)),
    ],
)
def test_what_a_field_can_take_is_read_as_its_type(field: str, value: Any, expected: Any) -> None:
    found = read_fields(Sample, {field: value})[field]
    assert (found, type(found)) == (expected, type(expected))


def test_a_moment_is_told_in_utc() -> None:
    assert read_fields(Sample, {"until": "2026-01-02T03:04:05+02:00"})["until"].tzinfo is UTC


@pytest.mark.parametrize("fits", [None, "text", True, 2**63 - 1, -(2**63), 1e300, [], {"": [{}]}, nested(MAX_DEPTH)])
def test_what_the_databases_can_hold_has_no_problem(fits: Any) -> None:
    assert unstorable(fits) is None


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("\x00", NUL),
        ({"\x00": 1}, NUL),
        ([1, {"a": ["b\x00"]}], NUL),
        (2**63, "This number is too large."),
        ({"a": [-(2**63) - 1]}, "This number is too large."),
        (nested(MAX_DEPTH + 1), DEEP),
        ([nested(MAX_DEPTH)], DEEP),
    ],
)
def test_what_the_databases_cannot_hold_is_said(value: Any, problem: str) -> None:
    assert unstorable(value) == problem
    assert said(Sample, {"data": {"here": value}}) == {"data": [problem]}
