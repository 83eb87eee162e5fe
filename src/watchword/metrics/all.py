"""All instruments of one application, with a registry of their own: two in one process count apart."""

from prometheus_client import CollectorRegistry, ProcessCollector

from watchword.metrics import codes, database, expressions, sends, server, steps, throttles
from watchword.metrics.followed import Followed
from watchword.metrics.instrument import Instrument

INSTRUMENTS: tuple[Instrument, ...] = (
    *sends.INSTRUMENTS,
    *codes.INSTRUMENTS,
    *throttles.INSTRUMENTS,
    *steps.INSTRUMENTS,
    *expressions.INSTRUMENTS,
    *database.INSTRUMENTS,
    *server.INSTRUMENTS,
)


class Metrics:
    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.followed = Followed()
        self.sends = sends.SendMetrics(self.registry)
        self.codes = codes.CodeMetrics(self.registry)
        self.throttles = throttles.ThrottleMetrics(self.registry)
        self.steps = steps.StepMetrics(self.registry)
        self.expressions = expressions.ExpressionMetrics(self.registry)
        self.database = database.DatabaseMetrics(self.registry, self.followed)
        self.server = server.ServerMetrics(self.registry, self.followed)
        ProcessCollector(registry=self.registry)
