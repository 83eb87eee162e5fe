"""Expressions: how long policies, mappings and prompts take in the sandbox, and how they fail."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from prometheus_client import CollectorRegistry

from watchword.metrics.instrument import Instrument

ExpressionKind = Literal["policy", "mapping", "prompt"]

DURATION = Instrument(
    "watchword_expression_duration_seconds",
    "histogram",
    "How long an expression took, the wait for a worker with it, whether or not it failed.",
    ("kind",),
)
FAILURES = Instrument(
    "watchword_expression_failures_total",
    "counter",
    "Expressions that failed: `syntax`, `error`, `timeout`, `memory`, `crash`, or an `answer` of the wrong type.",
    ("kind", "problem"),
)
RUNNING = Instrument("watchword_expressions_running", "gauge", "Expressions that hold a worker of the sandbox.")
WAITING = Instrument("watchword_expressions_waiting", "gauge", "Expressions that wait for a worker of the sandbox.")
INSTRUMENTS = (DURATION, FAILURES, RUNNING, WAITING)


class ExpressionMetrics:
    def __init__(self, registry: CollectorRegistry) -> None:
        self._duration = DURATION.histogram(registry)
        self._failures = FAILURES.counter(registry)
        self.running = RUNNING.gauge(registry)
        self.waiting = WAITING.gauge(registry)

    @contextmanager
    def timed(self, kind: ExpressionKind) -> Iterator[None]:
        began = time.perf_counter()
        try:
            yield
        finally:
            self._duration.labels(kind).observe(time.perf_counter() - began)

    def failed(self, kind: ExpressionKind, problem: str) -> None:
        self._failures.labels(kind, problem).inc()
