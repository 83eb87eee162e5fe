"""Numbers that no other test uses: a device a number, and five messages a day to each."""

import itertools
import os

_counter = itertools.count(os.getpid() % 9000 * 100)


def fresh_number() -> str:
    """E.164, of a German mobile range."""
    return f"+49151{20_000_000 + next(_counter):08d}"
