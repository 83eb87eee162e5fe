"""What came of asking a gateway, besides its answer."""

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.gateways.answers import checked
from watchword.gateways.check import Check, Finding, time_in
from watchword.gateways.exchange import Answer

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def test_an_answer_says_when_it_was_made() -> None:
    assert time_in({"date": "Sun, 01 Mar 2026 12:00:00 GMT"}) == NOON


def test_a_time_without_a_zone_is_utc() -> None:
    assert time_in({"date": "Sun, 01 Mar 2026 12:00:00 -0000"}) == NOON


@given(
    st.datetimes(datetime(1970, 1, 2), datetime(9000, 1, 1)),  # noqa: DTZ001 - the zone comes with the next one
    st.integers(-12 * 60, 14 * 60),
)
def test_any_moment_is_read_to_the_second(moment: datetime, minutes: int) -> None:
    aware = moment.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=minutes)))
    assert time_in({"date": format_datetime(aware)}) == aware


@pytest.mark.parametrize("text", ["", "yesterday", "Sun, 99 Mar 2026 12:00:00 GMT", "1772366400", "\x00", "Sun, "])
def test_what_is_no_time_is_none(text: str) -> None:
    assert time_in({"date": text}) is None
    assert time_in({}) is None


@given(st.text())
def test_whatever_it_says_nothing_breaks(text: str) -> None:
    found = time_in({"date": text})
    assert found is None or found.tzinfo is not None


def test_what_comes_along_with_an_answer_is_kept() -> None:
    answer = Answer(200, {"date": "Sun, 01 Mar 2026 12:00:00 GMT"}, b"", NOON + timedelta(days=9))
    found = checked(answer, (Finding("ok", "Fine."),))
    assert (found.their_time, found.certificate_ends, found.failed) == (NOON, NOON + timedelta(days=9), None)
    assert found.ok


def test_without_an_answer_nothing_came_along() -> None:
    assert Check((Finding("error", "No."),), "network").their_time is None
