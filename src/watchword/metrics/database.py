"""The database: how long units of work take, and how full the pool is."""

from collections.abc import Callable
from typing import Literal

from prometheus_client import CollectorRegistry, Summary

from watchword.metrics.followed import Followed
from watchword.metrics.instrument import Instrument

Access = Literal["read", "write"]

DURATION = Instrument(
    "watchword_database_duration_seconds",
    "histogram",
    "How long units of work took, each one transaction, the wait for a connection with it.",
    ("access",),
)
UNITS = Instrument(
    "watchword_database_unit_seconds",
    "summary",
    "The same by unit, which is a function of Watchword's code: how many there were, and their time in all.",
    ("unit",),
)
UNAVAILABLE = Instrument(
    "watchword_database_unavailable_total", "counter", "Units of work that found the database away, or too slow."
)
POOL_SIZE = Instrument(
    "watchword_database_pool_connections_max",
    "gauge",
    "Connections a process may hold. PostgreSQL only.",
    together="liveall",
)
POOL_USE = Instrument(
    "watchword_database_pool_connections_in_use",
    "gauge",
    "Connections that are at work. At the most of the one before, requests wait. PostgreSQL only.",
    together="liveall",
)
INSTRUMENTS = (DURATION, UNITS, UNAVAILABLE, POOL_SIZE, POOL_USE)


class DatabaseMetrics:
    def __init__(self, registry: CollectorRegistry, followed: Followed) -> None:
        self._registry = registry
        self._followed = followed
        duration, self._units = DURATION.histogram(registry), UNITS.summary(registry)
        self._by_access = {access: duration.labels(access) for access in ("read", "write")}
        self._by_unit: dict[str, Summary] = {}
        self.unavailable = UNAVAILABLE.counter(registry)

    def took(self, access: Access, unit: str, seconds: float) -> None:
        self._by_access[access].observe(seconds)
        found = self._by_unit.get(unit)
        if found is None:
            found = self._by_unit[unit] = self._units.labels(unit)
        found.observe(seconds)

    def watch_pool(self, size: int, in_use: Callable[[], int]) -> None:
        """`in_use` may be asked from another thread than the loop's."""
        POOL_SIZE.gauge(self._registry).set(size)
        self._followed.follow(POOL_USE.gauge(self._registry), in_use)
