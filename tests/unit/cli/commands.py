"""The commands as they are typed, on a data directory of their own, with no setting but those that a test gives."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from click.testing import CliRunner, Result

from watchword.cli import main
from watchword.storage.database import open_database

T = TypeVar("T")


class Commands:
    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir

    def run(self, *arguments: str, typed: str = "", **settings: str) -> Result:
        """`typed` is what the person answers to questions; `settings` are named without the prefix."""
        env: dict[str, str | None] = {name: None for name in os.environ if name.startswith("WATCHWORD_")}
        env |= {f"WATCHWORD_{name.upper()}": value for name, value in settings.items()}
        return CliRunner().invoke(main, [*arguments, "--data-dir", str(self.data_dir)], input=typed, env=env)


def is_refused(result: Result, *words: str) -> bool:
    """One sentence on stderr, which has these words; nothing on stdout; no traceback."""
    assert result.exit_code == 1, result.output
    assert isinstance(result.exception, SystemExit)
    assert result.stdout == ""
    assert result.stderr.startswith("Error: ")
    assert result.stderr.count("\n") == 1
    missing = [word for word in words if word not in result.stderr]
    assert not missing, result.stderr
    return True


def look(commands: Commands, unit: Callable[..., T], *arguments: Any, **named: Any) -> T:
    """A unit of work on the database that the commands left."""

    async def work() -> T:
        database = open_database(f"sqlite:///{commands.data_dir / 'watchword.db'}")
        try:
            return await database.run(unit, *arguments, **named)
        finally:
            await database.close()

    return asyncio.run(work())
