"""The process: its version, its background, its sweeping."""

from tests.unit.metrics.scraped import series, value
from watchword.metrics import Metrics


def test_what_runs_is_said_by_the_labels() -> None:
    metrics = Metrics()
    metrics.server.runs("1.2.3", "postgresql")
    assert series(metrics, "watchword_build_info") == {("postgresql", "1.2.3"): 1}


def test_the_background_is_asked_at_every_scrape() -> None:
    metrics, tasks = Metrics(), [1]
    metrics.server.watch_background(lambda: len(tasks))
    assert value(metrics, "watchword_background_tasks") == 1
    tasks.clear()
    assert value(metrics, "watchword_background_tasks") == 0


def test_swept_rows_add_up_by_table() -> None:
    metrics = Metrics()
    metrics.server.swept({"session": 3, "code": 0})
    metrics.server.swept({"session": 4})
    assert series(metrics, "watchword_swept_rows_total") == {("session",): 7, ("code",): 0}


def test_memory_and_open_files_are_told_as_of_every_process() -> None:
    metrics = Metrics()
    assert value(metrics, "process_resident_memory_bytes") > 1_000_000
    assert value(metrics, "process_open_fds") > 0


def test_what_the_background_refused_is_counted() -> None:
    metrics = Metrics()
    metrics.server.background_refused()
    assert value(metrics, "watchword_background_refused_total") == 1
