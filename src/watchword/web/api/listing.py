"""Lists: what is asked for in the query, and the envelope that a page comes in."""

import math
import re
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from watchword.errors import FieldsInvalid, NotFound
from watchword.web.api.call import Call
from watchword.web.api.operation import Parameter, or_empty
from watchword.web.api.shapes import Pagination

PAGE_SIZE = 20
MAX_PAGE_SIZE = 100
_MAX_PAGE = 10**9
_MAX_DIGITS = 1000
_TERMS = re.compile(r"[\s,]+")

PAGING = (
    Parameter(name="page", schema=or_empty({"type": "integer", "minimum": 1}), help="Counted from 1."),
    Parameter(name="page_size", schema=or_empty({"type": "integer", "minimum": 1}), help="20 by default, 100 at most."),
)
SEARCH = Parameter(name="search", help="Terms that must all occur, in any letter case.")
ORDERING = Parameter(name="ordering", help="A field; with - in front the other way round.")


class Window(msgspec.Struct, frozen=True):
    """Which page, counted from 1, and how many to it."""

    page: int
    size: int

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.size


def window(call: Call) -> Window:
    """Raises `NotFound` for a page that is none, and `FieldsInvalid` for a size that is none."""
    size = _natural(call.option("page_size"), PAGE_SIZE)
    page = _natural(call.option("page"), 1)
    if not page:
        raise NotFound("Invalid page.")
    if not size:
        raise FieldsInvalid({"page_size": ["A valid integer is required."]})
    return Window(min(page, _MAX_PAGE), min(size, MAX_PAGE_SIZE))


def _natural(text: str, default: int) -> int:
    """0 for what is no number from 1."""
    if not text:
        return default
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS else 0


def envelope(chosen: Window, count: int, results: Sequence[Any]) -> dict[str, Any]:
    """Raises `NotFound` for a page beyond the last; the first is there even where it is empty."""
    pages = max(1, math.ceil(count / chosen.size))
    if chosen.page > pages:
        raise NotFound("Invalid page.")
    pagination = Pagination(
        next=chosen.page + 1 if chosen.page < pages else 0,
        previous=chosen.page - 1,
        count=count,
        current=chosen.page,
        total_pages=pages,
        start_index=chosen.offset + 1 if count else 0,
        end_index=min(chosen.offset + chosen.size, count),
    )
    return {"pagination": pagination, "results": list(results), "autocomplete": {}}


def cut(chosen: Window, found: Sequence[Any]) -> Sequence[Any]:
    return found[chosen.offset : chosen.offset + chosen.size]


def terms(text: str, fold: Callable[[str], str] = str.casefold) -> list[str]:
    """`fold` is how letters of both cases are made one: databases can do no more than `lower`."""
    return [fold(term) for term in _TERMS.split(text) if term]
