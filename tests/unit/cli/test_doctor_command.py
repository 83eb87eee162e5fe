"""`watchword doctor`, as it is typed: what it says, what it ends with, and what it leaves alone."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from tests.doubles.gateway import GatewayDouble
from tests.unit.cli.commands import Commands
from watchword.administration.doctor.finding import Kind
from watchword.administration.doctor.registry import CHECKS
from watchword.administration.doctor.report import Report, Section
from watchword.cli import doctor as command
from watchword.cli.doctor import STATUS
from watchword.cli.doctor_told import WIDTH, lines
from watchword.clock import system_clock

SECRET = "s3cret-of-the-gateway"
URL = "https://sms.example.org"
STAGE = """
version: 1
entries:
  - model: authentik_stages_authenticator_sms.authenticatorsmsstage
    identifiers: {{name: "to +4915123456713"}}
    attrs:
      provider: twilio
      account_sid: AC00000000000000000000000000000000
      auth: {secret}
      from_number: "+15017122661"
      gateway_url: "{url}"
"""


@pytest.fixture(autouse=True)
def stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """It leaves without taking the interpreter down, which is that of the tests here."""
    monkeypatch.setattr(command, "leave", sys.exit)


@pytest.fixture
def double() -> Iterator[GatewayDouble]:
    with GatewayDouble() as double:
        yield double


@pytest.fixture
def well(commands: Commands, tmp_path: Path) -> Commands:
    """An installation in which nothing is wrong."""
    assert commands.run("migrate").exit_code == 0
    assert commands.run("blueprint", "apply", "default").exit_code == 0
    made = commands.run("user", "create", "ada", "--superuser", "--password", "a long password")
    assert made.exit_code == 0, made.output
    return commands


def doctor(commands: Commands, *arguments: str, **settings: str) -> Result:
    given = {"public_url": URL, "trusted_proxies": "127.0.0.1", **settings}
    return commands.run("doctor", *arguments, **given)


def document(result: Result) -> Any:
    assert result.stderr == ""
    return json.loads(result.stdout)


def codes(result: Result) -> set[str]:
    return {found["code"] for check in document(result)["checks"] for found in check["findings"]}


def with_stage(commands: Commands, tmp_path: Path, url: str) -> Commands:
    file = tmp_path / "stage.yaml"
    file.write_text(STAGE.format(url=url, secret=SECRET))
    applied = commands.run("blueprint", "apply", str(file))
    assert applied.exit_code == 0, applied.output
    return commands


def test_where_nothing_is_wrong_it_ends_with_less_than_an_error(well: Commands) -> None:
    result = doctor(well, "--offline")
    assert result.exit_code == 1, result.output
    assert "x wrong" not in result.stdout
    assert "+ good" in result.stdout
    assert result.stdout.rstrip().splitlines()[-1].endswith(".")
    assert result.stderr == ""


def test_each_finding_has_a_sign_a_word_and_its_fix_below(well: Commands) -> None:
    shown = doctor(well, "--offline", public_url="").stdout
    told = shown[shown.index("Public address\n") :].splitlines()
    assert told[1].startswith("  ! warning     There is no public address")
    assert any(line.startswith(" " * 16 + "> Set WATCHWORD_PUBLIC_URL") for line in told[2:5])
    assert "\x1b" not in shown, "without colours where nobody sees them"
    assert max(map(len, shown.splitlines())) <= WIDTH


def test_as_json_every_check_is_there(well: Commands) -> None:
    told = document(doctor(well, "--offline", "--json"))
    assert [check["check"] for check in told["checks"]] == [check.name for check in CHECKS]
    assert told["shape"] == 1
    assert told["severity"] == "warning"
    skipped = {check["check"] for check in told["checks"] if check["skipped"]}
    assert skipped >= {"gateways", "public_url_asked"}


def test_something_wrong_ends_with_two(well: Commands) -> None:
    result = doctor(well, "--offline", "--json", public_url="http://sms.example.org")
    assert result.exit_code == 2
    assert "public_url_plain" in codes(result)


@pytest.mark.parametrize(("severity", "status"), [("ok", 0), ("advice", 0), ("warning", 1), ("error", 2)])
def test_the_worst_decides_how_it_ends(
    commands: Commands, monkeypatch: pytest.MonkeyPatch, severity: Any, status: int
) -> None:
    found = Kind("one", severity, "It is so.", "Mend it.").found()
    report = Report(at=system_clock(), sections=(Section(check="a", title="A", findings=(found,)),))

    async def examined(*_: object) -> Report:
        return report

    monkeypatch.setattr(command, "_examined", examined)
    assert doctor(commands).exit_code == STATUS[report.severity] == status


def test_a_gateway_is_asked_and_nothing_of_it_is_told(well: Commands, tmp_path: Path, double: GatewayDouble) -> None:
    result = doctor(with_stage(well, tmp_path, double.url), "--json", public_url=double.url)
    assert "gateway_fine" in codes(result)
    assert "public_url_other" in codes(result), "the double is no Watchword"
    assert {request.method for request in double.requests} == {"GET"}
    assert SECRET not in result.stdout
    assert "4915123456713" not in result.stdout
    assert "+49 ••• ••13" in result.stdout


def test_a_gateway_that_refuses_ends_with_two(well: Commands, tmp_path: Path, double: GatewayDouble) -> None:
    double.behave("status", 401, b'{"code": 20003}')
    result = doctor(with_stage(well, tmp_path, double.url), public_url=double.url)
    assert result.exit_code == 2
    assert "Twilio says no" in result.stdout
    assert SECRET not in result.stdout


def test_offline_nobody_is_asked(well: Commands, tmp_path: Path, double: GatewayDouble) -> None:
    doctor(with_stage(well, tmp_path, double.url), "--offline", public_url=double.url)
    assert double.requests == []


def test_where_there_is_nothing_nothing_is_made(commands: Commands) -> None:
    result = doctor(commands, "--offline", "--json")
    assert result.exit_code == 2
    assert {"database_missing", "secret_key_missing"} <= codes(result)
    assert not commands.data_dir.exists()


def test_a_database_that_is_behind_is_told_and_stays_as_it_is(well: Commands) -> None:
    file = well.data_dir / "watchword.db"
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '0004'")
    assert "migrations_pending" in codes(doctor(well, "--offline", "--json"))
    with closing(sqlite3.connect(file)) as database, database:
        assert database.execute("SELECT version_num FROM alembic_version").fetchone() == ("0004",)


def test_beside_a_server_that_writes_it_says_the_same(well: Commands) -> None:
    alone = codes(doctor(well, "--offline", "--json"))
    with closing(sqlite3.connect(well.data_dir / "watchword.db", isolation_level=None)) as server:
        server.execute("BEGIN IMMEDIATE")
        server.execute("INSERT INTO fact VALUES ('a', 'b')")
        assert codes(doctor(well, "--offline", "--json")) == alone
        server.execute("ROLLBACK")


def test_a_database_that_does_not_answer_leaves_the_rest(commands: Commands) -> None:
    away = {"database_url": "postgresql://nobody:s3cret@127.0.0.1:1/none", "secret_key": "0123456789abcdef" * 3}
    result = doctor(commands, "--offline", "--json", **away)
    assert result.exit_code == 2
    assert {"database_away", "sandbox_works", "public_url_fine"} <= codes(result)
    assert "s3cret" not in result.stdout
    assert "nobody" not in result.stdout


@pytest.mark.parametrize(
    "settings",
    [
        {"databse_url": "x"},
        {"secret_key": "short"},
        {"database_url": "sqlite://host/file"},
        {"database_url": "postgresql://db/sms"},
    ],
)
def test_settings_that_cannot_be_read_are_a_finding(commands: Commands, settings: dict[str, str]) -> None:
    result = doctor(commands, "--json", **settings)
    assert (result.exit_code, codes(result)) == (2, {"settings_invalid"})
    assert "Traceback" not in doctor(commands, **settings).output


def test_colours_say_the_same_once_more() -> None:
    found = [Kind("one", severity, "It is so.", "Mend it.").found() for severity in STATUS]  # type: ignore[arg-type] # its keys are severities
    skipped = Section(check="b", title="B", skipped="Why.")
    report = Report(at=system_clock(), sections=(Section(check="a", title="A", findings=tuple(found)), skipped))
    plain, coloured = list(lines(report, colours=False)), list(lines(report, colours=True))
    assert [line for line in plain if "\x1b" in line] == []
    assert sum("\x1b" in line for line in coloured) == len(found) + 2
    assert [
        word for word in ("good", "advice", "warning", "wrong", "not checked") if word not in "\n".join(plain)
    ] == []


def test_a_fix_stands_where_something_is_to_mend() -> None:
    found = tuple(Kind("one", severity, "It is so.", "Mend it.").found() for severity in ("ok", "error"))
    report = Report(at=system_clock(), sections=(Section(check="a", title="A", findings=found),))
    assert [line.strip() for line in lines(report, colours=False)].count("> Mend it.") == 1


def test_the_installed_command_ends_as_it_should(well: Commands) -> None:
    """With the interpreter's own end: the sandbox's threads made one in three of those a crash."""
    watchword = Path(sys.executable).with_name("watchword")
    env = {name: value for name, value in os.environ.items() if not name.startswith("WATCHWORD_")}
    env |= {"WATCHWORD_PUBLIC_URL": URL, "WATCHWORD_TRUSTED_PROXIES": "127.0.0.1"}
    line = [str(watchword), "doctor", "--offline", "--json", "--data-dir", str(well.data_dir)]
    for _ in range(2):
        done = subprocess.run(line, capture_output=True, text=True, timeout=60, check=False, env=env)  # noqa: S603 - our own command
        assert done.returncode == 1, done.stderr
        assert done.stderr == ""
        assert json.loads(done.stdout)["severity"] == "warning"
