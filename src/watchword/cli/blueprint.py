"""`watchword blueprint`: `apply` and `list`; `schema` is in a file of its own."""

import os
from pathlib import Path
from urllib.parse import urlsplit

import rich_click as click

from watchword.blueprints.apply import EXAMPLE_HOST
from watchword.blueprints.entries import UNKNOWN_MODEL
from watchword.blueprints.file import apply_text
from watchword.blueprints.problems import BlueprintInvalid
from watchword.blueprints.report import Line
from watchword.blueprints.shipped_files import shipped_names, shipped_text
from watchword.cli.blueprint_schema import schema
from watchword.cli.common import data_dir_option, read_settings, told, with_database
from watchword.errors import Invalid
from watchword.settings import Settings
from watchword.stages.catalogue import CATALOGUE


@click.group()
def blueprint() -> None:
    """Configuration as code."""


blueprint.add_command(schema)


@blueprint.command("list")
def list_shipped() -> None:
    """List the blueprints that come with Watchword, with what each says of itself."""
    for name in shipped_names():
        first = shipped_text(name).splitlines()[0]
        click.echo(f"{name:<14} {first.lstrip('# ')}")


@blueprint.command("apply")
@click.argument("file")
@click.option("--context", "pairs", multiple=True, metavar="KEY=VALUE", help="A value for !Context; may be repeated.")
@click.option(
    "--skip-unknown",
    is_flag=True,
    help="Leave out what Watchword has not, and what refers to it; it is told what and why.",
)
@data_dir_option
@told
def apply(file: str, pairs: tuple[str, ...], skip_unknown: bool, data_dir: Path | None) -> None:
    """Apply a blueprint FILE, or one that comes with Watchword by its name: all of it, or nothing.

    What was done is told on stdout; advice, such as on messages that cost more than one segment, on stderr.
    """
    text = read_blueprint(file)
    settings = read_settings(data_dir)
    keyring = settings.make_keyring()
    try:
        report = with_database(
            settings,
            lambda database: apply_text(
                database,
                text,
                name=file,
                catalogue=CATALOGUE,
                keyring=keyring,
                env=os.environ,
                context=context_of(pairs),
                author="watchword blueprint apply",
                host=host_of(settings),
                watched=settings.blueprints_dir,
                skip_unknown=skip_unknown,
            ),
        )
    except BlueprintInvalid as error:
        raise _with_a_way_out(error) from None
    _tell(report)


def _with_a_way_out(error: BlueprintInvalid) -> BlueprintInvalid | Invalid:
    unknown = sum(problem.message.startswith(UNKNOWN_MODEL) for problem in error.problems)
    if not unknown:
        return error
    way = "--skip-unknown leaves out what Watchword has not, and what refers to it."
    return Invalid(f"{error.message}\n{way}")


def _tell(report: list[Line]) -> None:
    for line in report:
        click.echo(f"{line.action:<10} {line.model} {line.label}".rstrip())
        word = "Left out" if line.action == "left out" else "Advice"
        for advice in line.advice:
            click.echo(f"{word}: {advice}", err=True)
    if left := sum(line.action == "left out" for line in report):
        click.echo(f"{left} of {len(report)} entries were left out; everything else was applied.", err=True)


def read_blueprint(file: str) -> str:
    path = Path(file)
    if not path.exists() and file in shipped_names():
        return shipped_text(file)
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid(f"{file} is no text in UTF-8.") from None
    except (OSError, ValueError):
        known = ", ".join(shipped_names())
        raise Invalid(f"{file} cannot be read, and is none of the blueprints that come along: {known}.") from None


def context_of(pairs: tuple[str, ...]) -> dict[str, str]:
    for pair in pairs:
        if "=" not in pair:
            raise Invalid("Write --context as KEY=VALUE.")
    return dict(pair.split("=", 1) for pair in pairs)


def host_of(settings: Settings) -> str:
    return (settings.public_url and urlsplit(settings.public_url).hostname) or EXAMPLE_HOST
