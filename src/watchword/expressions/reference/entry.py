"""One thing that an expression can use."""

import re
from typing import Literal

import msgspec

Kind = Literal["policy", "mapping", "prompt"]
"""What an expression is of."""

EVERY: frozenset[Kind] = frozenset({"policy", "mapping", "prompt"})


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """`shown` is how it is written, and `example` a Python expression that works in each of the `kinds`.

    `parts` are what its value has: attributes, or the keys of a dict.
    """

    shown: str
    means: str
    example: str
    kinds: frozenset[Kind] = EVERY
    parts: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """As `ak_logger` of `ak_logger.info(event, **values)`."""
        return re.split(r"\W", self.shown, maxsplit=1)[0]


class Topic(msgspec.Struct, frozen=True, kw_only=True):
    """What is not `usable` is named only to say so."""

    title: str
    entries: tuple[Entry, ...]
    usable: bool = True
