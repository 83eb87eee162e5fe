"""The tags that make a value of other values."""

import operator
import re
from collections.abc import Callable
from functools import reduce
from typing import Any

import msgspec

from watchword.blueprints.tag import Scope, Tag

_DIRECTIVE = re.compile(r"%[-+ 0#]*[0-9]{0,3}(\.[0-9]{1,3})?[diouxXeEfFgGcrsa%]")
"""Widths have three digits at most: `%999999999s` would fill the memory."""


class Format(Tag):
    name = "!Format"

    def resolve(self, scope: Scope) -> Any:
        self.need(1)
        text, *values = (self.argument(index, scope) for index in range(len(self.arguments)))
        if not isinstance(text, str) or "%" in _DIRECTIVE.sub("", text):
            raise self.wrong("takes a text with %s for each value, and %% for a percent sign.")
        try:
            return text % tuple(values)
        except (TypeError, ValueError, OverflowError):
            raise self.wrong("does not fit its values.") from None


class If(Tag):
    name = "!If"

    def resolve(self, scope: Scope) -> Any:
        """Only the branch that is chosen is looked at; without branches, whether the condition holds."""
        self.need(1, 3)
        holds = bool(self.argument(0, scope))
        if len(self.arguments) == 1:
            return holds
        index = 1 if holds else 2
        return self.argument(index, scope) if index < len(self.arguments) else None


_MODES: dict[str, Callable[[list[bool]], bool]] = {
    "AND": all,
    "NAND": lambda values: not all(values),
    "OR": any,
    "NOR": lambda values: not any(values),
    "XOR": lambda values: reduce(operator.xor, values),
    "XNOR": lambda values: not reduce(operator.xor, values),
}
"""XOR holds where an odd number of the values does, and XNOR where an even number does, as in authentik."""


class Condition(Tag):
    name = "!Condition"

    def resolve(self, scope: Scope) -> Any:
        self.need(2)
        mode, *values = (self.argument(index, scope) for index in range(len(self.arguments)))
        combine = _MODES.get(mode.upper()) if isinstance(mode, str) else None
        if combine is None:
            raise self.wrong(f"begins with one of {', '.join(_MODES)}.")
        return combine([bool(value) for value in values])


class ParseJSON(Tag):
    name = "!ParseJSON"

    def resolve(self, scope: Scope) -> Any:
        self.need(1, 1)
        text = self.argument(0, scope)
        try:
            return msgspec.json.decode(text if isinstance(text, str) else "")
        except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
            raise self.wrong("takes a text that is JSON.") from None
