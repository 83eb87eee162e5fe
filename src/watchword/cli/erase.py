"""`watchword user erase`."""

from collections.abc import Mapping
from pathlib import Path

import rich_click as click

from watchword.administration.erasing import Erased, erase
from watchword.cli.common import data_dir_option, read_settings, told, with_database
from watchword.cli.progress import progress
from watchword.clock import system_clock
from watchword.errors import Invalid, NotFound
from watchword.settings import Settings
from watchword.storage.sqlite_file import empty_log, holds, rewrite
from watchword.storage.traces import Traces
from watchword.storage.urls import file_of
from watchword.storage.users import find_user

QUESTION = (
    "This takes {} out of everything that is kept: account, phones, tokens and sessions, and name, addresses and "
    "numbers in events, messages and the history of the configuration. It cannot be undone.\nErase {}?"
)
BACKUPS = "Backups that were made before still hold what they held: delete those that are not needed."


@click.command("erase")
@click.argument("username")
@click.option("--yes", is_flag=True, help="Do not ask.")
@data_dir_option
@told
def erase_command(username: str, yes: bool, data_dir: Path | None) -> None:
    """Erase a person from everything that is kept, and prove it.

    The server may run meanwhile. Interrupted, the same command goes on; exit status 1 says that something still names
    the person, and where.
    """
    settings = read_settings(data_dir)
    if with_database(settings, lambda database: database.read(find_user, username=username)) is None:
        raise NotFound(f"There is no user {username}.")
    if not yes:
        click.confirm(QUESTION.format(username, username), abort=True)
    with progress() as watch:
        keyring, by, now = (
            settings.make_keyring(),
            "watchword user erase",
            system_clock(),
        )
        done = with_database(settings, lambda database: erase(database, keyring, username, by=by, now=now, watch=watch))
    _tell("Removed", done.removed)
    _tell("Cleaned", done.cleaned)
    _prove(settings, done)
    click.echo(BACKUPS)


def _tell(what: str, rows: Mapping[str, int]) -> None:
    for table, count in sorted(rows.items()):
        click.echo(f"{what:<8} {count:>7} {'row' if count == 1 else 'rows'} of {table}")


def _prove(settings: Settings, done: Erased) -> None:
    if done.remains:
        places = ", ".join(f"{place} ({count})" for place, count in sorted(done.remains.items()))
        raise Invalid(
            f"The account is gone, but the name, an address or a number still stands in {places}. What stands in the "
            "configuration, groups and blueprints is yours to change: it may be part of how a flow works."
        )
    click.echo("Searched every text of every table for name, addresses, uuid and numbers: nothing found.")
    if file := file_of(settings.database_url):
        _clean_file(file, done.traces)
        click.echo("Searched the bytes of the database file and its log: nothing found.")


def _clean_file(file: Path, traces: Traces) -> None:
    """What is deleted is overwritten with zeros, but for what pages that were split may hold: then all is rewritten."""
    empty_log(file)
    exact = (*traces.exact, *traces.number_keys)
    if holds(file, (*exact, *traces.words)):
        rewrite(file)
    if holds(file, exact):
        raise Invalid(f"{file} still holds traces in its free pages. Stop the server, and run sqlite3 {file} VACUUM.")
