"""Commands that are imported when they are called are listed as if they had been before."""

import subprocess
import sys

import pytest
import rich_click as click
from click.testing import CliRunner

from watchword.cli import COMMANDS, main
from watchword.cli.later import Later, LaterGroup, commands_of

SERVERS_OWN = ("watchword.app", "watchword.settings", "litestar", "sqlalchemy", "granian", "aiohttp", "jinja2", "yaml")
"""What only commands need that do something."""


def test_the_list_is_that_of_the_commands_themselves() -> None:
    here = click.RichGroup(name="main", help=main.help, context_settings=main.context_settings, params=main.params)
    for name, command in commands_of(main).items():
        here.add_command(command, name)
    runner = CliRunner(env={"COLUMNS": "200", "TERMINAL_WIDTH": "200"})
    assert runner.invoke(main, ["--help"]).output == runner.invoke(here, ["--help"]).output


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_a_command_has_the_name_and_the_help_that_are_told_of_it(name: str) -> None:
    command = COMMANDS[name].fetch()
    assert command.name == name
    assert " ".join((command.help or "").split("\n\n")[0].split()) == COMMANDS[name].help


def test_a_command_that_is_not_there_is_noticed() -> None:
    group = LaterGroup(name="group")
    group.add_later("gone", Later("migrate:gone", "Gone."))
    with pytest.raises(AttributeError):
        commands_of(group)


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["version"], ["srve"]], ids=" ".join)
def test_what_only_says_something_imports_no_server(words: list[str]) -> None:
    program = (
        "import sys\n"
        "from watchword.cli import main\n"
        f"try: main({words!r})\n"
        f"finally: print([name for name in {SERVERS_OWN!r} if name in sys.modules], file=sys.stderr)"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)  # noqa: S603 - our own program
    assert told.stderr.splitlines()[-1] == "[]"
