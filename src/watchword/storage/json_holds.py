"""Whether one JSON value has all that another has, as PostgreSQL's `@>` understands it; for SQLite, which has no such
operator.
"""

from typing import Any

import msgspec


def json_holds(text: str | None, wanted: str) -> bool:
    """Both as JSON; registered as an SQL function."""
    return text is not None and holds(msgspec.json.decode(text), msgspec.json.decode(wanted))


def holds(found: Any, wanted: Any) -> bool:
    """An object has every key with what is in it, a list every item somewhere; anything else is equal."""
    if isinstance(wanted, dict):
        return isinstance(found, dict) and all(key in found and holds(found[key], wanted[key]) for key in wanted)
    if isinstance(wanted, list):
        return isinstance(found, list) and all(any(holds(one, item) for one in found) for item in wanted)
    return isinstance(found, bool) is isinstance(wanted, bool) and bool(found == wanted)
