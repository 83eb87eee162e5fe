"""What comes in from forms and JSON is text, or it is nothing."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.flows.text_input import read_flag, read_text


@pytest.mark.parametrize(
    ("value", "text"), [(" a b ", "a b"), ("", ""), (42, "42"), (-1, "-1"), (0, "0"), ("x" * 9, "x" * 9)]
)
def test_text_loses_its_outer_blanks_and_integers_are_text(value: Any, text: str) -> None:
    assert read_text(value, limit=9) == text


@pytest.mark.parametrize("value", [None, True, 1.5, [], {}, ["a"], "x" * 10, "a\x00b"])
def test_anything_else_is_nothing(value: Any) -> None:
    assert read_text(value, limit=9) is None


@given(st.one_of(st.text(), st.integers(), st.floats(), st.booleans(), st.none(), st.binary()), st.integers(0, 50))
def test_no_value_breaks_it_and_none_is_over_the_limit(value: Any, limit: int) -> None:
    text = read_text(value, limit=limit)
    assert text is None or len(text) <= limit


@pytest.mark.parametrize("value", [True, "true", "on", "1", "YES"])
def test_a_flag_that_is_set(value: Any) -> None:
    assert read_flag(value) is True


@pytest.mark.parametrize("value", [False, None, "", "0", "off", "no", 1, [True], {"a": True}])
def test_a_flag_that_is_not(value: Any) -> None:
    assert read_flag(value) is False
