"""What the pages of the console show."""

from datetime import datetime
from typing import NamedTuple

import msgspec

from watchword.web.pages.console.control import Control, Fieldset, Option
from watchword.web.pages.console.fact import Fact
from watchword.web.pages.console.paging import Pages
from watchword.web.pages.console.previews import Preview
from watchword.web.pages.console.workbench import Workbench


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """An object in a list: what it is called, and a line about it."""

    name: str
    url: str
    about: str


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """One page of a list; `makes` are the kinds that can be made, by their addresses."""

    title: str
    lede: str
    noun: str
    url: str
    rows: tuple[Row, ...]
    makes: tuple[Option, ...]
    search: str = ""
    pages: Pages = Pages()


class Past(msgspec.Struct, frozen=True, kw_only=True):
    """One change of the configuration, in a list."""

    number: int
    when: datetime
    author: str
    summary: str
    url: str


class Line(NamedTuple):
    """`mark` is + for a line that came, - for one that went, and a blank for one that stayed."""

    mark: str
    text: str


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One field before and after, of a long text by its `lines`; of a secret nothing but that it changed."""

    title: str
    before: str
    after: str
    secret: bool = False
    lines: tuple[Line, ...] = ()


class Touched(msgspec.Struct, frozen=True, kw_only=True):
    """An object that a change made, changed or deleted; `url` where it is still there."""

    name: str
    noun: str
    deed: str
    url: str
    differences: tuple[Difference, ...]


class History(msgspec.Struct, frozen=True, kw_only=True):
    changes: tuple[Past, ...]
    pages: Pages = Pages()


class ChangeShown(msgspec.Struct, frozen=True, kw_only=True):
    """`later` touched the same objects since; `newest` cannot be gone back to: it is how things are."""

    past: Past
    touched: tuple[Touched, ...]
    later: tuple[Past, ...]
    newest: bool
    errors: tuple[str, ...] = ()


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """`version` is the state that was seen when it was opened; `back` is where to go on to."""

    title: str
    lede: str
    fieldsets: tuple[Fieldset, ...]
    errors: tuple[str, ...] = ()
    wrong: bool = False
    version: str = ""
    back: str = ""
    remove: str = ""
    uses: tuple[Row, ...] = ()
    trial: str = ""
    trial_button: str = ""
    hidden: tuple[tuple[str, str], ...] = ()
    workbench: Workbench | None = None
    preview: Preview | None = None
    button: str = "Save"
    prove: str = ""
    """Where somebody proves who he is, where that is what is missing."""


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """`passed` and `facts` are there once it was tried; `answer` is what somebody else said, word for word."""

    title: str
    lede: str
    button: str
    controls: tuple[Control, ...]
    wrong: bool = False
    passed: bool | None = None
    facts: tuple[Fact, ...] = ()
    answer: tuple[Fact, ...] = ()
    back: str


class Loss(msgspec.Struct, frozen=True, kw_only=True):
    """What goes, and what else becomes of it, before something is deleted."""

    name: str
    noun: str
    verb: str
    gone: tuple[str, ...]
    emptied: tuple[str, ...]
    blocked: tuple[str, ...] = ()
    devices: int = 0
    errors: tuple[str, ...] = ()
