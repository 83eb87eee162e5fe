"""What a scrape would find."""

from typing import Any

from prometheus_client import CollectorRegistry

from watchword.metrics import Metrics


def value(counted: Metrics | CollectorRegistry, name: str, **labels: str) -> float:
    """Of one series; 0 where it is not there."""
    registry = counted.registry if isinstance(counted, Metrics) else counted
    return registry.get_sample_value(name, labels) or 0.0


def series(counted: Metrics, name: str) -> dict[tuple[str, ...], Any]:
    """Every series of one metric: the values of its labels, in the order of their names, and how much."""
    return {
        tuple(text for _, text in sorted(sample.labels.items())): sample.value
        for metric in counted.registry.collect()
        for sample in metric.samples
        if sample.name == name
    }
