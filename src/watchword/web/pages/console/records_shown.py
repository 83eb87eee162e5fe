"""What the console shows of what happened: lists, single records, and what is asked before a session ends."""

from typing import Literal, NamedTuple

import msgspec

from watchword.web.pages.console.asking import Question
from watchword.web.pages.console.control import Option
from watchword.web.pages.console.tables import Table


class Records(msgspec.Struct, frozen=True, kw_only=True):
    """One page of a list. `counted` is how many there are, in words, or ""; `older` and `newest` are addresses, or "";
    `looked_at` is how many rows were looked through where that was not all; `kept` says for how long.
    """

    title: str
    lede: str
    nouns: str
    none: str
    kept: str
    url: str
    table: Table
    questions: tuple[Question, ...]
    narrowed: bool
    search: str
    search_label: str
    file: str
    counted: str = ""
    older: str = ""
    newest: str = ""
    looked_at: str = ""
    deeds: tuple[Option, ...] = ()
    wrong: bool = False


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """A fact, with where it leads, or with what it is made of in `parts`."""

    label: str
    text: str = ""
    url: str = ""
    outside: bool = False
    code: bool = False
    parts: tuple["Known", ...] = ()


class Happened(NamedTuple):
    """An event in a list of few."""

    text: str
    when: str
    url: str


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """One of them. `told` is a sentence about it and `verdict` what it means and what to do, in the colour of `tone`;
    without `no_answer` nothing answered that could be shown.
    """

    title: str
    lede: str
    facts: tuple[Known, ...]
    tone: Literal["info", "success", "warning"] = "info"
    told: str = ""
    verdict: tuple[Known, ...] = ()
    details: tuple[Known, ...] = ()
    answer: str | None = None
    no_answer: str = ""
    events: tuple[Happened, ...] = ()


class Ending(msgspec.Struct, frozen=True, kw_only=True):
    """What ends, and what that means for whoever is signed in there."""

    title: str
    button: str
    facts: tuple[Known, ...]
    means: tuple[str, ...]
    own: str = ""
