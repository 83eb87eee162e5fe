"""Codes: each is issued once and ends once."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry

from tests.unit.metrics.scraped import value
from watchword.metrics import codes as module
from watchword.metrics.codes import CodeMetrics

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def made() -> tuple[CollectorRegistry, CodeMetrics]:
    registry = CollectorRegistry()
    return registry, CodeMetrics(registry)


def count(registry: CollectorRegistry, state: str) -> float:
    return value(registry, "watchword_codes_total", purpose="sms-enrolment", country="DE", state=state)


def test_a_code_is_due_once_its_life_is_over_and_only_once() -> None:
    registry, codes = made()
    codes.issued(1, "sms-enrolment", "DE", NOW + MINUTE)
    assert codes.due(NOW, 10) == []
    assert [code.id for code in codes.due(NOW + MINUTE, 10)] == [1]
    assert codes.due(NOW + MINUTE, 10) == []
    assert count(registry, "issued") == 1


def test_one_whose_end_is_known_is_not_asked_after() -> None:
    registry, codes = made()
    codes.issued(1, "sms-enrolment", "DE", NOW)
    codes.ended(1, "sms-enrolment", "DE", "confirmed")
    assert codes.due(NOW, 10) == []
    assert (count(registry, "issued"), count(registry, "confirmed")) == (1, 1)


def test_one_that_another_server_issued_ends_here_all_the_same() -> None:
    registry, codes = made()
    codes.ended(7, "sms-enrolment", "DE", "confirmed")
    assert (count(registry, "issued"), count(registry, "confirmed")) == (0, 1)


def test_what_is_remembered_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WATCHED", 3)
    registry, codes = made()
    for number in range(5):
        codes.issued(number, "sms-enrolment", "DE", NOW)
    assert count(registry, "issued") == 5
    assert [code.id for code in codes.due(NOW, 10)] == [0, 1, 2]


@given(st.lists(st.integers(0, 20), unique=True), st.integers(0, 20), st.integers(1, 5))
def test_in_whatever_portions_each_that_is_over_is_given_out_once(lives: list[int], minute: int, limit: int) -> None:
    _, codes = made()
    for life in lives:
        codes.issued(life, "sms-enrolment", "DE", NOW + life * MINUTE)
    given_out = []
    while due := codes.due(NOW + minute * MINUTE, limit):
        assert len(due) <= limit
        given_out += [code.id for code in due]
    assert sorted(given_out) == sorted(life for life in lives if life <= minute)


def test_tries_are_counted_by_what_they_were() -> None:
    registry, codes = made()
    for outcome in ("wrong", "wrong", "right"):
        codes.tried("sms-validation", outcome)
    for outcome, expected in (("wrong", 2), ("right", 1), ("spent", 0)):
        assert value(registry, "watchword_code_tries_total", purpose="sms-validation", outcome=outcome) == expected
