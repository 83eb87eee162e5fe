"""The report: counted, harmless, and whole only where all came."""

import pytest

from watchword.migration.report import FATES, Fate, Line, Report, left_out


def line(fate: Fate, *why: str, kind: str = "flow", notes: tuple[str, ...] = ()) -> Line:
    return Line(kind=kind, label="one", fate=fate, why=why, notes=notes)


@pytest.mark.parametrize("fate", ["created", "updated", "unchanged"])
def test_what_came_is_whole_unless_something_of_it_is_missing(fate: Fate) -> None:
    assert line(fate).whole
    assert line(fate, notes=("well to know",)).whole
    assert not line(fate, "its picture").whole


@pytest.mark.parametrize("fate", ["kept", "left out"])
def test_what_did_not_come_is_never_whole(fate: Fate) -> None:
    assert not line(fate).whole


def test_a_report_is_whole_where_every_line_is() -> None:
    assert Report().whole
    assert Report(lines=[line("created"), line("unchanged")]).whole
    assert not Report(lines=[line("created"), line("kept")]).whole


@pytest.mark.parametrize("fate", FATES)
def test_it_tells_whether_anything_changed(fate: Fate) -> None:
    assert Report(lines=[line(fate)]).changed == (fate in ("created", "updated"))


def test_it_counts_by_kind_in_the_order_of_their_coming() -> None:
    report = Report(lines=[line("created", kind="user"), line("kept"), line("created", kind="user")])
    assert report.counts() == {"user": {"created": 2}, "flow": {"kept": 1}}
    assert list(report.counts()) == ["user", "flow"]


def test_what_it_repeats_of_another_server_is_made_harmless() -> None:
    one = left_out("user\n", "\x1b]0;gotcha\x07 +49 151 23456713", "it\nis\todd: " + "x" * 500)
    assert "+49 ••• ••13" in one.label
    assert "\x1b" not in one.label
    (why,) = one.why
    assert why.startswith("it is odd: xxx")
    assert len(why) == 200
    assert why.endswith("…")


def test_several_reasons_stay_apart() -> None:
    assert left_out("flow", "one", ["first", "second"]).why == ("first", "second")
