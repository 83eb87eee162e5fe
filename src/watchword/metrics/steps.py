"""The executor's steps, and whole flows."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Literal, Protocol

from prometheus_client import CollectorRegistry

from watchword.metrics.instrument import Instrument

Access = Literal["show", "answer"]
FlowOutcome = Literal["begun", "finished", "denied", "refused"]

STEPS = Instrument(
    "watchword_steps_total",
    "counter",
    "Requests to the executor. `stage` is the type of the stage that was shown or answered, `none` where the flow "
    "had none to ask; the outcome is `asked`, `invalid` (the answer was not taken), `finished`, `denied`, or `error`.",
    ("access", "stage", "outcome"),
)
DURATION = Instrument(
    "watchword_step_duration_seconds",
    "histogram",
    "How long such a request took, with its policies, messages and database.",
    ("access", "stage"),
)
FLOWS = Instrument(
    "watchword_flows_total",
    "counter",
    "Runs of flows: `begun`, `finished`, `denied` by a stage on the way, or `refused` at the door by a policy.",
    ("designation", "outcome"),
)
INSTRUMENTS = (STEPS, DURATION, FLOWS)


class Step(Protocol):
    """One request; the executor says what it was."""

    stage: str
    outcome: str


class StepMetrics:
    def __init__(self, registry: CollectorRegistry) -> None:
        self._step = cache(STEPS.counter(registry).labels)
        self._duration = cache(DURATION.histogram(registry).labels)
        self._flow = cache(FLOWS.counter(registry).labels)

    @contextmanager
    def taking(self, access: Access, step: Step) -> Iterator[None]:
        began = time.perf_counter()
        try:
            yield
        finally:
            self._duration(access, step.stage).observe(time.perf_counter() - began)
            self._step(access, step.stage, step.outcome).inc()

    def flow(self, designation: str, outcome: FlowOutcome) -> None:
        self._flow(designation, outcome).inc()
