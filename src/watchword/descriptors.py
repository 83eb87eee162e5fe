"""File descriptors: every visitor who waits takes one, and every message on its way another."""

import resource

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


def room_for_sends() -> int:
    """How many messages can be on their way at once, each with a visitor who waits for it."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return max(16, (_finite(soft) - _OWN) // 2)


def _finite(limit: int) -> int:
    return ENOUGH if limit == resource.RLIM_INFINITY else limit
