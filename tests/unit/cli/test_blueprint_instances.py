"""`watchword blueprint instances`, as it is typed."""

from tests.unit.blueprints.bench import NOW
from tests.unit.cli.commands import Commands, look
from watchword.storage.blueprint_instances import create_instance


def test_without_any_it_says_so(commands: Commands) -> None:
    result = commands.run("blueprint", "instances")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("No blueprint is kept.")


def test_each_has_a_line_with_what_became_of_it(commands: Commands) -> None:
    commands.run("migrate")
    applied = {"last_applied": NOW, "last_applied_hash": "h", "status": "successful"}
    look(commands, create_instance, now=NOW, name="doors", path="watched/doors.yaml", **applied)
    look(commands, create_instance, now=NOW, name="own\x1b[2J", content="version: 1", enabled=False)
    assert commands.run("blueprint", "instances").stdout == (
        "NAME     PATH                STATUS             LAST APPLIED\n"
        "doors    watched/doors.yaml  successful         2026-03-01 12:00:00 UTC\n"
        "own?[2J  -                   unknown, disabled  never\n"
    )
