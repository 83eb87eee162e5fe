"""Durations as authentik writes them: "hours=1;minutes=30"."""

import math
from datetime import timedelta

UNITS = ("microseconds", "milliseconds", "seconds", "minutes", "hours", "days", "weeks")
MAX_DURATION = timedelta(days=36525)
"""A century: long enough for "never", short enough to be added to any date of our time."""


def parse_duration(text: str) -> timedelta:
    """Reads `unit=number` pairs with semicolons between them; units in any case, numbers with fractions.

    As authentik does, pairs of another unit are skipped, and of two pairs of one unit the latter counts. Raises
    ValueError, with a sentence, where no pair is left, a number is none, or the whole is negative or over a century.
    """
    amounts: dict[str, float] = {}
    for pair in filter(str.strip, text.split(";")):
        unit, equals, number = pair.partition("=")
        if not equals:
            raise ValueError('A duration is written like "hours=1;minutes=30".')
        if (unit := unit.strip().lower()) in UNITS:
            amounts[unit] = _amount(number)
    if not amounts:
        raise ValueError(f"A duration needs at least one of {', '.join(UNITS)}.")
    return _bounded(amounts)


def _amount(number: str) -> float:
    try:
        amount = float(number)
    except ValueError:
        amount = math.nan
    if not math.isfinite(amount):
        raise ValueError("A duration's amounts must be plain numbers.")
    return amount


def _bounded(amounts: dict[str, float]) -> timedelta:
    try:
        duration = timedelta(**amounts)
    except OverflowError:
        duration = timedelta.max
    if not timedelta() <= duration <= MAX_DURATION:
        raise ValueError("A duration is neither negative nor longer than a century.")
    return duration
