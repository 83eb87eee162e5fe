"""One metric, described once: what is scraped, the reference and its tests are made from this."""

from typing import Literal, NamedTuple

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Summary

Kind = Literal["counter", "gauge", "histogram", "summary"]

QUICK = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""Seconds: what happens within this server."""
SLOW = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 30.0)
"""Seconds: what waits for somebody else's."""


class Instrument(NamedTuple):
    """`name` is as it is scraped, with its unit and a counter's `_total`; `buckets` are a histogram's, in seconds.

    A label's value is always a word of the code, a country or a version: whatever people type (a number, a user, a
    name, a slug) would tell of them, and make as many series as anybody likes.
    """

    name: str
    kind: Kind
    says: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = QUICK
    together: Literal["livesum", "liveall", "livemax"] = "livesum"
    """What a gauge is of several processes that count together: the sum of those that live, each by itself (with its
    `pid` as a label), or the most.
    """

    def counter(self, registry: CollectorRegistry) -> Counter:
        return Counter(self.name, self.says, self.labels, registry=registry)

    def gauge(self, registry: CollectorRegistry) -> Gauge:
        return Gauge(self.name, self.says, self.labels, registry=registry, multiprocess_mode=self.together)

    def histogram(self, registry: CollectorRegistry) -> Histogram:
        return Histogram(self.name, self.says, self.labels, registry=registry, buckets=self.buckets)

    def summary(self, registry: CollectorRegistry) -> Summary:
        return Summary(self.name, self.says, self.labels, registry=registry)
