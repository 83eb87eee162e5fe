"""What the console's first page shows."""

from datetime import datetime
from typing import NamedTuple

import msgspec

from watchword.web.pages.console.plot import Plot


class Todo(msgspec.Struct, frozen=True, kw_only=True):
    """What is still missing, why that matters, and where it is mended; `url` "" where it is a setting."""

    title: str
    why: str
    url: str = ""
    deed: str = ""


class Fact(NamedTuple):
    label: str
    text: str
    bad: bool = False


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """Messages of a span of time. `name` is for ids; `every` is what a bar stands for, an hour or a day."""

    name: str
    title: str
    every: str
    total: int
    summary: str
    facts: tuple[Fact, ...]
    plot: Plot
    first: str
    last: str


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """How many codes came back of those that went one way; `rate` in hundredths, and `percent` in words."""

    name: str
    codes: int
    confirmed: int
    rate: float
    percent: str
    remark: str = ""


class Shares(msgspec.Struct, frozen=True, kw_only=True):
    title: str
    heading: str
    rows: tuple[Share, ...]


class Unpriced(NamedTuple):
    name: str
    url: str


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """What went wrong, once or often, and how it is mended. `times` is "" for once."""

    title: str
    detail: str = ""
    fix: str
    url: str = ""
    deed: str = ""
    times: str = ""
    last: datetime
    ago: str
    whom: str = ""


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """`unpriced` are stages of which nobody has said what a segment costs; `more` are kinds of problems left out."""

    todos: tuple[Todo, ...]
    spans: tuple[Span, ...]
    shares: tuple[Shares, ...] = ()
    unpriced: tuple[Unpriced, ...] = ()
    problems: tuple[Problem, ...] = ()
    more: int = 0
