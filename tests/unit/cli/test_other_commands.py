"""`watchword migrate`, `watchword version`, and the help of every command."""

import subprocess
import sys
from pathlib import Path

import pytest
import rich_click as click
from click.testing import CliRunner

from tests.unit.cli.commands import Commands, is_refused
from watchword import __version__
from watchword.cli import main
from watchword.cli.later import commands_of


def paths(command: click.Command, *before: str) -> list[list[str]]:
    """Every command and group, by the words that lead to it."""
    below = commands_of(command).values() if isinstance(command, click.Group) else []
    return [list(before), *(path for child in below for path in paths(child, *before, str(child.name)))]


def test_migrating_says_what_it_did_and_does_it_once(commands: Commands) -> None:
    first = commands.run("migrate")
    assert first.exit_code == 0
    assert first.stdout.startswith("Applied 0001")
    assert commands.run("migrate").stdout == "The database is up to date.\n"


def test_what_it_makes_is_for_its_owner_alone(commands: Commands) -> None:
    commands.run("migrate")
    made = [commands.data_dir, *commands.data_dir.iterdir()]
    assert {path.name for path in made} >= {"data", "watchword.db", "secret_key"}
    assert [path.name for path in made if path.stat().st_mode & 0o077] == []


@pytest.mark.parametrize("command", [["migrate"], ["user", "password", "olivia", "--password", "x" * 8]])
def test_a_data_directory_that_cannot_be_made_is_a_sentence(commands: Commands, command: list[str]) -> None:
    commands.data_dir.write_text("in the way")
    refused = commands.run(*command)
    assert refused.exit_code != 0
    assert str(commands.data_dir.name) in refused.stderr
    assert "Traceback" not in refused.output


def test_a_database_that_does_not_answer_is_a_sentence(commands: Commands) -> None:
    away = {"database_url": "postgresql://nobody@127.0.0.1:1/none", "secret_key": "a secret key for these tests, long"}
    refused = commands.run("migrate", **away)
    assert refused.exit_code == 1
    assert "Error: Watchword's database cannot be reached" in refused.stderr
    assert "nobody" not in refused.stderr


def test_a_setting_that_is_none_stops_every_command(commands: Commands) -> None:
    for command in (["migrate"], ["serve"], ["user", "create", "olivia", "--password", "x" * 8]):
        assert is_refused(commands.run(*command, databse_url="x"), "WATCHWORD_DATABASE_URL")
    assert not commands.data_dir.exists()


@pytest.mark.parametrize("arguments", [["version"], ["--version"]])
def test_the_version_is_the_packages(arguments: list[str]) -> None:
    told = CliRunner().invoke(main, arguments)
    assert told.exit_code == 0
    assert __version__ in told.stdout


@pytest.mark.parametrize("path", paths(main), ids=lambda path: " ".join(path) or "watchword")
def test_every_command_explains_itself(path: list[str]) -> None:
    for option in ("--help", "-h"):
        told = CliRunner().invoke(main, [*path, option])
        assert told.exit_code == 0
        assert "Usage: " in told.output
        assert "--help" in told.output


def test_an_unknown_command_is_refused(tmp_path: Path) -> None:
    refused = CliRunner().invoke(main, ["srve"])
    assert refused.exit_code == 2
    assert "srve" in refused.stderr


def test_the_installed_command_is_this_one(tmp_path: Path) -> None:
    watchword = Path(sys.executable).with_name("watchword")
    done = subprocess.run([watchword, "version"], capture_output=True, text=True, timeout=60, check=True, cwd=tmp_path)  # noqa: S603 - our own command
    assert done.stdout == f"{__version__}\n"
    assert list(tmp_path.iterdir()) == []
