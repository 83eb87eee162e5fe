"""What leaves the sandbox is plain, and what is told of it is harmless."""

import json
from datetime import UTC, date, datetime

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from watchword.expressions.plain import plain, scrubbed


def test_values_become_json_values() -> None:
    assert plain({"a": (1, {2}), 3: None, "d": date(2026, 1, 2)}) == {"a": [1, [2]], "3": None, "d": "2026-01-02"}
    assert plain(datetime(2026, 1, 2, tzinfo=UTC)) == "2026-01-02T00:00:00+00:00"
    assert plain("a\x00b") == "ab"
    assert plain(object()) is None


def test_endless_nesting_ends() -> None:
    deep: list[object] = []
    deep.append(deep)
    assert plain(deep)


def test_numbers_and_codes_are_hidden_however_they_are_grouped() -> None:
    for number in ("+4915123456713", "0151 2345 6713", "(0151) 23456713", "151-2345-6713", "042917"):
        assert scrubbed(f"KeyError: {number}", []) == "KeyError: ***"
    assert scrubbed("line 12 of 3", []) == "line 12 of 3"


def test_given_values_are_hidden_longest_first() -> None:
    assert scrubbed("hello Ada Lovelace, Ada", ["Ada", "Ada Lovelace", "x"]) == "hello ***, ***"


@given(st.text(alphabet="0123456789", min_size=5, max_size=15), st.text(alphabet="ab: '", max_size=10))
def test_no_run_of_digits_survives(digits: str, around: str) -> None:
    assert digits not in scrubbed(f"{around}{digits}{around}", [])


def test_what_json_cannot_say_becomes_none() -> None:
    assert plain([10**5000, float("nan"), float("inf"), 1 + 1j, b"x", {10**5000: 1, True: 2}]) == [
        *(None,) * 5,
        {"None": 1, "True": 2},
    ]
    assert json.loads(msgspec.json.encode(plain(10**4000))) == 10**4000
