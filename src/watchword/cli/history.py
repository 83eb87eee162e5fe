"""`watchword history list`, `undo` and `back`: also the way back in for whoever locked himself out."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import rich_click as click

from watchword.administration.author import Command
from watchword.administration.history import go_back, undo
from watchword.cli.common import data_dir_option, read_settings, told, with_database
from watchword.clock import Clock, system_clock
from watchword.errors import FieldsInvalid, Invalid
from watchword.flows.configuration import Configuration
from watchword.keyring import Keyring
from watchword.settings import Settings
from watchword.stages.catalogue import CATALOGUE
from watchword.storage.config import Revision, page_of_revisions
from watchword.storage.database import Database

Number = click.IntRange(1, 2**63 - 1)


@dataclass(frozen=True)
class _Kept:
    """What the history needs, without a server."""

    database: Database
    keyring: Keyring
    configuration: Configuration
    clock: Clock = system_clock


@click.group()
def history() -> None:
    """Every change of the configuration, and the way back."""


@history.command("list")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="How many, newest first.")
@data_dir_option
@told
def list_changes(limit: int, data_dir: Path | None) -> None:
    """List the changes, the newest first: number, when, by whom, what."""

    async def work(database: Database) -> list[Revision]:
        _, found = await database.read(page_of_revisions, limit=limit, offset=0)
        return found

    for one in with_database(read_settings(data_dir), work):
        click.echo(f"{one.id:>6}  {one.created:%Y-%m-%d %H:%M} UTC  {one.author}: {one.summary}")


@history.command("undo")
@click.argument("number", type=Number)
@click.option("--yes", is_flag=True, help="Do not ask.")
@data_dir_option
@told
def undo_change(number: int, yes: bool, data_dir: Path | None) -> None:
    """Undo the change NUMBER: what it touched is as it was before it, whatever came later."""
    if not yes:
        click.confirm(f"Is everything that change {number} touched to be as it was before it?", abort=True)
    _do(data_dir, lambda kept: undo(kept, number, by=Command("watchword history undo")))
    click.echo(f"Change {number} was undone. That is a change too, and can be undone.")


@history.command("back")
@click.argument("number", type=Number)
@click.option("--yes", is_flag=True, help="Do not ask.")
@data_dir_option
@told
def back_to(number: int, yes: bool, data_dir: Path | None) -> None:
    """Go back to the moment right after the change NUMBER: all later ones are undone."""
    if not yes:
        click.confirm(f"Is the whole configuration to be as it was after change {number}?", abort=True)
    _do(data_dir, lambda kept: go_back(kept, number, by=Command("watchword history back")))
    click.echo(f"Everything is as it was after change {number}. That is a change too, and can be undone.")


def _do(data_dir: Path | None, deed: Callable[[_Kept], Awaitable[None]]) -> None:
    settings = read_settings(data_dir)

    async def work(database: Database) -> None:
        await deed(await _kept(settings, database))

    try:
        with_database(settings, work)
    except FieldsInvalid as error:
        raise Invalid(" ".join(error.sentences)) from None


async def _kept(settings: Settings, database: Database) -> _Kept:
    keyring = settings.make_keyring()
    configuration = Configuration(database, CATALOGUE, keyring)
    await configuration.refresh()
    return _Kept(database, keyring, configuration)
