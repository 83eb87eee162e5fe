"""The dashboard, the alerts and the reference name metrics and labels that exist, and all of them."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from watchword.gateways.errors import Category
from watchword.metrics import INSTRUMENTS
from watchword.metrics.codes import CodeState
from watchword.metrics.throttles import LIMITS
from watchword.traces.attributes import ATTRIBUTES

DOCS = Path(__file__).parents[3] / "docs"
PAGE = (DOCS / "metrics.md").read_text()
DASHBOARD = json.loads((DOCS / "grafana" / "watchword.json").read_text())

_SUFFIXES = {"counter": [""], "gauge": [""], "histogram": ["_bucket", "_sum", "_count"], "summary": ["_sum", "_count"]}
SERIES = {instrument.name + suffix: instrument for instrument in INSTRUMENTS for suffix in _SUFFIXES[instrument.kind]}
OF_EVERY_PROCESS = {"process_resident_memory_bytes"}
ADDED_BY_PROMETHEUS = {"job", "instance", "le"}


def expressions() -> Iterator[tuple[str, str]]:
    for panel in DASHBOARD["panels"]:
        yield from ((panel["title"], target["expr"]) for target in panel.get("targets", []))
    for alert in alerts():
        yield alert["alert"], alert["expr"]


def alerts() -> list[dict[str, Any]]:
    (block,) = [found for found in re.findall(r"```yaml\n(.*?)```", PAGE, re.S) if "alert:" in found]
    (group,) = yaml.safe_load(block)["groups"]
    rules: list[dict[str, Any]] = group["rules"]
    return rules


ALL = list(expressions())
IDS = [f"{title}-{number}" for number, (title, _) in enumerate(ALL)]


def metrics_in(expression: str) -> set[str]:
    return set(re.findall(r"\b(?:watchword|process)_\w+", expression))


@pytest.mark.parametrize(("title", "expression"), ALL, ids=IDS)
def test_every_expression_asks_for_metrics_that_exist(title: str, expression: str) -> None:
    assert metrics_in(expression), title
    assert metrics_in(expression) <= set(SERIES) | OF_EVERY_PROCESS


@pytest.mark.parametrize(("title", "expression"), ALL, ids=IDS)
def test_every_expression_groups_and_picks_by_labels_that_exist(title: str, expression: str) -> None:
    known = ADDED_BY_PROMETHEUS.union(*(SERIES[name].labels for name in metrics_in(expression) & set(SERIES)))
    grouped = {label.strip() for group in re.findall(r"by \(([^)]*)\)", expression) for label in group.split(",")}
    picked = set(re.findall(r"(\w+)(?:=~|!=|=)\"", expression))
    assert grouped | picked <= known, title


@pytest.mark.parametrize(("title", "expression"), ALL, ids=IDS)
def test_parentheses_are_closed(title: str, expression: str) -> None:
    for opening, closing in ("()", "{}", "[]"):
        assert expression.count(opening) == expression.count(closing), title


def test_every_metric_is_on_the_dashboard() -> None:
    shown = set().union(*(metrics_in(expression) for _, expression in ALL))
    assert {one.name for one in INSTRUMENTS if not any(series.startswith(one.name) for series in shown)} == set()


def test_what_alerts_and_panels_pick_by_is_said_somewhere() -> None:
    outcomes = {"sent", "right", "wrong", "throttled", *Category.__args__}  # type: ignore[attr-defined]  # a Literal
    states = set(CodeState.__args__)  # type: ignore[attr-defined]  # the same
    for title, expression in ALL:
        for label, text in re.findall(r"(outcome|state)(?:=~|!=|=)\"([^\"$]+)\"", expression):
            assert set(text.split("|")) <= (states if label == "state" else outcomes), title


def test_the_dashboard_is_one_that_grafana_takes() -> None:
    assert (DASHBOARD["uid"], DASHBOARD["title"]) == ("watchword", "Watchword")
    assert DASHBOARD["schemaVersion"] >= 38, "Grafana 10"
    (source, *others) = DASHBOARD["templating"]["list"]
    assert (source["type"], source["query"]) == ("datasource", "prometheus")
    assert {other["datasource"]["uid"] for other in others} == {"${datasource}"}
    panels = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
    for panel in panels:
        assert panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
        assert panel["description"].endswith(".")
        assert [target["refId"] for target in panel["targets"]] == list("ABC"[: len(panel["targets"])])
    ids = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len(set(ids)) == len(ids)


def test_no_two_panels_lie_over_one_another() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not cells & taken, panel["title"]
        assert max(x for x, _ in cells) < 24
        taken |= cells


def test_at_least_five_alerts_each_say_what_is_the_matter() -> None:
    names = [alert["alert"] for alert in alerts()]
    assert len(set(names)) == len(names) >= 5
    assert all(alert["annotations"]["summary"].endswith((".", "?")) for alert in alerts())


def test_the_reference_has_every_metric_limit_and_attribute() -> None:
    text = (DOCS / "reference.md").read_text()
    for instrument in INSTRUMENTS:
        assert f"| `{instrument.name}` | {instrument.kind} |" in text
        assert instrument.says in text
    for name in [*LIMITS, *ATTRIBUTES.values()]:
        assert f"| `{name}` |" in text


def test_the_page_names_no_metric_that_does_not_exist() -> None:
    assert set(re.findall(r"watchword_\w+_(?:total|seconds\w*|info|tasks)", PAGE)) <= set(SERIES)
