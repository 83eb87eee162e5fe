"""Moments and JSON: what goes in comes out, on both databases alike."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Dialect
from sqlalchemy.dialects import postgresql, sqlite

from watchword.storage.types import Json, Moment

DIALECTS: list[Dialect] = [sqlite.dialect(), postgresql.dialect()]  # type: ignore[no-untyped-call] # SQLAlchemy's
SUMMER = timezone(timedelta(hours=2))

plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
    max_leaves=10,
)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_moment_goes_in_as_utc(dialect: Dialect) -> None:
    bound = Moment().process_bind_param(datetime(2026, 7, 1, 14, 0, tzinfo=SUMMER), dialect)
    assert bound == datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
    assert bound is not None
    assert bound.utcoffset() == timedelta(0)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_naive_moment_is_refused(dialect: Dialect) -> None:
    with pytest.raises(ValueError, match="time zone"):
        Moment().process_bind_param(datetime(2026, 7, 1), dialect)  # noqa: DTZ001 - the test


@pytest.mark.parametrize("stored", [datetime(2026, 7, 1, 12), datetime(2026, 7, 1, 14, tzinfo=SUMMER)])  # noqa: DTZ001 - SQLite's
@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_moment_comes_out_as_aware_utc(stored: datetime, dialect: Dialect) -> None:
    read = Moment().process_result_value(stored, dialect)
    assert read == datetime(2026, 7, 1, 12, tzinfo=UTC)
    assert read.tzinfo is UTC


@pytest.mark.parametrize("dialect", DIALECTS)
def test_no_moment_is_no_moment(dialect: Dialect) -> None:
    assert Moment().process_bind_param(None, dialect) is None
    assert Moment().process_result_value(None, dialect) is None


@given(plain)
def test_json_comes_back_as_it_went_in(value: Any) -> None:
    dialect = DIALECTS[0]
    text = Json().process_bind_param(value, dialect)
    assert isinstance(text, str)
    assert "\x00" not in text  # PostgreSQL has no text with it
    assert Json().process_result_value(text, dialect) == value


def test_json_is_the_same_text_whatever_the_order_of_keys() -> None:
    one, other = ({"a": 1, "b": {"c": 2, "d": 3}}, {"b": {"d": 3, "c": 2}, "a": 1})
    assert Json().process_bind_param(one, DIALECTS[0]) == Json().process_bind_param(other, DIALECTS[1])
