"""What came of trying an expression, in words."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from watchword.web.pages.console.control import Control
from watchword.web.pages.console.fact import Fact

LONGEST = 10_000
"""Letters of a text that are shown."""


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """Of one sample; `title` says which, where there can be several."""

    title: str = ""
    verdict: str
    passed: bool
    facts: tuple[Fact, ...]


class Tried(msgspec.Struct, frozen=True, kw_only=True):
    """Either `results`, with the `line` that failed if one did, or what is wrong with the sample, by field."""

    results: tuple[Result, ...] = ()
    line: int | None = None
    errors: Mapping[str, Sequence[str]] = {}


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """What an expression is tried with, and what came of it."""

    lede: str
    url: str
    controls: tuple[Control, ...]
    tried: Tried | None = None


def text(label: str, lines: Sequence[str]) -> Fact:
    return Fact(label, _cut("\n".join(lines)))


def json(label: str, value: Any) -> Fact:
    return Fact(label, _cut(msgspec.json.format(msgspec.json.encode(value), indent=2).decode()), code=True)


def time(milliseconds: float) -> Fact:
    return Fact("Time", f"{milliseconds} ms")


def failed(sentence: str, line: int | None = None, *more: Fact) -> Tried:
    facts = (text("What went wrong", [sentence]), *more)
    return Tried(results=(Result(verdict="It fails.", passed=False, facts=facts),), line=line)


def _cut(told: str) -> str:
    return told if len(told) <= LONGEST else f"{told[:LONGEST]}…"
