"""Ids in addresses."""

from watchword.errors import NotFound

_MAX_DIGITS = 18
"""More is no id in either database."""


def device_number(text: str) -> int:
    """Raises `NotFound` for what is no id."""
    if not (text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS):
        raise NotFound("There is no such device.")
    return int(text)
