"""`watchword blueprint instances`."""

from pathlib import Path

import rich_click as click

from watchword.cli.common import data_dir_option, read_settings, told, with_database
from watchword.storage.blueprint_instances import BlueprintInstance, list_instances


@click.command("instances")
@data_dir_option
@told
def instances(data_dir: Path | None) -> None:
    """List the blueprints that are kept: those of the watched directory, and those that the API was given."""
    found = with_database(read_settings(data_dir), lambda database: database.read(list_instances))
    if not found:
        click.echo("No blueprint is kept. Those that come along are told by: watchword blueprint list")
        return
    rows = [("NAME", "PATH", "STATUS", "LAST APPLIED"), *map(_row, found)]
    widths = [max(len(row[at]) for row in rows) for at in range(3)]
    for row in rows:
        click.echo("  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[3]]).rstrip())


def _row(one: BlueprintInstance) -> tuple[str, str, str, str]:
    status = one.status if one.enabled else f"{one.status}, disabled"
    applied = f"{one.last_applied:%Y-%m-%d %H:%M:%S} UTC" if one.last_applied else "never"
    return _plain(one.name), _plain(one.path) or "-", status, applied


def _plain(text: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in text)
