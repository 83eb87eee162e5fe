"""How a run of all tests is shared out among workers, and which PostgreSQL they use."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests import postgres
from tests.scheduling import LAST, LONGEST, SLOW, InPieces, urgency

ROOT = Path(__file__).parents[2]


def unit(nodeid: str) -> str:
    return str(InPieces.__new__(InPieces)._split_scope(nodeid))


def test_what_is_named_there_is_there() -> None:
    assert [name for name in (*LONGEST, *SLOW, LAST) if not (ROOT / name).exists()] == []


def test_the_longest_come_first_then_what_starts_servers_and_last_what_stays() -> None:
    wanted = [LONGEST[0], LONGEST[-1], "tests/faults/a.py", "tests/contract/a.py", "tests/races/a.py"]
    assert sorted(sorted(wanted), key=urgency) == wanted


def test_a_file_on_one_database_is_one_workers() -> None:
    file = "tests/e2e/test_protocol.py"
    for kind in ("sqlite", "postgresql"):
        ids = (f"{file}::test_a[{kind}]", f"{file}::test_b[{kind}-more]", f"{file}::test_c[an [id] {kind}]")
        assert {unit(nodeid) for nodeid in ids} == {f"{file} {kind}"}
    assert unit(f"{file}::test_a") == unit(f"{file}::test_b[mysqlite]") == file


@pytest.fixture
def fresh() -> Iterator[None]:
    """No address is known yet; the server that the run has is not touched."""
    known = postgres.server_address
    postgres.server_address = cache(known.__wrapped__)
    yield
    postgres.server_address = known


def test_a_server_that_is_named_is_taken(fresh: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(postgres.NAMED, "postgresql://somewhere/else")
    assert not postgres.starts_its_own()
    assert postgres.server_address() == "postgresql://somewhere/else"


def test_without_postgresqls_programs_the_one_that_runs_is_taken(fresh: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(postgres.NAMED, raising=False)
    monkeypatch.setattr(postgres, "binaries", lambda: None)
    assert not postgres.starts_its_own()
    assert postgres.server_address() == postgres.RUNNING


@pytest.mark.parametrize(("ci", "outcome"), [("true", pytest.fail.Exception), (None, pytest.skip.Exception)])
def test_without_any_tests_are_skipped_loudly_and_fail_in_ci(
    fresh: None, monkeypatch: pytest.MonkeyPatch, ci: str | None, outcome: type[BaseException]
) -> None:
    monkeypatch.setenv(postgres.NAMED, "postgresql://postgres@127.0.0.1:9/none")
    if ci:
        monkeypatch.setenv("CI", ci)
    else:
        monkeypatch.delenv("CI", raising=False)
    with pytest.raises(outcome, match="NOTHING IS TESTED ON POSTGRESQL"), postgres.empty_database():
        pass


def test_a_run_has_a_server_to_itself_where_postgresqls_programs_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(postgres.NAMED, raising=False)
    monkeypatch.setattr(postgres, "binaries", lambda: "/usr/bin")
    assert postgres.starts_its_own()
