"""The table says of each target whether it is met."""

from benchmarks.acts import Exchange, Script
from benchmarks.contests import Subject, line_of
from benchmarks.jobs import ENROL
from benchmarks.load import Contest, Effort, Round
from benchmarks.report import report, verdict
from benchmarks.table import Line, rendered, unavailable

SCRIPT = Script([Exchange(["begin", "select", "commit"])] * 3)
FLOOR = [Round(100.0, 2.0), Round(120.0, 2.0), Round(100.0, 2.0)]


def contested(ours: list[Round], least: float | None = 0.5) -> Line:
    return line_of(Subject("enrolment", ENROL, least), "SQLite", Contest(SCRIPT, FLOOR, ours))


def test_the_ratio_is_the_median_of_rounds_that_were_side_by_side() -> None:
    line = contested([Round(60.0, 4.0), Round(60.0, 4.0), Round(40.0, 4.0)])
    assert (line.ratio, line.spread, line.met) == ("50%", "40% to 60%", True)
    assert line.target == "at least 50%"
    assert "3 requests, 3 statements in 3 transactions" in line.note
    assert "by the processor's time 50%" in line.note


def test_a_target_that_is_missed_is_said() -> None:
    line = contested([Round(49.0, 4.0)] * 3)
    assert line.met is False
    assert "| **no** |" in rendered([line])
    assert verdict([line]) == "0 of 1 targets are met. Not met: enrolment (SQLite)."


def test_where_there_is_no_target_nothing_is_met_or_missed() -> None:
    line = contested([Round(1.0, 4.0)] * 3, least=None)
    assert (line.target, line.met) == ("", None)
    assert verdict([line, unavailable("workers", "it has none")]) == "0 of 0 targets are met."


def test_every_row_has_as_many_cells_as_the_head() -> None:
    table = rendered([contested(FLOOR), unavailable("a | b", "no server")]).splitlines()
    assert len({line.replace("\\|", "").count("|") for line in table}) == 1
    assert "not available" in table[-1]


def test_the_report_names_machine_versions_and_method() -> None:
    text = report([contested(FLOOR)], Effort(5, 1.5))
    for part in ("cores", "GB of memory", "Python 3", "SQLite 3", "granian", "psycopg", "1 of 1 targets are met."):
        assert part in text
