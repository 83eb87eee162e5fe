"""The audit of dependencies never takes what could not be looked up for what is safe."""

from typing import Any

import pytest
from scripts.audit import FOUND, NOTHING_CHECKED, Audit, conclude, read_report

SAFE: dict[str, Any] = {"name": "safe", "version": "1.0", "vulns": []}
UNKNOWN = {"name": "unknown", "skip_reason": "Dependency not found and could not be audited: unknown (1.0)"}
BAD = {
    "name": "bad",
    "version": "2.0",
    "vulns": [{"id": "PYSEC-1", "fix_versions": ["2.1"]}, {"id": "PYSEC-2", "fix_versions": []}],
}


def audit(*packages: Any) -> Audit:
    return read_report({"dependencies": list(packages), "fixes": []})


@pytest.mark.parametrize("required", [True, False])
def test_a_vulnerability_fails_and_is_named(required: bool) -> None:
    status, lines = conclude(audit(SAFE, BAD, UNKNOWN), required=required)
    assert status == FOUND
    assert lines == [
        "bad 2.0: PYSEC-1, fixed in 2.1",
        "bad 2.0: PYSEC-2, fixed in none yet",
        "2 packages checked, 2 vulnerabilities.",
        "NOT CHECKED: unknown.",
    ]


@pytest.mark.parametrize("nothing", [None, audit(), audit(UNKNOWN)])
def test_where_nothing_could_be_asked_that_is_said_and_fails_where_it_is_required(nothing: Audit | None) -> None:
    assert conclude(nothing, required=False)[0] == 0
    status, [said] = conclude(nothing, required=True)
    assert (status, said.startswith("NOTHING WAS CHECKED")) == (NOTHING_CHECKED, True)


def test_all_known_and_none_vulnerable_is_well() -> None:
    assert conclude(audit(SAFE), required=True) == (0, ["1 packages checked, 0 vulnerabilities."])


def test_one_that_is_unknown_is_told_and_fails_where_all_are_required() -> None:
    assert conclude(audit(SAFE, UNKNOWN), required=False)[0] == 0
    assert conclude(audit(SAFE, UNKNOWN), required=True)[0] == NOTHING_CHECKED
