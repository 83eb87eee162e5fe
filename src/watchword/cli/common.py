"""What the commands share: settings, the database, and errors as one line on stderr."""

import asyncio
import functools
import os
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn, ParamSpec, TypeVar

import rich_click as click

from watchword.errors import WatchwordError
from watchword.settings import Settings, load, look
from watchword.storage.database import Database, open_database
from watchword.storage.in_use import in_use
from watchword.storage.schema import bring_up

P = ParamSpec("P")
T = TypeVar("T")

PASSWORD_VARIABLE = "WATCHWORD_USER_PASSWORD"  # noqa: S105 - its name; an option of `watchword user`, no setting
IMPORT_TOKEN_VARIABLE = "WATCHWORD_IMPORT_TOKEN"  # noqa: S105 - its name; an option of `watchword import-authentik`
_OPTIONS = frozenset({PASSWORD_VARIABLE, IMPORT_TOKEN_VARIABLE})

data_dir_option = click.option(
    "--data-dir",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the embedded database and its key are kept (WATCHWORD_DATA_DIR).",
)


def told(command: Callable[P, T]) -> Callable[P, T]:
    """Turns an error of ours into a sentence and exit status 1, without a traceback."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return command(*args, **kwargs)
        except WatchwordError as error:
            # Plain lines, not a frame that breaks them: file names and addresses are copied from here.
            click.echo(f"Error: {error.message}", err=True)
            raise SystemExit(1) from error

    return run


def read_settings(data_dir: Path | None, **overrides: Any) -> Settings:
    return load(_environ(), data_dir=data_dir, **overrides)


def look_at_settings(data_dir: Path | None) -> Settings:
    """Makes neither a directory nor a key."""
    return look(_environ(), data_dir=data_dir)


def _environ() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in _OPTIONS}


def with_database(settings: Settings, work: Callable[[Database], Awaitable[T]]) -> T:
    """Migrates, opens the database for one piece of work, and closes it."""
    with in_use(settings.database_url):
        bring_up(settings.database_url)
        return asyncio.run(_with_open(settings, work))


async def _with_open(settings: Settings, work: Callable[[Database], Awaitable[T]]) -> T:
    database = open_database(settings.database_url, pool=settings.database_pool, timeout=settings.database_timeout)
    try:
        return await work(database)
    finally:
        await database.close()


def leave(status: int) -> NoReturn:
    """Without taking the interpreter down: the threads of granian and of the sandbox outlive both, and one in some ten
    ends was by SIGABRT or SIGSEGV there. All that has to be closed is closed by now.
    """
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(status)
