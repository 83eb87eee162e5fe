"""`watchword serve`."""

import asyncio
import socket
import sys
from contextlib import suppress
from pathlib import Path

import rich_click as click

from watchword.bootstrap import bootstrap, start_link
from watchword.cli.assignment import Assignment
from watchword.cli.banner import banner
from watchword.cli.common import data_dir_option, leave, read_settings, told, with_database
from watchword.cli.serving import application, run
from watchword.cli.waiting import wait_for_database
from watchword.cli.workers import Workers
from watchword.descriptors import keep_standard_streams, raise_limit
from watchword.errors import SettingsInvalid
from watchword.logs import configure
from watchword.settings import Settings
from watchword.storage.database import Database
from watchword.storage.in_use import in_use


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option("--port", default=9000, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes; above one on PostgreSQL."
)
@click.option("--demo", is_flag=True, help="With demo flows and users, and a handset that shows the messages.")
@data_dir_option
@told
def serve(host: str, port: int, workers: int, demo: bool, data_dir: Path | None) -> None:
    """Migrate the database, then serve."""
    keep_standard_streams()
    settings = read_settings(data_dir)
    _check_workers(settings, workers, demo)
    configure(settings.log_level, json=not sys.stderr.isatty())
    _check_port(host, port)
    raise_limit()
    assignment = Assignment(host=host, port=port, demo=demo, data_dir=str(data_dir) if data_dir else None)
    with in_use(settings.database_url):
        leave(0 if _serve(settings, assignment, workers) else 1)


def _serve(settings: Settings, assignment: Assignment, workers: int) -> bool:
    """False where the server stopped by itself."""
    host, port, demo = assignment.host, assignment.port, assignment.demo
    wait_for_database(settings.database_url)
    link = with_database(settings, lambda database: _prepare(settings, database, demo))
    words = banner(host, port, demo, public_url=settings.public_url, start_link=link)

    def say() -> None:
        # Only to stdout: the link in it is a secret, which logs must not hold.
        with suppress(OSError):  # whoever started the server does not listen
            click.echo(words)

    if workers > 1:
        return asyncio.run(Workers(assignment, workers, on_ready=say).run())
    return asyncio.run(run(application(settings, demo=demo, on_ready=say), host, port))


async def _prepare(settings: Settings, database: Database, demo: bool) -> str:
    await bootstrap(settings, database, demo=demo)
    return await start_link(settings, database)


def _check_workers(settings: Settings, workers: int, demo: bool) -> None:
    if workers > 1 and settings.embedded:
        raise SettingsInvalid(
            "Several workers need PostgreSQL: the embedded SQLite database is for one process. Start with --workers 1, "
            "which serves many visitors at once, or set WATCHWORD_DATABASE_URL to a PostgreSQL database."
        )
    if workers > 1 and demo:
        raise SettingsInvalid(
            "The demo's handset shows the messages of one process: start with --demo --workers 1, or without --demo."
        )


def _check_port(host: str, port: int) -> None:
    """The server shares its port with others of its kind, so it would not notice a second one by itself."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise SettingsInvalid(f"Cannot listen at {host}:{port}: {error.strerror}. Choose another --port.") from None
