"""`watchword migrate`."""

from pathlib import Path

import rich_click as click

from watchword.cli.common import data_dir_option, read_settings, told
from watchword.storage.in_use import in_use
from watchword.storage.migrate import migrate


@click.command("migrate")
@data_dir_option
@told
def migrate_command(data_dir: Path | None) -> None:
    """Bring the database to this version's schema."""
    url = read_settings(data_dir).database_url
    with in_use(url):
        applied = migrate(url)
    click.echo(f"Applied {', '.join(applied)}." if applied else "The database is up to date.")
