"""The settings' bounds, as far as this process can keep them."""

import pytest
from msgspec import structs
from structlog.testing import capture_logs

from watchword.gateways import bounds
from watchword.gateways.bounds import gateway_limits
from watchword.gateways.lane import AT_ONCE, DEADLINE, WAITING, Limits
from watchword.settings import load

USUAL = load({}, database_url="sqlite://", secret_key="k" * 64)


@pytest.fixture(autouse=True)
def room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "room_for_sends", lambda: 9_000)


def test_without_settings_they_are_those_of_a_lane() -> None:
    with capture_logs() as logs:
        assert gateway_limits(USUAL) == Limits() == Limits(AT_ONCE, WAITING, DEADLINE)
    assert logs == []


def test_they_are_what_is_set() -> None:
    set_ = structs.replace(USUAL, gateway_concurrency=7, gateway_queue=3, gateway_timeout=2.0)
    assert gateway_limits(set_) == Limits(7, 3, 2.0)


def test_where_too_few_files_may_be_open_fewer_are_under_way_and_the_log_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bounds, "room_for_sends", lambda: 384)
    with capture_logs() as logs:
        assert gateway_limits(USUAL).at_once == 384
    assert [(one["event"], one["to"]) for one in logs] == [("gateway_concurrency_lowered", 384)]


def test_nobody_waits_longer_than_visitors_do_and_the_log_says_so() -> None:
    with capture_logs() as logs:
        assert gateway_limits(structs.replace(USUAL, gateway_timeout=30.0)).deadline == 9.0
    assert [(one["event"], one["to"]) for one in logs] == [("gateway_timeout_lowered", 9.0)]
