"""`python -m benchmarks.floor PORT PLAN` serves it as `watchword serve` is served."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import msgspec
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.embed import Server

from benchmarks.floor.app import FloorApp
from benchmarks.floor.plan import Plan


async def serve(port: int, plan: Plan) -> None:
    server = Server(
        FloorApp(plan),
        address="127.0.0.1",
        port=port,
        interface=Interfaces.ASGI,
        websockets=False,
        backlog=1024,
        log_level=LogLevels.error,
    )
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, server.stop)
    await server.serve()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), msgspec.json.decode(Path(sys.argv[2]).read_bytes(), type=Plan)))
    os._exit(0)  # as `watchword serve` leaves: granian's threads outlive the interpreter's end badly
