"""Ids in addresses."""

from watchword.errors import NotFound

_MAX_DIGITS = 18
"""More is no id in either database."""


_MAX_PAGE_DIGITS = 9


def page_number(text: str) -> int:
    """Counted from 1, which is also what is meant by whatever is none."""
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) <= _MAX_PAGE_DIGITS else 1


def device_number(text: str) -> int:
    """Raises `NotFound` for what is no id."""
    return row_number(text, "There is no such device.")


def row_number(text: str, missing: str) -> int:
    """Raises `NotFound`, which says that it is missing, for what is no id."""
    if not (text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS):
        raise NotFound(missing)
    return int(text)
