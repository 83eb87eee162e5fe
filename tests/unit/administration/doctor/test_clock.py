"""The doctor on the clock: held against those of gateways, of the database, and against what was written before."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.administration.doctor.patients import NOW, Known, after, codes, memory, not_checked, patient, stage
from watchword.administration.doctor.asking import Answered
from watchword.administration.doctor.checks.clock import STEP, TOLERATED, _beyond, check, in_time, judged
from watchword.gateways.check import Check
from watchword.storage.database import open_database
from watchword.storage.events import write_event


def answered(ahead: float | None, took: float = 0.5) -> Answered:
    """By a gateway whose clock is so many seconds ahead of ours; its answer names whole seconds."""
    theirs = None if ahead is None else (NOW + timedelta(seconds=ahead)).replace(microsecond=0)
    return Answered((stage(),), Check((), their_time=theirs), NOW, after(seconds=took))


async def found(*answers: Answered) -> list[str]:
    return codes(await check(patient(asked=Known(*answers))))


async def test_a_clock_that_agrees_is_right() -> None:
    [told] = await check(patient(asked=Known(answered(0))))
    assert (told.code, "“sms”" in told.sentence) == ("clock_right", True)


@pytest.mark.parametrize(
    ("ahead", "code"),
    [
        (4, "clock_right"),
        (-4, "clock_right"),
        (10, "clock_off"),
        (-10, "clock_off"),
        (40, "clock_wrong"),
        (-40, "clock_wrong"),
        (-86_400, "clock_wrong"),
    ],
)
async def test_seconds_are_a_warning_and_half_a_minute_is_wrong(ahead: float, code: str) -> None:
    assert await found(answered(ahead)) == [code]


async def test_which_way_it_is_off_is_told() -> None:
    for ahead, way in ((600, "behind the gateway of “sms”"), (-600, "ahead of the gateway of “sms”")):
        [told] = await check(patient(asked=Known(answered(ahead))))
        assert way in told.sentence
        assert "minutes" in told.sentence


async def test_a_slow_answer_proves_nothing_that_it_does_not() -> None:
    """It was made at some moment within the question."""
    assert await found(answered(9, took=9.5)) == ["clock_right"]
    assert await found(answered(0, took=9.5)) == ["clock_right"]
    assert await found(answered(60, took=9.5)) == ["clock_wrong"]


async def test_a_gateway_that_names_no_time_is_no_clock() -> None:
    assert "no other clock" in await not_checked(check, patient(asked=Known(answered(None))))
    assert "no other clock" in await not_checked(check, patient())


async def test_each_clock_that_differs_is_told() -> None:
    assert await found(answered(40), answered(0), answered(-8)) == ["clock_wrong", "clock_off"]


async def test_events_that_have_not_happened_yet_tell_of_a_step() -> None:
    database = await memory()
    for at, code in ((after(seconds=20), None), (after(hours=3), "clock_stepped_back")):
        await database.run(write_event, action="login", now=at)
        if code is None:
            await not_checked(check, patient(database=database))
            continue
        [told] = await check(patient(database=database))
        assert (told.code, "3 hours" in told.sentence) == (code, True)
    await database.close()


async def test_a_database_without_tables_is_no_clock() -> None:
    database = open_database("sqlite://")
    await not_checked(check, patient(database=database))
    await database.close()


def drifts(seconds: float) -> list[str]:
    return [one.code for one in judged(timedelta(seconds=seconds), "another")]


@given(st.floats(min_value=-1e6, max_value=1e6))
def test_the_further_off_the_worse(seconds: float) -> None:
    span = timedelta(seconds=abs(seconds))
    expected: list[Any] = [] if span <= TOLERATED else ["clock_wrong"] if span > STEP else ["clock_off"]
    assert drifts(seconds) == expected


@given(st.integers(-1000, 1000), st.integers(0, 30))
def test_what_lies_within_a_question_is_no_drift(ahead: int, took: int) -> None:
    """Our clock is `ahead` of theirs; they looked at some moment between."""
    earliest, latest = timedelta(seconds=ahead), timedelta(seconds=ahead + took)
    drift = _beyond(earliest, latest)
    assert abs(drift) <= max(abs(earliest), abs(latest))
    assert (drift == timedelta(0)) == (ahead <= 0 <= ahead + took)


def test_spans_are_told_in_units_of_their_size() -> None:
    assert [in_time(timedelta(seconds=n)) for n in (7, 119, 120, 7199, 7200, 90_000)] == [
        "7 seconds", "119 seconds", "2 minutes", "119 minutes", "2 hours", "25 hours",
    ]  # fmt: skip
