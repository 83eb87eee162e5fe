"""What an examination comes to, for people and for programs."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.administration.doctor.patients import NOW
from watchword import __version__
from watchword.administration.doctor.finding import SEVERITIES, Finding, Kind
from watchword.administration.doctor.registry import CHECKS
from watchword.administration.doctor.report import Report, Section, as_json, worst
from watchword.administration.doctor.unreadable import unreadable
from watchword.errors import SettingsInvalid

KINDS = {severity: Kind(f"a_{severity}", severity, "It is so.", "Mend it.") for severity in SEVERITIES}

FOUND = {"sentence": "It is so.", "fix": "Mend it.", "about": "", "pk": ""}


def report(*severities: Any, skipped: int = 0) -> Report:
    found = tuple(KINDS[severity].found() for severity in severities)
    none = [Section(check=str(number), title="T", skipped="Why.") for number in range(skipped)]
    return Report(at=NOW, sections=(Section(check="a", title="A", findings=found), *none))


@pytest.mark.parametrize(
    ("severities", "expected"),
    [
        ((), "ok"),
        (("ok", "ok"), "ok"),
        (("ok", "advice"), "advice"),
        (("warning", "advice"), "warning"),
        (("ok", "error", "warning"), "error"),
    ],
)
def test_the_worst_counts(severities: tuple[Any, ...], expected: str) -> None:
    assert report(*severities).severity == expected
    assert report(*severities).sections[0].severity == expected


@given(st.lists(st.sampled_from(SEVERITIES), max_size=20))
def test_everything_is_counted_and_nothing_is_better_than_the_worst(severities: list[Any]) -> None:
    told = report(*severities)
    assert sum(told.counts.values()) == len(severities) == len(told.findings)
    assert list(told.counts) == ["error", "warning", "advice", "ok"]
    assert all(SEVERITIES.index(one.severity) <= SEVERITIES.index(worst(told.findings)) for one in told.findings)


@pytest.mark.parametrize(
    ("severities", "skipped", "sentence"),
    [
        ((), 0, "All is well."),
        (("ok",), 0, "All is well."),
        (("error",), 0, "1 thing is wrong."),
        (("error", "error", "warning"), 0, "2 things are wrong, 1 warning."),
        (("advice",), 1, "1 piece of advice, 1 check was not made."),
        (("warning", "warning", "advice", "advice"), 2, "2 warnings, 2 pieces of advice, 2 checks were not made."),
    ],
)
def test_it_is_summed_up_in_a_sentence(severities: tuple[Any, ...], skipped: int, sentence: str) -> None:
    assert report(*severities, skipped=skipped).summary == sentence


def test_as_json_it_has_the_shape_that_is_described() -> None:
    told = json.loads(as_json(report("error", "ok", skipped=1)))
    assert told == {
        "shape": 1,
        "watchword": __version__,
        "at": "2026-03-01T12:00:00Z",
        "severity": "error",
        "counts": {"error": 1, "warning": 0, "advice": 0, "ok": 1},
        "checks": [
            {
                "check": "a",
                "title": "A",
                "findings": [
                    {
                        "code": f"a_{name}",
                        "severity": name,
                        "sentence": "It is so.",
                        "fix": "Mend it.",
                        "about": "",
                        "pk": "",
                    }
                    for name in ("error", "ok")
                ],
                "skipped": None,
                "seconds": 0.0,
            },
            {"check": "0", "title": "T", "findings": [], "skipped": "Why.", "seconds": 0.0},
        ],
    }


def test_settings_that_cannot_be_read_are_told_one_by_one() -> None:
    told = unreadable(SettingsInvalid("One is wrong.\nAnother is too."), NOW)
    assert [(one.code, one.sentence) for one in told.findings] == [
        ("settings_invalid", "One is wrong."),
        ("settings_invalid", "Another is too."),
    ]
    assert [section.check for section in told.sections] == [check.name for check in CHECKS]
    assert all(section.skipped for section in told.sections[1:])


@pytest.mark.parametrize("field", ["sentence", "fix", "about"])
def test_a_full_number_is_masked_wherever_it_stands(field: str) -> None:
    number = "+4915123456713"
    found: Finding = KINDS["ok"].found(**{field: f"It is {number}."})
    assert number not in repr(found)
    assert "•• ••13" in getattr(found, field)


def test_a_finding_says_what_its_kind_means_where_it_says_nothing_itself() -> None:
    kind = KINDS["warning"]
    assert kind.found() == Finding(code="a_warning", severity="warning", sentence="It is so.", fix="Mend it.")
    assert kind.found("This.", fix="That.").sentence == "This."
