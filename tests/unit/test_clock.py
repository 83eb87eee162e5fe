"""The time."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.clock import seconds_until, system_clock

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)


def test_the_system_clock_is_aware_and_in_utc() -> None:
    now = system_clock()
    assert now.tzinfo is UTC
    assert abs(now - datetime.now(UTC)) < timedelta(seconds=5)


@pytest.mark.parametrize(
    ("ahead", "seconds"),
    [(0, 0), (-1, 0), (-0.1, 0), (0.000001, 1), (0.999999, 1), (1, 1), (1.000001, 2), (300, 300), (86400.5, 86401)],
)
def test_a_countdown_is_rounded_up_and_never_negative(ahead: float, seconds: int) -> None:
    assert seconds_until(NOW + timedelta(seconds=ahead), NOW) == seconds


@given(st.timedeltas(timedelta(days=-1000), timedelta(days=1000)))
def test_after_the_countdown_the_moment_has_come_and_not_a_second_sooner(ahead: timedelta) -> None:
    moment = NOW + ahead
    wait = seconds_until(moment, NOW)
    assert NOW + timedelta(seconds=wait) >= moment
    assert wait == 0 or NOW + timedelta(seconds=wait - 1) < moment
