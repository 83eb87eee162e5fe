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
    "watchword_sends_in_flight", "gauge", "Messages that a gateway has not answered yet.", ("gateway",)
)
INSTRUMENTS = (SENDS, DURATION, IN_FLIGHT)

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
