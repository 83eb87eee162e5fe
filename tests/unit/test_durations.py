"""Durations as authentik writes them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.durations import MAX_DURATION, UNITS, parse_duration


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("seconds=0", timedelta()),
        ("minutes=5", timedelta(minutes=5)),
        ("hours=1;minutes=30", timedelta(hours=1, minutes=30)),
        ("weeks=1;days=1;hours=1;minutes=1;seconds=1", timedelta(8, 3661)),
        ("milliseconds=5;microseconds=7", timedelta(microseconds=5007)),
        ("minutes=1.5", timedelta(seconds=90)),
        ("Minutes=1;SECONDS=2", timedelta(seconds=62)),
        (" minutes = 1 ; seconds = 2 ", timedelta(seconds=62)),
        ("minutes=1;", timedelta(minutes=1)),
        ("minutes=1;minutes=2", timedelta(minutes=2)),
        ("fortnights=1;days=1", timedelta(days=1)),
        ("fortnights=many;days=1", timedelta(days=1)),
        ("hours=1;minutes=-30", timedelta(minutes=30)),
        ("days=1e2", timedelta(days=100)),
    ],
)
def test_pairs_add_up(text: str, duration: timedelta) -> None:
    assert parse_duration(text) == duration


@pytest.mark.parametrize("text", ["", ";", " ; ", "fortnights=1", "=5"])
def test_no_known_unit_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="at least one of microseconds"):
        parse_duration(text)


@pytest.mark.parametrize("text", ["5", "minutes", "minutes=1;5", "minutes 5"])
def test_a_pair_without_an_equals_sign_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="is written like"):
        parse_duration(text)


@pytest.mark.parametrize("amount", ["", "x", "nan", "inf", "-inf", "1,5", "0x10", "=5", "1e999"])
def test_an_amount_is_a_plain_number(amount: str) -> None:
    with pytest.raises(ValueError, match="plain numbers"):
        parse_duration(f"minutes={amount}")


@pytest.mark.parametrize("text", ["seconds=-1", "weeks=1e300", "days=36526", "weeks=999999999999", "days=-1e300"])
def test_a_duration_is_neither_negative_nor_endless(text: str) -> None:
    with pytest.raises(ValueError, match="neither negative nor longer"):
        parse_duration(text)


def test_the_longest_duration_can_be_added_to_today() -> None:
    assert datetime.now(UTC) + parse_duration("days=36525") == pytest.approx(
        datetime.now(UTC) + MAX_DURATION, abs=timedelta(seconds=5)
    )


@given(st.text())
def test_any_other_text_is_a_value_error(text: str) -> None:
    try:
        duration = parse_duration(text)
    except ValueError:
        return
    assert timedelta() <= duration <= MAX_DURATION


@given(st.dictionaries(st.sampled_from(UNITS), st.floats(), min_size=1))
def test_any_numbers_give_a_bounded_duration_or_a_value_error(amounts: dict[str, float]) -> None:
    try:
        duration = parse_duration(";".join(f"{unit}={amount!r}" for unit, amount in amounts.items()))
    except ValueError:
        return
    assert timedelta() <= duration <= MAX_DURATION


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_whole_seconds_and_minutes_are_exact(minutes: int, seconds: int) -> None:
    assert parse_duration(f"minutes={minutes};seconds={seconds}") == timedelta(minutes=minutes, seconds=seconds)
