"""`watchword blueprint diff`, as it is typed in the checks of a repository."""

from pathlib import Path

import pytest
from click.testing import Result

from tests.unit.cli.commands import Commands, is_refused

FLOW = """\
version: 1
entries:
- model: authentik_flows.flow
  id: enrol
  identifiers: {slug: enrol}
  attrs: {name: Enrol, title: Add a phone, designation: stage_configuration}
- model: authentik_policies_expression.expressionpolicy
  identifiers: {name: policy}
  attrs:
    expression: |
      # first
      return True
- model: authentik_stages_authenticator_sms.authenticatorsmsstage
  identifiers: {name: sms}
  attrs: {provider: demo, auth: !Env GATEWAY_TOKEN}
- model: authentik_core.user
  identifiers: {username: mia}
  attrs: {attributes: {room: 7, call: "+4915123456789"}}
"""


class Repository:
    def __init__(self, commands: Commands, file: Path) -> None:
        self._commands = commands
        self.file = file

    def run(self, command: str, text: str, *arguments: str) -> Result:
        self.file.write_text(text)
        return self._commands.run("blueprint", command, str(self.file), *arguments)


@pytest.fixture
def repository(commands: Commands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    monkeypatch.setenv("GATEWAY_TOKEN", "s3cret")
    return Repository(commands, tmp_path / "sms.yaml")


def test_what_would_be_made_is_told_and_nothing_is_made(repository: Repository) -> None:
    for _ in range(2):
        result = repository.run("diff", FLOW)
        assert result.exit_code == 2
        assert result.stdout.splitlines()[0] == "create  authentik_flows.flow enrol"
        assert result.stdout.splitlines()[-1] == "4 would be created; 0 entries change nothing."


def test_nothing_is_told_in_a_sentence(repository: Repository) -> None:
    assert repository.run("apply", FLOW).exit_code == 0
    result = repository.run("diff", FLOW)
    assert (result.exit_code, result.stdout, result.stderr) == (0, "Nothing would change.\n", "")


def test_a_change_is_told_field_by_field(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    repository.run("apply", FLOW)
    monkeypatch.setenv("GATEWAY_TOKEN", "an0ther")
    changed = FLOW.replace("Add a phone", "Add your phone").replace("# first", "# second").replace("room: 7", "room: 8")
    result = repository.run("diff", changed.replace("3456789", "3456700"))
    assert result.exit_code == 2
    assert result.stdout == (
        "change  authentik_flows.flow enrol\n"
        '        title: "Add a phone" → "Add your phone"\n'
        "change  authentik_policies_expression.expressionpolicy policy\n"
        "        expression:\n"
        "          -# first\n"
        "          +# second\n"
        "           return True\n"
        "change  authentik_stages_authenticator_sms.authenticatorsmsstage sms\n"
        "        auth: changed\n"
        "change  authentik_core.user mia\n"
        '        attributes: {"call":"+49 ••• ••89","room":7} → {"call":"+49 ••• ••00","room":8}\n'
        "4 would be changed; 0 entries change nothing.\n"
    )
    assert "Nothing would change." in repository.run("diff", FLOW.replace("GATEWAY_TOKEN", "UNSET")).stdout


def test_a_change_that_would_tell_too_much_is_only_told_to_be_one(repository: Repository) -> None:
    repository.run("apply", FLOW.replace("room: 7", "token: old"))
    result = repository.run("diff", FLOW.replace("room: 7", "token: new"))
    assert "        attributes: changed\n" in result.stdout
    assert "old" not in result.stdout


def test_what_would_go_is_told(repository: Repository) -> None:
    repository.run("apply", FLOW)
    gone = "version: 1\nentries:\n- model: authentik_flows.flow\n  state: absent\n  identifiers: {slug: enrol}\n"
    result = repository.run("diff", gone)
    assert result.exit_code == 2
    assert result.stdout == "delete  authentik_flows.flow enrol\n1 would be deleted; 0 entries change nothing.\n"


def test_what_cannot_be_applied_is_an_error_and_no_difference(repository: Repository) -> None:
    result = repository.run("diff", FLOW.replace("stage_configuration", "nonsense"))
    assert is_refused(result, "sms.yaml:6", "Choose from")


@pytest.mark.parametrize("arguments", [(), ("a.yaml", "b.yaml"), ("a.yaml", "--no-such-option")])
def test_what_is_mistyped_is_an_error_and_no_difference(commands: Commands, arguments: tuple[str, ...]) -> None:
    assert commands.run("blueprint", "diff", *arguments).exit_code == 1


def test_nothing_that_is_written_drives_the_terminal(repository: Repository) -> None:
    repository.run("apply", FLOW)
    for sign in (r"\x1b[2J", r"\u202e", r"\x07"):
        result = repository.run("diff", FLOW.replace("Add a phone", f'"Add {sign}"'))
        assert all(char.isprintable() for char in result.stdout.replace("\n", ""))
        assert "title: " in result.stdout


def test_values_of_the_context_and_advice_are_as_when_it_is_applied(repository: Repository) -> None:
    text = FLOW.replace("Add a phone", "!Context title").replace("name: Enrol,", "name: Enrol, no_such: 1,")
    assert repository.run("apply", text, "--context", "title=One").exit_code == 0
    result = repository.run("diff", text, "--context", "title=Two")
    assert '        title: "One" → "Two"\n' in result.stdout
    assert "Advice: " in result.stderr
    assert "no such field" in result.stderr
