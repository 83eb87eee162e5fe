"""What an import shows while it runs, and when it is done."""

import json

import pytest

from watchword.cli.import_progress import Bars
from watchword.cli.import_report import as_json, show
from watchword.migration.report import Line, Report

LINES = [
    Line(kind="user", label="olivia", fate="created"),
    Line(kind="user", label="oscar", fate="unchanged"),
    Line(kind="flow", label="enrol", fate="created", notes=("It is called so.",)),
    Line(kind="flow", label="consent", fate="created", why=("No step.", "No step."), notes=("Also.",)),
]


def test_what_came_as_it_was_is_only_counted(capsys: pytest.CaptureFixture[str]) -> None:
    show(Report(lines=LINES[:2]))
    shown = capsys.readouterr().out
    assert "1 created, 1 unchanged" in shown
    assert "olivia" not in shown
    assert "Left out" not in shown
    assert "Well to know" not in shown


def test_what_did_not_come_whole_has_a_line_with_each_reason_once(capsys: pytest.CaptureFixture[str]) -> None:
    show(Report(lines=LINES, notes=["Passwords stay."]))
    shown = capsys.readouterr().out
    left, known = shown.split("Well to know:")
    assert "  flow consent (created)\n    - No step.\n    - Also.\n" in left
    assert left.count("No step.") == 1
    assert "  flow enrol (created)\n    - It is called so.\n" in known
    assert shown.rstrip().endswith("Passwords stay.")


@pytest.mark.parametrize("dry", [False, True])
def test_a_dry_run_says_first_that_it_was_one(capsys: pytest.CaptureFixture[str], dry: bool) -> None:
    show(Report(lines=LINES, dry=dry))
    assert capsys.readouterr().out.startswith("Nothing was changed" if dry else "user ")


def test_programs_read_the_same() -> None:
    said = json.loads(as_json(Report(lines=LINES, notes=["Passwords stay."], dry=True)))
    assert (said["dry_run"], said["whole"], said["changed"], said["notes"]) == (True, False, True, ["Passwords stay."])
    assert said["lines"][0] == {"kind": "user", "label": "olivia", "fate": "created", "why": [], "notes": []}
    assert len(said["lines"]) == len(LINES)


def test_without_a_terminal_each_thing_is_named_once(capsys: pytest.CaptureFixture[str]) -> None:
    with Bars() as bars:
        for done in (5, 10, 11):
            bars.tell("Reading users", done, 11)
        bars.tell("Reading groups", 1, 1)
        bars.tell("Reading groups", 0, 0)
    captured = capsys.readouterr()
    assert captured.err.split("\n") == ["Reading users", "Reading groups", ""]
    assert captured.out == ""


def test_with_a_terminal_there_is_a_bar(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("click._termui_impl.isatty", lambda _: True)
    with Bars() as bars:
        bars.tell("Reading users", 0, 4)
        bars.tell("Reading users", 4, 4)
    assert "100%" in capsys.readouterr().err


def test_a_bar_ends_where_the_work_breaks_off(capsys: pytest.CaptureFixture[str]) -> None:
    def broken() -> None:
        with Bars() as bars:
            bars.tell("Reading users", 1, 4)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        broken()
    assert capsys.readouterr().err.endswith("\n")
