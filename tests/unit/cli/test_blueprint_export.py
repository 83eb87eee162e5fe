"""`watchword blueprint export`, as it is typed."""

from pathlib import Path

import pytest

from tests.unit.blueprints.bench import NOW
from tests.unit.cli.commands import Commands, is_refused, look
from watchword.storage.events import list_events
from watchword.storage.users import create_user

SMS = """\
version: 1
entries:
- model: authentik_stages_authenticator_sms.authenticatorsmsstage
  id: sms
  identifiers: {name: sms}
  attrs: {provider: demo, auth: sEcReT-0815}
- model: authentik_flows.flow
  id: enrol
  identifiers: {slug: enrol}
  attrs: {name: Enrol, title: Enrol, designation: stage_configuration}
- model: authentik_flows.flowstagebinding
  identifiers: {target: !KeyOf enrol, stage: !KeyOf sms, order: 10}
- model: authentik_core.group
  identifiers: {name: staff}
"""


@pytest.fixture
def full(commands: Commands, tmp_path: Path) -> Commands:
    file = tmp_path / "sms.yaml"
    file.write_text(SMS)
    assert commands.run("blueprint", "apply", str(file)).exit_code == 0
    return commands


def export(commands: Commands, *arguments: str, typed: str = "") -> str:
    result = commands.run("blueprint", "export", *arguments, typed=typed)
    assert (result.exit_code, result.stderr) == (0, ""), result.output
    return result.stdout


def test_everything_goes_to_stdout_and_no_secret_with_it(full: Commands) -> None:
    told = export(full)
    assert told.startswith("# No secret is in this file.")
    assert "#   BLUEPRINT_SECRET_SMS_AUTH\n" in told
    assert "auth: !Env BLUEPRINT_SECRET_SMS_AUTH\n" in told
    assert "name: staff" in told
    assert "sEcReT" not in told


def test_it_is_applied_elsewhere_and_changes_nothing_here(full: Commands, tmp_path: Path) -> None:
    file = tmp_path / "all.yaml"
    assert export(full, str(file)) == ""
    here = full.run("blueprint", "apply", str(file))
    assert {line.split()[0] for line in here.stdout.splitlines()} == {"unchanged"}
    there = Commands(tmp_path / "elsewhere")
    done = there.run("blueprint", "apply", str(file))
    assert {line.split()[0] for line in done.stdout.splitlines()} == {"created"}
    assert "There is no value for this secret" in done.stderr


def test_one_flow_comes_with_what_it_is_made_of(full: Commands) -> None:
    told = export(full, "--flow", "enrol")
    assert "slug: enrol" in told
    assert "name: sms" in told
    assert "staff" not in told
    assert "pk:" not in told


def test_a_flow_that_is_not_there_is_a_sentence_that_names_those_that_are(full: Commands) -> None:
    assert is_refused(full.run("blueprint", "export", "--flow", "enroll"), "no flow enroll", "There are: enrol.")


def test_a_file_that_is_there_is_overwritten_only_when_told(full: Commands, tmp_path: Path) -> None:
    file = tmp_path / "all.yaml"
    file.write_text("mine")
    refused = full.run("blueprint", "export", str(file), typed="n\n")
    assert refused.exit_code == 1
    assert file.read_text() == "mine"
    export(full, str(file), "--yes")
    assert "slug: enrol" in file.read_text()
    assert [other.name for other in tmp_path.glob(".all*")] == []


def test_a_file_that_cannot_be_written_is_a_sentence(full: Commands, tmp_path: Path) -> None:
    assert is_refused(full.run("blueprint", "export", str(tmp_path / "no" / "all.yaml")), "cannot be written")


def test_users_come_along_when_asked_for_and_the_trail_tells(full: Commands) -> None:
    look(full, create_user, username="mia", now=NOW)
    assert "mia" not in export(full)
    assert look(full, list_events, action="data_exported") == []
    assert "username: mia" in export(full, "--users")
    [event] = look(full, list_events, action="data_exported")
    assert event.message == "People were taken away with `watchword blueprint export`"


def test_a_flow_has_no_users(full: Commands) -> None:
    assert is_refused(full.run("blueprint", "export", "--flow", "enrol", "--users"), "neither users")


def test_more_than_a_blueprint_can_hold_is_refused(full: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("watchword.blueprints.nodes.MAX_BYTES", 100)
    assert is_refused(full.run("blueprint", "export"), "more than one blueprint can hold")
