"""`watchword blueprint export`."""

import os
from pathlib import Path

import rich_click as click
from sqlalchemy import Connection

from watchword.blueprints.export import export_all, export_flow
from watchword.blueprints.problems import BlueprintInvalid
from watchword.blueprints.reader import read
from watchword.cli.common import data_dir_option, read_settings, told, with_database
from watchword.clock import system_clock
from watchword.errors import Invalid, NotFound
from watchword.keyring import Keyring
from watchword.model.flow import Flow
from watchword.model.snapshot import Snapshot
from watchword.stages.catalogue import CATALOGUE
from watchword.storage.config import load_objects
from watchword.storage.events import write_event

_STDOUT = "-"


@click.command("export")
@click.argument("file", default=_STDOUT)
@click.option("--flow", "slug", metavar="SLUG", help="This flow alone, with what it is made of.")
@click.option("--users", is_flag=True, help="With the users, without their passwords.")
@click.option("--phone-numbers", "numbers", is_flag=True, help="With fields of people that hold phone numbers.")
@click.option("--yes", is_flag=True, help="Do not ask before a file is overwritten.")
@data_dir_option
@told
def export(file: str, slug: str | None, users: bool, numbers: bool, yes: bool, data_dir: Path | None) -> None:
    """Write the whole configuration, or one flow, as a blueprint, to FILE or to stdout.

    That is flows, stages, prompts, policies, mappings, bindings and groups. Secrets are never in it; its first lines
    name the variables to set where it is applied.
    """
    if slug is not None and (users or numbers):
        raise Invalid("With --flow neither users nor their numbers come along.")
    if file != _STDOUT and Path(file).exists() and not yes:
        click.confirm(f"{file} is there already. Overwrite it?", abort=True)
    settings = read_settings(data_dir)
    keyring = settings.make_keyring()
    text = with_database(
        settings, lambda database: database.run(_text, keyring, slug=slug, users=users, numbers=numbers)
    )
    _check(text)
    if file == _STDOUT:
        click.echo(text, nl=False)
    else:
        _write(Path(file), text)


def _text(conn: Connection, keyring: Keyring, *, slug: str | None, users: bool, numbers: bool) -> str:
    snapshot = Snapshot(load_objects(conn, CATALOGUE, keyring))
    if slug is None:
        if users or numbers:
            message = "People were taken away with `watchword blueprint export`"
            write_event(conn, action="data_exported", now=system_clock(), message=message, context={"list": "users"})
        return export_all(conn, snapshot, users=users, numbers=numbers)
    flow = snapshot.find(Flow, slug=slug)
    if flow is None:
        known = ", ".join(sorted(one.slug for one in snapshot.all(Flow))) or "none"
        raise NotFound(f"There is no flow {slug}. There are: {known}.")
    return export_flow(conn, snapshot, flow)


def _check(text: str) -> None:
    """What cannot be applied again is no export."""
    try:
        read(text, "export")
    except BlueprintInvalid:
        raise Invalid("This is more than one blueprint can hold. Export without --users, or one --flow.") from None


def _write(file: Path, text: str) -> None:
    """All of it, or the file is as it was."""
    fresh = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(file)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise Invalid(f"{file} cannot be written: {error.strerror}.") from None
