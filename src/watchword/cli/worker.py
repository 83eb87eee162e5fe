"""One of several processes that serve at one port; started by `watchword serve`, and by nobody else."""

import asyncio
import os
import sys
from pathlib import Path
from typing import NoReturn

import msgspec

from watchword.cli.assignment import READY, Assignment
from watchword.cli.common import leave, read_settings, told
from watchword.cli.serving import application, run
from watchword.cli.waiting import wait_for_database
from watchword.logs import configure


@told
def work(assignment: Assignment) -> NoReturn:
    """Ends when it is told to, or when its parent is no more: its stdin ends then, however the parent ended."""
    settings = read_settings(Path(assignment.data_dir) if assignment.data_dir else None)
    configure(settings.log_level, json=not sys.stderr.isatty())
    wait_for_database(settings.database_url)
    app = application(settings, demo=assignment.demo, on_ready=lambda: _say(READY))
    leave(0 if asyncio.run(run(app, assignment.host, assignment.port, lifeline=0)) else 1)


def _say(word: bytes) -> None:
    os.write(1, word)


if __name__ == "__main__":
    work(msgspec.json.decode(sys.argv[1], type=Assignment))
