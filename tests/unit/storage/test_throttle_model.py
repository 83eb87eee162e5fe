"""The throttle against a naive model, over all the histories that hypothesis thinks of."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine

from watchword.storage.migrate import upgrade
from watchword.storage.sqlite import sqlite_engine
from watchword.storage.throttles import Limit, count, give_back, reset, take, wait_for
from watchword.storage.urls import read_url

START = datetime(2026, 3, 1, tzinfo=UTC)

limits = st.builds(Limit, st.integers(1, 4), st.integers(1, 20))
moments = st.lists(st.integers(0, 60_000), min_size=1, max_size=40).map(sorted)
"""Milliseconds after the start: several may fall together."""


@cache
def engine() -> Engine:
    made = sqlite_engine(read_url("sqlite://"))
    with made.begin() as conn:
        upgrade(conn)
    return made


@contextmanager
def fresh() -> Iterator[Connection]:
    with engine().begin() as conn:
        reset(conn, "key")
        yield conn


def at(milliseconds: int) -> datetime:
    return START + timedelta(milliseconds=milliseconds)


def in_window(hits: list[int], limit: Limit, now: int) -> int:
    """The model: hits that are younger than the window is long."""
    return sum(now - hit < limit.seconds * 1000 for hit in hits)


@given(limits, moments)
def test_never_more_hits_than_allowed_in_any_window(limit: Limit, attempts: list[int]) -> None:
    with fresh() as conn:
        taken = [moment for moment in attempts if take(conn, "key", limit, at(moment)) is None]
    for start in taken:
        assert sum(start <= hit < start + limit.seconds * 1000 for hit in taken) <= limit.count


@given(limits, moments)
def test_nobody_is_refused_where_there_is_room(limit: Limit, attempts: list[int]) -> None:
    model: list[int] = []
    with fresh() as conn:
        for moment in attempts:
            room = in_window(model, limit, moment) < limit.count
            assert count(conn, "key", limit, at(moment)) == in_window(model, limit, moment)
            assert (wait_for(conn, "key", limit, at(moment)) == 0) is room
            assert (take(conn, "key", limit, at(moment)) is None) is room
            if room:
                model.append(moment)


@given(limits, moments)
def test_the_wait_told_is_the_shortest_in_whole_seconds(limit: Limit, attempts: list[int]) -> None:
    with fresh() as conn:
        for moment in attempts:
            wait = take(conn, "key", limit, at(moment))
            if wait is not None:
                assert wait == wait_for(conn, "key", limit, at(moment)) >= 1
                assert wait_for(conn, "key", limit, at(moment + 1000 * wait)) == 0
                assert wait_for(conn, "key", limit, at(moment + 1000 * (wait - 1))) > 0


@given(limits, st.lists(st.tuples(st.integers(0, 5_000), st.booleans()), max_size=40))
def test_giving_back_takes_the_latest_hit_away(limit: Limit, steps: list[tuple[int, bool]]) -> None:
    model: list[int] = []
    moment = 0
    with fresh() as conn:
        for pause, back in steps:
            moment += pause
            if back:
                give_back(conn, ["key"], at(moment))
                model = model[:-1]
            elif take(conn, "key", limit, at(moment)) is None:
                model.append(moment)
            assert count(conn, "key", limit, at(moment)) == in_window(model, limit, moment)


@given(st.lists(st.integers(1, 20), min_size=1, max_size=3), moments)
def test_never_two_hits_within_a_wait_and_nobody_is_refused_after_it(waits: list[int], attempts: list[int]) -> None:
    limit, model = Limit(1000, 3600, tuple(waits)), list[int]()
    with fresh() as conn:
        for moment in attempts:
            wait = waits[min(len(model), len(waits)) - 1] * 1000 if model else 0
            free = not model or moment >= model[-1] + wait
            assert (take(conn, "key", limit, at(moment)) is None) is free
            if free:
                model.append(moment)
