"""Reading what came in from a form or from JSON, whatever its type."""

from typing import Any


def read_text(value: Any, *, limit: int) -> str | None:
    """The text without outer blanks; numbers are lenient text; None for anything else, NULs, or over the limit."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value) if abs(value) < 10**18 else ""
    if not isinstance(value, str):
        return None
    text = value.strip()
    return text if len(text) <= limit and "\x00" not in text else None


def read_flag(value: Any) -> bool:
    """A check box or a button: JSON true, or a form's text."""
    return value is True or (isinstance(value, str) and value.lower() in {"true", "on", "1", "yes"})
