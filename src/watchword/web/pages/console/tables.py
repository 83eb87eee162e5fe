"""Lists of rows, as the pages of the console show them: searched, narrowed by filters, in pages."""

from datetime import datetime
from typing import Literal, NamedTuple

import msgspec

from watchword.web.pages.console.control import Option
from watchword.web.pages.console.paging import Pages


class Cell(NamedTuple):
    """A text, or a moment: its day, or all of it where it is `exact`; `note` is a softer line below it. "bad" and
    "good" are colours, never the only sign; a "number" stays in one line.
    """

    text: str = ""
    url: str = ""
    note: str = ""
    when: datetime | None = None
    look: Literal["", "good", "bad", "number"] = ""
    exact: bool = False


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """The first cell of a row names it. `label` is the table's own name, for whoever does not see the page."""

    label: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...] = ()


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """One question of a list's, with the answers that can be chosen; the first of them narrows nothing."""

    name: str
    label: str
    value: str
    options: tuple[Option, ...]


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """One page of a list. `search_label` "" is a list without a search; `makes` are addresses, and `file` is one."""

    title: str
    lede: str = ""
    noun: str
    nouns: str
    url: str
    table: Table
    pages: Pages
    search: str = ""
    search_label: str = "Search"
    filters: tuple[Filter, ...] = ()
    narrowed: bool = False
    makes: tuple[Option, ...] = ()
    file: str = ""
