"""A list in pages: which one is shown, and the addresses of its neighbours."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar
from urllib.parse import urlencode

import msgspec

from watchword.web.pages.numbers import page_number

R = TypeVar("R")

ON_A_PAGE = 50


class Pages(msgspec.Struct, frozen=True, kw_only=True):
    """`first` to `last` of `total` are shown; `previous` and `next` are addresses, or ""."""

    first: int = 0
    last: int = 0
    total: int = 0
    previous: str = ""
    next: str = ""


def pages_of(url: str, number: int, total: int, asked: Mapping[str, str] | None = None) -> Pages:
    """`asked` is what the list is narrowed by, which its other pages are too."""
    offset = (number - 1) * ON_A_PAGE
    return Pages(
        first=offset + 1,
        last=min(offset + ON_A_PAGE, total),
        total=total,
        previous=address(url, {**(asked or {}), "page": str(number - 1)}) if number > 1 else "",
        next=address(url, {**(asked or {}), "page": str(number + 1)}) if offset + ON_A_PAGE < total else "",
    )


def read_page(read: Callable[[int, int], tuple[int, Sequence[R]]], wanted: str) -> tuple[int, int, Sequence[R]]:
    """The page's number, how many rows there are in all, and the page's.

    `read` is given how many to read and how many to pass over. Beyond the last page is the last one.
    """
    number = page_number(wanted)
    total, rows = read(ON_A_PAGE, (number - 1) * ON_A_PAGE)
    last = last_page(total)
    if number > last:
        number = last
        total, rows = read(ON_A_PAGE, (number - 1) * ON_A_PAGE)
    return number, total, rows


def last_page(total: int) -> int:
    return max(1, -(-total // ON_A_PAGE))


def address(url: str, asked: Mapping[str, str]) -> str:
    """With what is asked as its query; what is empty is left out."""
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"{url}?{query}" if query else url
