"""`watchword serve`."""

import asyncio
import os
import signal
import socket
import sys
from pathlib import Path

import rich_click as click
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.embed import Server
from litestar import Litestar

from watchword import __version__
from watchword.app import Options, create_app
from watchword.bootstrap import bootstrap, start_link
from watchword.cli.banner import banner
from watchword.cli.common import data_dir_option, leave, read_settings, told, with_database
from watchword.descriptors import raise_limit
from watchword.errors import SettingsInvalid
from watchword.logs import configure
from watchword.settings import Settings
from watchword.storage.database import Database
from watchword.storage.in_use import in_use
from watchword.traces.start import start_traces

_BACKLOG = 1024
_VISITORS = 20_000
"""Requests under way at once: by default no more than the backlog would be, and those who wait for gateways would keep
all others out.
"""


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option("--port", default=9000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes.")
@click.option("--demo", is_flag=True, help="With demo flows and users, and a handset that shows the messages.")
@data_dir_option
@told
def serve(host: str, port: int, workers: int, demo: bool, data_dir: Path | None) -> None:
    """Migrate the database, then serve."""
    settings = read_settings(data_dir)
    if workers > 1:
        raise SettingsInvalid(
            "Several workers need PostgreSQL, and come with a later version: start with --workers 1, "
            "which serves many visitors at once."
        )
    configure(settings.log_level, json=not sys.stderr.isatty())
    _check_port(host, port)
    raise_limit()
    with in_use(settings.database_url):
        leave(0 if _serve(settings, host, port, demo) else 1)


def _serve(settings: Settings, host: str, port: int, demo: bool) -> bool:
    """False where the server stopped by itself."""
    link = with_database(settings, lambda database: _prepare(settings, database, demo))
    words = banner(host, port, demo, public_url=settings.public_url, start_link=link)
    # Only to stdout: the link in it is a secret, which logs must not hold.
    traces = start_traces(os.environ, version=__version__)
    app = create_app(settings, Options(demo=demo, traces=traces, on_ready=lambda _: click.echo(words)))
    return asyncio.run(_run(app, host, port))


async def _prepare(settings: Settings, database: Database, demo: bool) -> str:
    await bootstrap(settings, database, demo=demo)
    return await start_link(settings, database)


def _check_port(host: str, port: int) -> None:
    """The server shares its port with others of its kind, so it would not notice a second one by itself."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise SettingsInvalid(f"Cannot listen at {host}:{port}: {error.strerror}. Choose another --port.") from None


async def _run(app: Litestar, host: str, port: int) -> bool:
    """Serves until a signal asks to stop; False where the server stopped by itself."""
    server = Server(
        app,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        websockets=False,
        backlog=_BACKLOG,
        backpressure=_VISITORS,
        log_level=LogLevels.error,
    )
    asked = asyncio.Event()

    def stop() -> None:
        asked.set()
        server.stop()  # type: ignore[no-untyped-call] # granian leaves it unannotated

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    await server.serve()
    return asked.is_set()
