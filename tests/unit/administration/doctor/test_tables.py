"""The doctor on what the tables hold."""

from datetime import timedelta
from typing import Any

import pytest

from tests.contract.databases.make import make_session
from tests.unit.administration.doctor.patients import NOW, after, codes, memory, not_checked, only, patient
from watchword.administration.doctor.checks import tables
from watchword.administration.doctor.checks.tables import MANY, check, in_bytes
from watchword.administration.doctor.finding import Finding
from watchword.administration.doctor.patient import NO_DATABASE
from watchword.errors import DatabaseUnavailable
from watchword.storage.database import open_database
from watchword.storage.health import Overdue, TableSize


async def judged(monkeypatch: pytest.MonkeyPatch, *sizes: TableSize, overdue: Overdue | None = None) -> list[Finding]:
    opened = await memory()
    monkeypatch.setattr(tables, "table_sizes", lambda _: list(sizes))
    monkeypatch.setattr(tables, "overdue", lambda *_: overdue or Overdue(0, 0))
    found = await check(patient(database=opened, database_url="sqlite://"))
    await opened.close()
    return found


async def test_the_largest_are_named() -> None:
    opened = await memory()
    await opened.run(lambda conn: [make_session(conn, token_hash=str(number)) for number in range(5)])
    [told] = await check(patient(database=opened, database_url="sqlite://"))
    assert told.code == "tables_sizes"
    assert told.sentence.startswith("18 tables hold 5 rows. The largest: session has 5 rows,")
    await opened.close()


async def test_estimates_are_said_to_be_some(monkeypatch: pytest.MonkeyPatch) -> None:
    [told] = await judged(monkeypatch, TableSize("event", 1234, exact=False, size=3 * 1024 * 1024))
    assert told.sentence == "1 tables hold about 1,234 rows. The largest: event has about 1,234 rows in 3.0 MiB."


@pytest.mark.parametrize("name", ["event", "delivery", "config_revision"])
async def test_a_table_that_grows_without_end_is_told(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    found = await judged(monkeypatch, TableSize(name, MANY + 1, exact=True, size=None))
    assert only(found, tables.LARGE).sentence == f"The table {name} has 1,000,001 rows."
    assert codes(await judged(monkeypatch, TableSize(name, MANY, exact=True, size=None))) == ["tables_sizes"]


async def test_many_people_are_no_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    assert codes(await judged(monkeypatch, TableSize("users", 10 * MANY, exact=True, size=None))) == ["tables_sizes"]


@pytest.mark.parametrize(
    ("left", "words"),
    [(Overdue(1000, 0), "1,000 sessions or more"), (Overdue(3, 1000), "1,000 runs of flows or more")],
)
async def test_what_nobody_sweeps_is_told(monkeypatch: pytest.MonkeyPatch, left: Overdue, words: str) -> None:
    found = await judged(monkeypatch, TableSize("session", 1, exact=True, size=None), overdue=left)
    assert words in only(found, tables.UNSWEPT).sentence


async def test_a_few_that_wait_for_the_next_minute_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    found = await judged(monkeypatch, TableSize("session", 1, exact=True, size=None), overdue=Overdue(999, 999))
    assert codes(found) == ["tables_sizes"]


async def test_what_expired_within_the_hour_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "_OVERDUE", 1)
    opened = await memory()
    ill = patient(database=opened, database_url="sqlite://", clock=lambda: after(seconds=3600))
    await opened.run(make_session, expires=NOW + timedelta(minutes=1))
    assert codes(await check(ill)) == ["tables_sizes"]
    await opened.run(make_session, token_hash="another", expires=NOW - timedelta(minutes=1))
    assert codes(await check(ill)) == ["tables_sizes", "sweep_behind"]
    await opened.close()


async def test_an_old_schema_is_not_counted() -> None:
    opened = open_database("sqlite://")
    reason = await not_checked(check, patient(database=opened, database_url="sqlite://"))
    assert "not all tables" in reason
    await opened.close()


@pytest.mark.parametrize(
    ("error", "words"), [(TimeoutError(), "longer than 20 seconds"), (DatabaseUnavailable(), "in time")]
)
async def test_a_database_that_takes_too_long_is_not_counted(
    monkeypatch: pytest.MonkeyPatch, error: Exception, words: str
) -> None:
    async def late(*_: Any) -> Any:
        raise error

    monkeypatch.setattr(tables, "read_aside", late)
    opened = await memory()
    assert words in await not_checked(check, patient(database=opened))
    await opened.close()


async def test_without_a_database_nothing_is_said() -> None:
    assert await not_checked(check, patient()) == NO_DATABASE


def test_sizes_read_as_people_read_them() -> None:
    told = [in_bytes(size) for size in (0, 1023, 1024, 1536, 1024**2, 5 * 1024**3, 3 * 1024**5)]
    assert told == ["0 bytes", "1023 bytes", "1.0 KiB", "1.5 KiB", "1.0 MiB", "5.0 GiB", "3072.0 TiB"]
