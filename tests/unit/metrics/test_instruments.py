"""Names, units and labels as Prometheus wants them, and as few series as possible."""

import re

import pytest
from prometheus_client import REGISTRY, CollectorRegistry

from watchword.metrics import INSTRUMENTS, Metrics
from watchword.metrics.instrument import Instrument

LABELS = {
    "access",
    "country",
    "database",
    "designation",
    "gateway",
    "kind",
    "limit",
    "outcome",
    "problem",
    "purpose",
    "stage",
    "state",
    "table",
    "unit",
    "version",
}
"""All there are. A new one must hold few words, known beforehand: no number, user, name, slug or address."""


@pytest.mark.parametrize("instrument", INSTRUMENTS, ids=lambda one: one.name)
def test_its_name_is_one_that_prometheus_likes(instrument: Instrument) -> None:
    assert re.fullmatch(r"watchword_[a-z]+(_[a-z]+)*", instrument.name)
    assert instrument.name.endswith("_total") == (instrument.kind == "counter")
    assert instrument.name.endswith("_seconds") == (instrument.kind in ("histogram", "summary"))


@pytest.mark.parametrize("instrument", INSTRUMENTS, ids=lambda one: one.name)
def test_it_says_what_it_counts(instrument: Instrument) -> None:
    assert re.fullmatch(r"[A-Z].+\.", instrument.says)
    assert "|" not in instrument.says, "the reference is a table"


@pytest.mark.parametrize("instrument", INSTRUMENTS, ids=lambda one: one.name)
def test_no_label_holds_what_people_type(instrument: Instrument) -> None:
    assert set(instrument.labels) <= LABELS
    assert len(instrument.labels) <= 3


def test_no_two_share_a_name() -> None:
    assert len({instrument.name for instrument in INSTRUMENTS}) == len(INSTRUMENTS)


def test_what_is_described_is_what_is_scraped() -> None:
    metrics = Metrics()
    metrics.database.watch_pool(10, lambda: 3)
    scraped = {
        (f"{metric.name}_total" if metric.type == "counter" else metric.name, metric.type, metric.documentation)
        for metric in metrics.registry.collect()
        if not metric.name.startswith("process_")
    }
    assert scraped == {(instrument.name, instrument.kind, instrument.says) for instrument in INSTRUMENTS}


def test_two_applications_in_one_process_count_apart() -> None:
    one, other = Metrics(), Metrics()
    one.throttles.held_back("sms_number")
    assert one.registry.get_sample_value("watchword_throttled_total", {"limit": "sms_number"}) == 1
    assert other.registry.get_sample_value("watchword_throttled_total", {"limit": "sms_number"}) is None


def test_nothing_is_counted_in_the_library_s_own_registry() -> None:
    Metrics().server.runs("1", "sqlite")
    assert [metric.name for metric in REGISTRY.collect() if metric.name.startswith("watchword")] == []


@pytest.mark.parametrize("make", ["counter", "gauge", "histogram", "summary"])
def test_an_instrument_is_made_in_the_registry_that_is_given(make: str) -> None:
    registry = CollectorRegistry()
    getattr(Instrument("watchword_x_total", "counter", "X."), make)(registry)
    assert len(list(registry.collect())) == 1
