"""`watchword rotate-key`."""

import os
from pathlib import Path

import rich_click as click

from watchword.administration.rotating import Rotated, rotate
from watchword.cli.common import data_dir_option, read_settings, told, with_database
from watchword.cli.progress import progress
from watchword.clock import system_clock
from watchword.errors import Invalid
from watchword.keyring import Keyring
from watchword.settings import Settings, secret_key
from watchword.storage.in_use import alone
from watchword.storage.kept_keys import API_TOKENS, NUMBERS, RECOVERY_CODES
from watchword.storage.urls import file_of

VARIABLE = "WATCHWORD_SECRET_KEY"
HOW = (
    "Give the new key as WATCHWORD_SECRET_KEY and the present one as WATCHWORD_SECRET_KEY_PREVIOUS, to every server "
    "first and then to this command. Make a key with: openssl rand -hex 32"
)
QUESTION = "Make a new secret key, and seal everything with it? Backups made before still need the present key."

_NEEDED = {
    NUMBERS: "verify-only numbers, until their owners enrol them anew",
    RECOVERY_CODES: "recovery codes, until they are used or made anew",
    API_TOKENS: "API tokens, which stay valid",
}


@click.command("rotate-key")
@click.option("--yes", is_flag=True, help="Do not ask.")
@data_dir_option
@told
def rotate_command(yes: bool, data_dir: Path | None) -> None:
    """Put a new secret key in the place of the present one.

    Everything that is sealed is sealed anew, and numbers are hashed anew. Interrupted, the same command goes on. Where
    the key is kept in the data directory, stop the server first; elsewhere servers go on, with both keys.
    """
    settings = read_settings(data_dir)
    from_file = settings.embedded and not any(map(os.environ.get, (VARIABLE, f"{VARIABLE}_FILE")))
    if from_file:
        settings = _with_new_file(settings, data_dir, yes)
    if settings.secret_key_previous in (None, settings.secret_key):
        raise Invalid(HOW)
    keyring = settings.make_keyring()
    with progress() as watch:
        done = with_database(settings, lambda database: rotate(database, keyring, now=system_clock(), watch=watch))
    _tell(keyring, done)
    if from_file and keyring.previous_id and (aside := secret_key.end_rotation(settings.data_dir, keyring.previous_id)):
        click.echo(f"The key before is in {aside}: only backups made before need it. Remove it with the last of them.")
    elif not from_file:
        click.echo("WATCHWORD_SECRET_KEY_PREVIOUS can go, from one server after the other.")


def _with_new_file(settings: Settings, data_dir: Path | None, yes: bool) -> Settings:
    """The settings as they are once there is a new key; as they stand where a rotation was interrupted."""
    begun = secret_key.previous(settings.data_dir)
    if begun and begun != settings.secret_key:
        click.echo("A rotation was interrupted: it goes on.")
        return settings
    if not yes:
        click.confirm(QUESTION, abort=True)
    with alone(file_of(settings.database_url) or settings.data_dir):
        secret_key.begin_rotation(settings.data_dir)
    return read_settings(data_dir)


def _tell(keyring: Keyring, done: Rotated) -> None:
    for table, count in sorted(done.changed.items()):
        click.echo(f"Sealed anew {count:>7} {'row' if count == 1 else 'rows'} of {table}")
    click.echo(f"Everything is sealed with the key {keyring.key_id}; {keyring.previous_id} opens nothing any more.")
    for purpose, words in _NEEDED.items():
        if ids := done.kept.get(purpose):
            click.echo(f"Kept, sealed, of {', '.join(ids)}: what recognises {words}.")
