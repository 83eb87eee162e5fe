"""What the page of the doctor says it finds is what it can find, and its report has the shape that is described."""

import json
import re

import pytest
from scripts.make_doctor_tables import FILE, filled

from watchword.administration.doctor import examine, unreadable
from watchword.administration.doctor.finding import SEVERITIES, Kind
from watchword.administration.doctor.from_within import PER_HOUR
from watchword.administration.doctor.registry import CHECKS
from watchword.administration.doctor.report import SHAPE, Report, Section, as_json
from watchword.cli.doctor import STATUS, doctor_command
from watchword.clock import system_clock

PAGE = FILE.read_text()
KINDS = [*(kind for check in CHECKS for kind in check.kinds), *unreadable.KINDS, *examine.KINDS]


def test_the_tables_are_up_to_date() -> None:
    assert filled(PAGE) == PAGE, "Run: python scripts/make_doctor_tables.py"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_everything_that_can_be_found_is_described(kind: Kind) -> None:
    assert f"| `{kind.code}` | {kind.severity} | {kind.means} | {kind.fix} |" in PAGE


def test_nothing_is_described_that_cannot_be_found() -> None:
    tables = PAGE.partition("\n## What it finds\n")[2]
    assert set(re.findall(r"^\| `(\w+)` \|", tables, re.MULTILINE)) == {kind.code for kind in KINDS}


def test_what_is_changed_by_hand_is_found() -> None:
    row = next(line for line in PAGE.splitlines() if line.startswith("| `public_url_unset`"))
    for changed in (PAGE.replace(row, f"{row} "), PAGE.replace(f"{row}\n", ""), f"{PAGE}| `invented` | | | |\n"):
        assert changed != PAGE
        assert filled(changed) == PAGE


def test_what_stands_before_the_tables_stays() -> None:
    more = PAGE.replace("# The doctor\n", "# The doctor\n\nA sentence more.\n")
    assert filled(more) == more


def test_the_severities_and_what_it_ends_with_are_described() -> None:
    assert [severity for severity in SEVERITIES if f"| `{severity}` |" not in PAGE] == []
    assert [status for status in set(STATUS.values()) if f"\n| {status} |" not in PAGE] == []
    assert f"may let the doctor look {PER_HOUR.count} times an\nhour" in PAGE


def test_every_option_is_described() -> None:
    options = [option.opts[0] for option in doctor_command.params]
    assert [option for option in options if f"| `{option}` |" not in PAGE] == []


def test_the_example_of_a_report_has_its_shape() -> None:
    [text] = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    example = json.loads(text)
    kind = next(kind for kind in KINDS if kind.code == example["checks"][0]["findings"][0]["code"])
    section = Section(check="public_url", title="Public address", findings=(kind.found(),))
    real = json.loads(as_json(Report(at=system_clock(), sections=(section,))))
    assert shape_of(example) == shape_of(real)
    assert (example["shape"], example["severity"], example["counts"]) == (SHAPE, kind.severity, real["counts"])


def shape_of(value: object) -> object:
    if isinstance(value, dict):
        return {name: shape_of(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [shape_of(inner) for inner in value]
    return type(value).__name__
