"""What a scrape gets: Prometheus's text format, or OpenMetrics where that is asked for."""

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from watchword.metrics.group import of_the_group, shared_folder


def exposed(registry: CollectorRegistry, accept: str) -> tuple[bytes, str]:
    """The body and its content type; some milliseconds of work, so not for the event loop.

    Where this process counts together with others, of all of them.
    """
    folder = shared_folder()
    counted = of_the_group(folder) if folder else registry
    try:
        encode, content_type = choose_encoder(accept)
    except (TypeError, ValueError):
        # The library compares whatever calls itself a version.
        encode, content_type = choose_encoder("")
    return encode(_Plain(counted)), content_type


class _Plain(Collector):
    """Without the `_created` of every series: as many series again, which nothing here asks for.

    The library's own switch for that is one for the whole process.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry

    def collect(self) -> Iterable[Metric]:
        for metric in self._registry.collect():
            metric.samples = [sample for sample in metric.samples if not sample.name.endswith("_created")]
            yield metric
