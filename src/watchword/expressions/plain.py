"""What comes out of the sandbox, as plain values; and texts without a visitor's data."""

import math
import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

HIDDEN = "***"
_DIGITS = re.compile(r"[+(]?\d(?:[\s()./-]{0,2}\d){4,}")
"""Five digits or more, however they are grouped: a code or a number."""
_MIN_LENGTH = 3
_DEPTH = 20
_BITS = 14_000
"""Python makes no text of an integer of more than 4,300 digits, and so no JSON."""


def plain(value: Any, depth: int = 0) -> Any:
    """JSON values alone: sets and tuples become lists, NULs go, anything unknown or out of range becomes None."""
    if depth > _DEPTH:
        return None
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if value.bit_length() <= _BITS else None
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, str):
        return value.replace("\x00", "")
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, dict):
        return {_key(key): plain(inner, depth + 1) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(inner, depth + 1) for inner in value]
    return _user_of(value)


def _key(key: Any) -> str:
    try:
        return str(key)
    except (ValueError, RecursionError):  # an integer too long, or nested too deeply
        return "None"


def _user_of(value: Any) -> Any:
    """A user becomes what authentik makes of one."""
    attributes = getattr(value, "attributes", None)
    if isinstance(attributes, dict) and "username" in attributes and "pk" in attributes:
        return {key: attributes.get(key) for key in ("username", "pk", "email")}
    return None


def scrubbed(text: str, values: Iterable[Any]) -> str:
    """The text without these values, and without anything that looks like a code or a number."""
    for value in sorted({str(value) for value in values}, key=len, reverse=True):
        if len(value) >= _MIN_LENGTH:
            text = text.replace(value, HIDDEN)
    return _DIGITS.sub(HIDDEN, text)
