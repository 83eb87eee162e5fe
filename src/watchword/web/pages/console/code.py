"""Fields that hold an expression: which they are, and which line of one is wrong."""

from collections.abc import Container, Iterator, Mapping
from typing import Any, NamedTuple

import msgspec

from watchword.model.syntax import leading_lines, syntax_problem

AROUND = 2
"""Lines that are shown before and after the one that is wrong."""


class CodeLine(NamedTuple):
    number: int
    text: str
    wrong: bool


class Code(msgspec.Struct, frozen=True, kw_only=True):
    """`switch` names the box that makes an expression of the text, and is "" where it always is one; `on` is whether it
    is one now. `line` is the wrong one, counted from 1, and `excerpt` what stands around it.
    """

    switch: str = ""
    on: bool = True
    line: int | None = None
    excerpt: tuple[CodeLine, ...] = ()


def code_of(name: str, fields: Container[str], given: Mapping[str, Any], text: str, marked: int | None) -> Code | None:
    """None for fields that never are expressions. `marked` is the line that failed when it ran, if any did."""
    switch = f"{name}_expression" if f"{name}_expression" in fields else ""
    if not switch and name != "expression":
        return None
    on = not switch or given.get(switch) is True
    problem = syntax_problem(text) if on and text.strip() else None
    line = problem.line if problem else marked
    return Code(switch=switch, on=on, line=line, excerpt=tuple(_around(text, line)) if line else ())


def without_leading_lines(text: str) -> str:
    """Lines are counted without them, as they are not kept."""
    return "\n".join(_lines(text)[leading_lines(text) :])


def _around(text: str, line: int) -> Iterator[CodeLine]:
    for number, one in enumerate(_lines(text), 1):
        if abs(number - line) <= AROUND:
            yield CodeLine(number, one, number == line)


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
