"""An examination: every check is made, whatever the others do, and none ends in a traceback."""

import asyncio
from typing import Any

import pytest

from tests.unit.administration.doctor.patients import NOW, UNREAD, codes, memory, patient, placed, stage
from watchword.administration.doctor.examine import examine
from watchword.administration.doctor.finding import Finding, Kind, NotChecked
from watchword.administration.doctor.patient import Patient
from watchword.administration.doctor.registry import CHECKS, Check
from watchword.administration.doctor.report import Report
from watchword.errors import DatabaseUnavailable

FINE = Kind("fine", "ok", "Fine.")


def made(name: str, run: Any, seconds: float = 5.0) -> Check:
    return Check(name, name.title(), run, (), seconds)


async def fine(_: Patient) -> list[Finding]:
    return [FINE.found()]


def failing(error: Exception) -> Any:
    async def run(_: Patient) -> list[Finding]:
        raise error

    return run


async def _report(*checks: Check) -> Report:
    return await examine(patient(), checks)


async def test_checks_are_made_in_their_order_and_announced() -> None:
    begun: list[str] = []
    checks = [made("one", fine), made("two", fine)]
    report = await examine(patient(), checks, on_begin=lambda check: begun.append(check.name))
    assert begun == [section.check for section in report.sections] == ["one", "two"]
    assert report.at == NOW


@pytest.mark.parametrize("error", [RuntimeError(UNREAD), ValueError(UNREAD), KeyError(UNREAD), AssertionError(UNREAD)])
async def test_a_check_that_fails_is_a_finding_and_spoils_nothing(error: Exception) -> None:
    report = await _report(made("bad", failing(error)), made("good", fine))
    assert codes(report.findings) == ["check_failed", "fine"]
    assert type(error).__name__ in report.findings[0].sentence
    assert UNREAD not in report.findings[0].sentence


async def test_a_check_that_takes_too_long_is_given_up() -> None:
    async def late(_: Patient) -> list[Finding]:
        await asyncio.sleep(60)
        return []

    report = await _report(made("late", late, seconds=0.01), made("good", fine))
    assert codes(report.findings) == ["check_too_slow", "fine"]


async def test_a_time_out_within_a_check_is_one_too() -> None:
    assert codes((await _report(made("late", failing(TimeoutError())))).findings) == ["check_too_slow"]


async def test_a_database_that_goes_away_meanwhile_is_no_fault_of_the_check() -> None:
    assert codes((await _report(made("away", failing(DatabaseUnavailable())))).findings) == ["database_away"]


async def test_what_is_not_checked_says_why() -> None:
    report = await _report(made("not", failing(NotChecked("There is nothing."))))
    [section] = report.sections
    assert (section.skipped, section.findings) == ("There is nothing.", ())


async def test_an_examination_that_is_stopped_stops() -> None:
    with pytest.raises(asyncio.CancelledError):
        await _report(made("stopped", failing(asyncio.CancelledError())))  # type: ignore[arg-type] # no Exception


async def test_whoever_has_nothing_is_examined_all_the_same() -> None:
    """Neither database nor configuration nor network."""
    report = await examine(patient(snapshot=None))
    assert [section.check for section in report.sections] == [check.name for check in CHECKS]
    assert not {"check_failed", "check_too_slow"} & set(codes(report.findings))
    assert "database_away" in codes(report.findings)
    assert sum(section.skipped is not None for section in report.sections) > 5


async def test_no_finding_of_any_check_holds_a_secret() -> None:
    opened = await memory()
    ill = patient(
        *placed(stage(auth=UNREAD, auth_password=UNREAD, account_sid=f"http://u:{UNREAD}@gw.example/?k={UNREAD}")),
        database=opened,
        database_url="sqlite://",
        secret_key=UNREAD * 4,
        bootstrap_password=UNREAD,
        bootstrap_token=UNREAD,
        environ={"WATCHWORD_SECRET_KEY": UNREAD * 4},
    )
    report = await examine(ill)
    await opened.close()
    assert len(report.findings) > 10
    assert UNREAD not in repr(report)
