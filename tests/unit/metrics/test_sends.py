"""Messages, counted by what became of them."""

import pytest
from prometheus_client import CollectorRegistry

from tests.unit.metrics.scraped import value
from watchword.metrics.sends import SENT, SendMetrics


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
def sends(registry: CollectorRegistry) -> SendMetrics:
    return SendMetrics(registry)


def counted(registry: CollectorRegistry, outcome: str) -> float:
    return value(registry, "watchword_sends_total", gateway="twilio", country="DE", outcome=outcome)


def in_flight(registry: CollectorRegistry) -> float:
    return value(registry, "watchword_sends_in_flight", gateway="twilio")


def test_one_is_in_flight_until_its_gateway_has_answered(registry: CollectorRegistry, sends: SendMetrics) -> None:
    with sends.sending("twilio", "DE") as sending:
        assert (in_flight(registry), counted(registry, SENT)) == (1, 0)
        sending.outcome = SENT
    assert (in_flight(registry), counted(registry, SENT)) == (0, 1)
    assert value(registry, "watchword_send_duration_seconds_count", gateway="twilio") == 1


def test_one_that_was_broken_off_is_counted_as_such(registry: CollectorRegistry, sends: SendMetrics) -> None:
    with pytest.raises(KeyboardInterrupt), sends.sending("twilio", "DE"):
        raise KeyboardInterrupt
    assert (in_flight(registry), counted(registry, "cancelled"), counted(registry, SENT)) == (0, 1, 0)


def test_one_that_never_reached_its_gateway_has_no_duration(registry: CollectorRegistry, sends: SendMetrics) -> None:
    sends.count("twilio", "DE", "mapping")
    sends.count("twilio", "+49", "mapping")
    assert counted(registry, "mapping") == 1
    assert value(registry, "watchword_sends_total", gateway="twilio", country="other", outcome="mapping") == 1
    assert value(registry, "watchword_send_duration_seconds_count", gateway="twilio") == 0


def test_what_waits_is_counted_until_it_waits_no_more(registry: CollectorRegistry, sends: SendMetrics) -> None:
    waiting: list[float] = []

    def broken_off() -> None:
        with sends.queued("twilio"):
            waiting.append(value(registry, "watchword_sends_queued", gateway="twilio"))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        broken_off()
    assert waiting == [1]
    assert value(registry, "watchword_sends_queued", gateway="twilio") == 0


def test_what_became_of_a_gateway_is_counted(registry: CollectorRegistry, sends: SendMetrics) -> None:
    sends.refused("twilio", "queue_full")
    sends.rests("twilio", 1)
    sends.rests("twilio", 1)
    sends.rests("twilio", -1)
    sends.changed("twilio", "rests")
    assert value(registry, "watchword_sends_refused_total", gateway="twilio", problem="queue_full") == 1
    assert value(registry, "watchword_gateways_resting", gateway="twilio") == 1
    assert value(registry, "watchword_gateway_changes_total", gateway="twilio", state="rests") == 1
