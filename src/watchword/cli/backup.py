"""`watchword backup` and `watchword restore`."""

import os
from pathlib import Path

import rich_click as click

from watchword.cli.common import data_dir_option, read_settings, told, with_database
from watchword.cli.progress import progress
from watchword.clock import system_clock
from watchword.errors import Invalid
from watchword.settings import Settings
from watchword.settings.secret_key import FILE_NAME
from watchword.storage.backup import back_up
from watchword.storage.in_use import in_use
from watchword.storage.kept_keys import key_in_force
from watchword.storage.restore import restore
from watchword.storage.urls import file_of, read_url

_file = click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
WITHOUT_KEY = "The secret key is not in it: keep that apart, for without it stored secrets cannot be opened."


@click.command("backup")
@_file
@click.option("--force", is_flag=True, help="Replace FILE where it is there already.")
@click.option("--with-key", is_flag=True, help="Write the secret key too, to FILE.secret_key: keep it elsewhere.")
@data_dir_option
@told
def backup_command(file: Path, force: bool, with_key: bool, data_dir: Path | None) -> None:
    """Copy the embedded database to FILE, of one moment, while the server goes on.

    With PostgreSQL this says how to use pg_dump.
    """
    settings = read_settings(data_dir)
    database = _embedded(settings, "pg_dump --format=custom --file={file} --dbname='{url}'", file)
    if not database.exists():
        raise Invalid(f"There is no database at {database}.")
    with progress() as watch, in_use(settings.database_url):
        back_up(database, file, force=force, watch=watch)
    click.echo(f"Wrote {file} ({file.stat().st_size:,} bytes), and read it through: it is whole.")
    if with_key:
        _write_key(file, settings.secret_key)
    else:
        click.echo(WITHOUT_KEY)


@click.command("restore")
@_file
@click.option("--yes", is_flag=True, help="Do not ask.")
@data_dir_option
@told
def restore_command(file: Path, yes: bool, data_dir: Path | None) -> None:
    """Put the embedded database back from FILE; the server must be stopped.

    The present database is kept beside it. With PostgreSQL this says how to use pg_restore.
    """
    settings = read_settings(data_dir)
    command = "pg_restore --clean --if-exists --no-owner --single-transaction --dbname='{url}' {file}"
    database = _embedded(settings, command, file)
    if not yes:
        click.confirm(f"Replace {database} by {file}? What is in it now is kept beside it.", abort=True)
    with progress() as watch:
        kept = restore(file, database, now=system_clock(), watch=watch)
    click.echo(f"Restored {database} from {file}.")
    if kept:
        click.echo(f"What was there before is kept as {kept}: remove it when you need it no more.")
    known = with_database(settings, lambda opened: opened.read(key_in_force))
    if known not in (None, *settings.make_keyring().key_ids):
        click.echo(
            f"It was sealed with the key {known}, which is not the present one. Put that key into "
            f"{settings.data_dir / FILE_NAME}, or set WATCHWORD_SECRET_KEY, before you start the server."
        )


def _embedded(settings: Settings, command: str, file: Path) -> Path:
    """The file of the database; raises `Invalid` for PostgreSQL, with the command to use instead."""
    if database := file_of(settings.database_url):
        return database
    url = read_url(settings.database_url)
    if not settings.embedded:
        # A password would stay in the shell's history: libpq asks for it, or reads PGPASSWORD or ~/.pgpass.
        url = url.set(drivername="postgresql").difference_update_query(["password"])._replace(password=None)
        said = command.format(url=url.render_as_string(), file=file)
        raise Invalid(f"This is for the embedded database. With PostgreSQL: {said}")
    raise Invalid("This database lives in memory.")


def _write_key(file: Path, key: str) -> None:
    path = file.with_name(f"{file.name}.secret_key")
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
        opened.write(f"{key}\n")
    click.echo(f"Wrote the secret key to {path}: keep it apart from the backup, for both together open everything.")
