"""Which characters of a text cost more than others, for whoever writes it."""

import unicodedata
from itertools import groupby
from typing import Literal, NamedTuple

from watchword.gateways.segments import BASIC, EXTENDED, INSTEAD

Cost = Literal["", "twice", "forces"]
"""Nothing beyond its place; two places; or outside GSM-7, so that the whole text is sent as UCS-2."""

_FIRST_PLANE = 0xFFFF
"""A character beyond it is two UTF-16 code units."""


class Piece(NamedTuple):
    """Characters that stand together and cost alike."""

    text: str
    cost: Cost


class Costly(NamedTuple):
    """`name` is Unicode's; `instead` says the same in GSM-7, "" where nothing is known to."""

    char: str
    name: str
    cost: Cost
    doubled: bool
    instead: str


def pieces(text: str) -> list[Piece]:
    """The whole text, in order."""
    forced = _is_forced(text)
    return [Piece("".join(chars), cost) for cost, chars in groupby(text, lambda char: _cost(char, forced))]


def costly(text: str) -> list[Costly]:
    """Each character that costs more, once, in the order in which they come."""
    forced = _is_forced(text)
    return [
        Costly(char, _name(char), cost, cost == "twice" or ord(char) > _FIRST_PLANE, INSTEAD.get(char, ""))
        for char in dict.fromkeys(text)
        if (cost := _cost(char, forced))
    ]


def _is_forced(text: str) -> bool:
    return any(char not in BASIC and char not in EXTENDED for char in text)


def _cost(char: str, forced: bool) -> Cost:
    """In UCS-2 the extended characters take one place like any other."""
    if char in BASIC:
        return ""
    if char in EXTENDED:
        return "" if forced else "twice"
    return "forces"


def _name(char: str) -> str:
    return unicodedata.name(char, "").lower() or f"U+{ord(char):04X}"
