"""One process that serves: granian around the application, until it is told to stop."""

import asyncio
import gc
import os
import signal
from collections.abc import Callable

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.embed import Server
from litestar import Litestar

from watchword import __version__
from watchword.app import Options, create_app
from watchword.settings import Settings
from watchword.traces.start import start_traces

_BACKLOG = 1024
_VISITORS = 20_000
"""Requests under way at once: by default no more than the backlog would be, and those who wait for gateways would keep
all others out.
"""

_COLLECTED_AFTER = 20_000
"""So many more objects are made than were freed before Python's collector looks. By default it looks once or twice in
each request, for a fifteenth of its time; hardly anything that requests leave behind is a ring.
"""


def application(settings: Settings, *, demo: bool, on_ready: Callable[[], None]) -> Litestar:
    traces = start_traces(os.environ, version=__version__)
    return create_app(settings, Options(demo=demo, traces=traces, on_ready=lambda _: on_ready()))


async def run(app: Litestar, host: str, port: int, lifeline: int | None = None) -> bool:
    """Serves until a signal asks to stop, or the other end of the pipe `lifeline` is closed; False where the server
    stopped by itself. Several processes may listen at one port.
    """
    gc.set_threshold(_COLLECTED_AFTER)
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

    def cut(end: int) -> None:
        loop.remove_reader(end)
        stop()

    if lifeline is not None:
        loop.add_reader(lifeline, cut, lifeline)
    await server.serve()
    return asked.is_set()
