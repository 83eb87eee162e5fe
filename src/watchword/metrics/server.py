"""The process itself: its version, what it has under way in the background, what it swept away."""

from collections.abc import Callable, Mapping

from prometheus_client import CollectorRegistry

from watchword.metrics.followed import Followed
from watchword.metrics.instrument import Instrument

BUILD = Instrument(
    "watchword_build_info", "gauge", "Always 1; the labels say what runs.", ("version", "database"), together="livemax"
)
BACKGROUND = Instrument(
    "watchword_background_tasks", "gauge", "Work that nobody waits for and that has not ended, such as notices."
)
BACKGROUND_REFUSED = Instrument(
    "watchword_background_refused_total",
    "counter",
    "Work that nobody waits for and that was not begun, as too much of it was under way.",
)
SWEPT = Instrument("watchword_swept_rows_total", "counter", "Expired rows that were deleted.", ("table",))
INSTRUMENTS = (BUILD, BACKGROUND, BACKGROUND_REFUSED, SWEPT)


class ServerMetrics:
    def __init__(self, registry: CollectorRegistry, followed: Followed) -> None:
        self._followed = followed
        self._build = BUILD.gauge(registry)
        self._background = BACKGROUND.gauge(registry)
        self._refused = BACKGROUND_REFUSED.counter(registry)
        self._swept = SWEPT.counter(registry)

    def runs(self, version: str, database: str) -> None:
        self._build.labels(version, database).set(1)

    def watch_background(self, under_way: Callable[[], int]) -> None:
        """It may be asked from another thread than the loop's."""
        self._followed.follow(self._background, under_way)

    def background_refused(self) -> None:
        self._refused.inc()

    def swept(self, rows: Mapping[str, int]) -> None:
        """By table."""
        for table, count in rows.items():
            self._swept.labels(table).inc(count)
