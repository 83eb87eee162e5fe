"""File descriptors: every visitor who waits takes one, and every message on its way another."""

import os
import resource
import sys

ENOUGH = 65_536
"""No more are asked for: some programs go through all numbers that they might have."""

_OWN = 256
"""For the database, logs, workers and listening."""


def raise_limit() -> int:
    """As far as it may be raised without asking anybody; the limit from now on. Most systems begin with 1,024, for the
    sake of old programs.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = min(_finite(hard), ENOUGH)
    if _finite(soft) >= wanted:
        return soft
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    except (ValueError, OSError):
        return soft
    return wanted


def keep_standard_streams() -> None:
    """Where one was closed before the start, it leads nowhere: else the next file that is opened would take its number,
    and be written what was meant for people to read.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # which takes the lowest number that is free
    sys.stdout = sys.stdout or os.fdopen(1, "w", closefd=False)
    sys.stderr = sys.stderr or os.fdopen(2, "w", closefd=False)


def room_for_sends() -> int:
    """How many messages can be on their way at once, each with a visitor who waits for it."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return max(16, (_finite(soft) - _OWN) // 2)


def _finite(limit: int) -> int:
    return ENOUGH if limit == resource.RLIM_INFINITY else limit
