"""The sandbox's worker processes, as the system sees them."""

import os
from pathlib import Path


def workers() -> list[int]:
    """Those of this process."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rsplit(")", 1)
        except OSError:
            continue
        state, parent = fields[1].split()[:2]
        if "(monty" in fields[0] and int(parent) == os.getpid() and state != "Z":
            found.append(int(status.parent.name))
    return found
