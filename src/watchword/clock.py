"""The time, injected: everything that asks for it takes a `Clock`, so that tests can move it."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Answers the present moment as an aware datetime in UTC."""


def system_clock() -> datetime:
    return datetime.now(UTC)


def seconds_until(moment: datetime, now: datetime) -> int:
    """Whole seconds from `now` to `moment`, rounded up, never negative: what a countdown shows."""
    return max(0, -int(-(moment - now).total_seconds() // 1))
