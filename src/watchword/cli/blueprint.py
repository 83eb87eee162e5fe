"""`watchword blueprint apply`."""

import os
from pathlib import Path
from urllib.parse import urlsplit

import rich_click as click

from watchword.blueprints.apply import EXAMPLE_HOST
from watchword.blueprints.file import apply_text
from watchword.cli.common import data_dir_option, read_settings, told, with_database
from watchword.errors import Invalid
from watchword.keyring import Keyring
from watchword.settings import Settings
from watchword.stages.catalogue import CATALOGUE


@click.group()
def blueprint() -> None:
    """Configuration as code."""


@blueprint.command("apply")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@data_dir_option
@told
def apply(file: Path, data_dir: Path | None) -> None:
    """Apply a blueprint FILE: all of it, or nothing.

    What was done is told on stdout; advice, such as on messages that cost more than one segment, on stderr.
    """
    settings = read_settings(data_dir)
    text = _read(file)
    keyring = Keyring(settings.secret_key)
    report = with_database(
        settings,
        lambda database: apply_text(
            database,
            text,
            name=str(file),
            catalogue=CATALOGUE,
            keyring=keyring,
            env=os.environ,
            author="watchword blueprint apply",
            host=_host(settings),
        ),
    )
    for line in report:
        click.echo(f"{line.action:<10} {line.model} {line.label}")
        for advice in line.advice:
            click.echo(f"Advice: {advice}", err=True)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid(f"{file} is no text in UTF-8.") from None


def _host(settings: Settings) -> str:
    return (settings.public_url and urlsplit(settings.public_url).hostname) or EXAMPLE_HOST
