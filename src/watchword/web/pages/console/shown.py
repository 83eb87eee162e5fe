"""What the pages of the console show."""

from datetime import datetime
from typing import NamedTuple

import msgspec

from watchword.storage.events import EventRow
from watchword.web.pages.console.control import Control, Fieldset, Option
from watchword.web.pages.console.paging import Pages


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


class Todo(msgspec.Struct, frozen=True, kw_only=True):
    """What is still missing, why that matters, and where it is mended; `url` "" where it is a setting."""

    title: str
    why: str
    url: str = ""
    deed: str = ""


class Traffic(msgspec.Struct, frozen=True, kw_only=True):
    """Messages of a span of time."""

    span: str
    sent: int
    failed: int


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


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    todos: tuple[Todo, ...]
    traffic: tuple[Traffic, ...]
    problems: tuple[EventRow, ...]


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
    button: str = "Save"
    prove: str = ""
    """Where somebody proves who he is, where that is what is missing."""


class Fact(NamedTuple):
    label: str
    text: str
    code: bool = False


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """`passed` and `facts` are there once it was tried."""

    title: str
    lede: str
    button: str
    controls: tuple[Control, ...]
    wrong: bool = False
    passed: bool | None = None
    facts: tuple[Fact, ...] = ()
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


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """Who or what decides, and where that is changed."""

    name: str
    url: str
    enabled: bool


class Step(msgspec.Struct, frozen=True, kw_only=True):
    pk: str
    name: str
    kind: str
    stage_url: str
    url: str
    remove: str
    rules: tuple[Rule, ...]
    add_rule: str
    first: bool
    last: bool


class FlowShown(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    title: str
    slug: str
    designation: str
    url: str
    run: str
    rules: tuple[Rule, ...]
    add_rule: str
    steps: tuple[Step, ...]
    stages: tuple[Option, ...]
    kinds: tuple[Option, ...]
