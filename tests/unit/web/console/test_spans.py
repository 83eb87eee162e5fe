"""The last day, week and month, as they are shown."""

from datetime import timedelta
from typing import Any

import pytest

from tests.unit.web.console.test_traffic import tally
from tests.unit.web.house import NOW
from watchword.web.pages.console.overview_shown import Span
from watchword.web.pages.console.shares import LISTED, PUMPING, shares
from watchword.web.pages.console.spans import percent, spans
from watchword.web.pages.console.traffic import Traffic

DAY = NOW.replace(hour=0)


def of_days(*days: tuple[int, dict[str, Any]]) -> Traffic:
    return Traffic([], [tally(beginning=DAY - timedelta(days=ago), **values) for ago, values in days])


def facts(span: Span) -> dict[str, str]:
    return {fact.label: fact.text for fact in span.facts}


def test_each_span_has_its_bars() -> None:
    shown = spans(Traffic([], []), NOW, "en")
    assert [(span.title, span.every, len(span.plot.bars), span.total) for span in shown] == [
        ("Last 24 hours", "hour", 24, 0),
        ("Last 7 days", "day", 7, 0),
        ("Last 30 days", "day", 30, 0),
    ]
    assert [(span.first, span.last) for span in shown[1:]] == [("Feb 23", "Mar 1"), ("Jan 31", "Mar 1")]
    assert [text.replace("\u202f", " ") for text in (shown[0].first, shown[0].last)] == ["1:00 PM", "12:00 PM"]


def test_a_week_leaves_out_what_is_older() -> None:
    _, week, month = spans(of_days((0, {}), (6, {}), (7, {}), (29, {})), NOW, "en")
    assert (week.total, month.total) == (2, 4)
    assert [bar.counts.sent for bar in week.plot.bars] == [1, 0, 0, 0, 0, 0, 1]
    assert [bar.counts.sent for bar in month.plot.bars if bar.counts.sent] == [1, 1, 1, 1]


def test_a_bar_has_all_gateways_and_countries_of_its_hour() -> None:
    hours = [
        tally(beginning=NOW, messages=3, confirmed=2),
        tally(beginning=NOW, gateway="generic", country="AT"),
        tally(beginning=NOW, sent=False, messages=4),
        tally(beginning=NOW - timedelta(hours=23)),
    ]
    day = spans(Traffic(hours, []), NOW, "en")[0]
    assert tuple(day.plot.bars[-1].counts)[1:] == (4, 2, 4)
    assert tuple(day.plot.bars[0].counts)[1:] == (1, 0, 0)
    assert day.summary == "Last 24 hours: 5 sent, 2 confirmed, 4 failed."


def test_the_facts_of_a_span() -> None:
    about = {"messages": 1_200, "confirmed": 900, "segments": 1_300, "cost": 9_750_000}
    month = spans(of_days((0, about), (1, {"sent": False, "messages": 2})), NOW, "en")[2]
    assert facts(month) == {
        "Sent": "1,200",
        "Failed": "2",
        "Confirmed": "900 of 1,200 (75%)",
        "Segments": "1,300",
        "Cost": "€9.75",
        "A confirmed code costs": "€0.0108",
    }
    assert [fact.label for fact in month.facts if fact.bad] == ["Failed"]


@pytest.mark.parametrize(
    ("tallied", "cost"),
    [
        ([{"currency": None}], {"Cost": "Not known"}),
        ([{"currency": None, "gateway": "demo"}], {"Cost": "Nothing"}),
        ([{"currency": None, "gateway": "demo"}, {"cost": 7_500}], {"Cost": "€0.0075"}),
        ([{"currency": None, "segments": 5}, {"cost": 7_500}], {"Cost": "€0.0075", "Segments without a price": "5"}),
        ([{"cost": 7_500}, {"currency": "USD", "cost": 10_000}], {"Cost": "€0.0075 + $0.01"}),
        (
            [{"cost": 8_000, "confirmed": 1}, {"currency": "USD", "cost": 10_000, "confirmed": 1}],
            {"Cost": "€0.008 + $0.01", "A confirmed code costs": "€0.008 or $0.01"},
        ),
    ],
)
def test_what_is_known_of_the_cost_is_said_and_what_is_not(tallied: list[dict[str, Any]], cost: dict[str, str]) -> None:
    month = spans(of_days(*((0, values) for values in tallied)), NOW, "en")[2]
    usual = {"Sent", "Failed", "Confirmed", "Segments"}
    assert {label: text for label, text in facts(month).items() if label not in usual} == cost


def test_failures_alone_have_no_cost() -> None:
    month = spans(of_days((0, {"sent": False})), NOW, "en")[2]
    assert facts(month) == {"Sent": "0", "Failed": "1"}


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [(0, 9, "0%"), (1, 1, "100%"), (9_999, 10_000, "99.9%"), (2, 3, "66.6%"), (1, 2, "50%"), (29, 100, "29%")],
)
def test_a_hundred_percent_means_all(part: int, whole: int, shown: str) -> None:
    assert percent(part, whole, "en") == shown


# ---- Which way codes come back ----


def test_codes_are_compared_by_gateway_and_country() -> None:
    found = [
        tally(messages=10, confirmed=9),
        tally(messages=30, confirmed=24, gateway="generic", country="CH"),
        tally(messages=1, country=None),
        tally(messages=2, confirmed=1, country="001"),
        tally(messages=99, coded=False),
        tally(messages=99, sent=False),
    ]
    by_gateway, by_country = shares(found, "en")
    assert [(row.name, row.codes, row.confirmed, row.percent) for row in by_gateway.rows] == [
        ("Any HTTP endpoint", 30, 24, "80%"),
        ("Twilio", 13, 10, "76.9%"),
        ("All", 43, 34, "79%"),
    ]
    assert [(row.name, row.codes) for row in by_country.rows] == [
        ("Switzerland", 30),
        ("Germany", 10),
        ("No country (satellite phones)", 2),
        ("Not known", 1),
        ("All", 43),
    ]


def test_without_a_code_there_is_nothing_to_compare() -> None:
    assert shares([tally(coded=False), tally(sent=False)], "en") == ()


def test_only_the_largest_countries_have_a_line_of_their_own() -> None:
    regions = ["AT", "BE", "CH", "DE", "ES", "FI", "FR", "GB", "IT", "NL", "PL", "SE"]
    found = [tally(country=region, messages=20 - number, confirmed=1) for number, region in enumerate(regions)]
    rows = shares(found, "en")[1].rows
    assert len(rows) == LISTED + 2
    assert [(row.name, row.codes, row.confirmed) for row in rows[-2:]] == [("2 others", 19, 2), ("All", 174, 12)]
    assert shares(found[:-1], "en")[1].rows[-2].name == "1 other"


@pytest.mark.parametrize(("codes", "confirmed", "remarked"), [(40, 9, True), (40, 10, False), (19, 0, False)])
def test_a_country_that_codes_hardly_come_back_from_is_worth_a_look(codes: int, confirmed: int, remarked: bool) -> None:
    by_gateway, by_country = shares([tally(messages=codes, confirmed=confirmed)], "en")
    assert by_country.rows[0].remark == (PUMPING if remarked else "")
    assert [row.remark for row in (*by_gateway.rows, by_country.rows[-1])] == ["", "", ""]
