"""`watchword history`, as it is typed: among others by somebody whom his own policy locked out."""

from pathlib import Path

import pytest
from click.testing import Result

from tests.unit.cli.commands import Commands, is_refused, look
from watchword.storage.events import list_events

CLOSED = """\
version: 1
metadata: {name: Closing time}
entries:
  - model: authentik_policies_expression.expressionpolicy
    id: nobody
    identifiers: {name: nobody}
    attrs: {expression: return False}
  - model: authentik_policies.policybinding
    identifiers:
      target: !Find [authentik_flows.flow, [slug, default-authentication-flow]]
      policy: !KeyOf nobody
      order: 0
"""


@pytest.fixture
def closed(commands: Commands, tmp_path: Path) -> Commands:
    """A server whose sign-in refuses everybody since the second change."""
    file = tmp_path / "closed.yaml"
    file.write_text(CLOSED)
    for name in ("default", str(file)):
        assert commands.run("blueprint", "apply", name).exit_code == 0
    return commands


def changes(commands: Commands, *arguments: str) -> list[str]:
    listed = commands.run("history", "list", *arguments)
    assert listed.exit_code == 0
    return listed.stdout.splitlines()


def is_open(commands: Commands) -> bool:
    found = look(commands, lambda conn: conn.exec_driver_sql("SELECT document FROM config_object").all())
    return not any('"name":"nobody"' in document.replace(": ", ":") for (document,) in found)


def test_changes_are_listed_the_newest_first(closed: Commands) -> None:
    newest, oldest = changes(closed)
    assert newest.lstrip().startswith("2  ")
    assert newest.endswith("UTC  watchword blueprint apply: Blueprint Closing time")
    assert oldest.lstrip().startswith("1  ")
    assert changes(closed, "--limit", "1") == [newest]


@pytest.mark.parametrize("deed", [("undo", "2"), ("back", "1")])
def test_whoever_locked_himself_out_undoes_it_on_the_server(closed: Commands, deed: tuple[str, str]) -> None:
    assert not is_open(closed)
    done = closed.run("history", *deed, "--yes")
    assert done.exit_code == 0
    assert "That is a change too, and can be undone." in done.stdout
    assert is_open(closed)
    newest = changes(closed)[0]
    assert newest.lstrip().startswith("3  ")
    assert f"watchword history {deed[0]}: " in newest
    assert closed.run("history", "undo", "3", "--yes").exit_code == 0
    assert not is_open(closed)


def test_the_audit_trail_has_what_was_undone_and_nobodys_name(closed: Commands) -> None:
    assert closed.run("history", "undo", "2", "--yes").exit_code == 0
    found = look(closed, list_events, action="model_deleted")
    assert {row.username for row in found} == {""}
    assert any("nobody" in row.message for row in found)


@pytest.mark.parametrize("deed", ["undo", "back"])
@pytest.mark.parametrize("typed", ["n\n", ""])
def test_it_asks_first_and_a_no_changes_nothing(closed: Commands, deed: str, typed: str) -> None:
    refused: Result = closed.run("history", deed, "1", typed=typed)
    assert refused.exit_code == 1
    assert "?" in refused.output
    assert len(changes(closed)) == 2
    assert closed.run("history", deed, "2" if deed == "undo" else "1", typed="y\n").exit_code == 0
    assert is_open(closed)


@pytest.mark.parametrize("deed", ["undo", "back"])
def test_a_change_that_there_is_not_is_a_sentence(closed: Commands, deed: str) -> None:
    assert is_refused(closed.run("history", deed, "7", "--yes"), "There is no such change.")
    for wrong in ("0", "-1", "x", "9" * 30):
        assert closed.run("history", deed, "--yes", "--", wrong).exit_code == 2
    assert len(changes(closed)) == 2


def test_what_would_not_be_valid_is_refused_with_the_reason(closed: Commands) -> None:
    """The first change made the flow that the second one's policy is bound to."""
    assert is_refused(closed.run("history", "undo", "1", "--yes"), "would not be valid", "does not exist")
    assert len(changes(closed)) == 2
