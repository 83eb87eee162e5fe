"""Both formats can be read again by the library's own parsers, and hold the same."""

from prometheus_client import Metric
from prometheus_client.openmetrics.parser import text_string_to_metric_families as open_families
from prometheus_client.parser import text_string_to_metric_families as plain_families

from watchword.metrics import Metrics
from watchword.metrics.exposition import exposed

OPEN = "application/openmetrics-text; version=1.0.0"


def filled() -> Metrics:
    metrics = Metrics()
    metrics.sends.count("twilio", "DE", "sent")
    metrics.database.took("read", "users.get_user", 0.002)
    metrics.expressions.failed("policy", "timeout")
    return metrics


def samples(families: list[Metric]) -> dict[tuple[str, str], float]:
    return {
        (sample.name, str(sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples
        if not family.name.startswith("process_")
    }


def test_both_formats_say_the_same() -> None:
    metrics = filled()
    plain, plain_type = exposed(metrics.registry, "")
    open_, open_type = exposed(metrics.registry, OPEN)
    one = list(plain_families(plain.decode()))
    other = list(open_families(open_.decode()))  # type: ignore[no-untyped-call] # the library leaves it untyped
    assert samples(one) == samples(other)
    assert samples(one)["watchword_sends_total", "[('country', 'DE'), ('gateway', 'twilio'), ('outcome', 'sent')]"] == 1
    assert (plain_type.split(";")[0], open_type.split(";")[0]) == ("text/plain", "application/openmetrics-text")


def test_no_series_comes_twice_for_the_time_of_its_making() -> None:
    for accept in ("", OPEN):
        assert b"_created" not in exposed(filled().registry, accept)[0]


def test_an_accept_that_nobody_understands_gets_plain_text() -> None:
    for accept in ("application/openmetrics-text;version=banana", ";;;", "a/b;version=0.0.1", "\x00"):
        body, content_type = exposed(filled().registry, accept)
        assert b"watchword_sends_total" in body
        assert content_type.startswith(("text/plain", "application/openmetrics-text"))
