"""Messages: through which gateway, to which country, what became of them, and how long it took."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry

from watchword.metrics.instrument import SLOW, Instrument
from watchword.metrics.labels import country_label

SENDS = Instrument(
    "watchword_sends_total",
    "counter",
    "Messages handed to a gateway, tests and notices too. The outcome is `sent`, or the category of the failure.",
    ("gateway", "country", "outcome"),
)
DURATION = Instrument(
    "watchword_send_duration_seconds",
    "histogram",
    "How long a gateway took to take a message, or to fail.",
    ("gateway",),
    SLOW,
)
IN_FLIGHT = Instrument(
    "watchword_sends_in_flight",
    "gauge",
    "Messages that a gateway has not answered yet, those that wait for their turn too.",
    ("gateway",),
)
QUEUED = Instrument("watchword_sends_queued", "gauge", "Messages that wait for their turn at a gateway.", ("gateway",))
REFUSED = Instrument(
    "watchword_sends_refused_total",
    "counter",
    "Messages that were given up before a gateway was asked: `queue_full`, `queue_slow` (no turn in time), `resting`.",
    ("gateway", "problem"),
)
RESTING = Instrument(
    "watchword_gateways_resting",
    "gauge",
    "Gateway accounts that failed again and again, and get nothing but one message now and then to try them.",
    ("gateway",),
    together="livemax",
)
CHANGES = Instrument(
    "watchword_gateway_changes_total",
    "counter",
    "How often a gateway began to rest (`rests`), was well again (`well`), or had a full queue (`full`).",
    ("gateway", "state"),
)
INSTRUMENTS = (SENDS, DURATION, IN_FLIGHT, QUEUED, REFUSED, RESTING, CHANGES)

SENT = "sent"


class Sending:
    """One message on its way; whoever sends it says the outcome."""

    outcome = "cancelled"
    """What it is where nobody says: the visitor's request, or the server, ended first."""


class SendMetrics:
    def __init__(self, registry: CollectorRegistry) -> None:
        self._sends = SENDS.counter(registry)
        self._duration = DURATION.histogram(registry)
        self._in_flight = IN_FLIGHT.gauge(registry)
        self._queued = QUEUED.gauge(registry)
        self._refused = REFUSED.counter(registry)
        self._resting = RESTING.gauge(registry)
        self._changes = CHANGES.counter(registry)

    @contextmanager
    def sending(self, gateway: str, country: str) -> Iterator[Sending]:
        """`gateway` is its kind, `country` a label of one."""
        under_way, sending, began = self._in_flight.labels(gateway), Sending(), time.perf_counter()
        under_way.inc()
        try:
            yield sending
        finally:
            under_way.dec()
            self._duration.labels(gateway).observe(time.perf_counter() - began)
            self._sends.labels(gateway, country, sending.outcome).inc()

    def count(self, gateway: str, country: str | None, outcome: str) -> None:
        """A message that failed before its gateway was asked; `country` as ISO 3166-1 has it."""
        self._sends.labels(gateway, country_label(country), outcome).inc()

    @contextmanager
    def queued(self, gateway: str) -> Iterator[None]:
        waiting = self._queued.labels(gateway)
        waiting.inc()
        try:
            yield
        finally:
            waiting.dec()

    def refused(self, gateway: str, problem: str) -> None:
        self._refused.labels(gateway, problem).inc()

    def rests(self, gateway: str, more: int) -> None:
        """One more, or with -1 one less."""
        self._resting.labels(gateway).inc(more)

    def changed(self, gateway: str, state: str) -> None:
        self._changes.labels(gateway, state).inc()
