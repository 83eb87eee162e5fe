"""What can be counted and measured of a running server; each metric is described once, beside its instrument."""

from watchword.metrics.all import INSTRUMENTS, Metrics

__all__ = ["INSTRUMENTS", "Metrics"]
