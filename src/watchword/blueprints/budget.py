"""How much the tags of one blueprint may come to: what multiplies itself must not fill the memory."""

from typing import Any

MAX_VALUES = 200_000
MAX_TEXT = 5_000_000
"""Characters, counted once for each tag they pass through."""
MAX_DEPTH = 100
"""Of tags, lists and mappings in each other; Python's own end is near a thousand calls."""


class Exhausted(Exception):
    """The message is a sentence's end."""


class Budget:
    def __init__(self) -> None:
        self._values = MAX_VALUES
        self._text = MAX_TEXT
        self._depth = 0
        self.exhausted = False

    def enter(self) -> None:
        """Raises `Exhausted`. Every one that succeeds wants its `leave`."""
        if self._depth >= MAX_DEPTH:
            raise Exhausted(f"leads too deep: values nest at most {MAX_DEPTH} deep.")
        self._depth += 1
        self._take(1, 0)

    def leave(self) -> None:
        self._depth -= 1

    def measure(self, value: Any) -> None:
        """Takes a value off, as large as it would be written out; raises `Exhausted`."""
        waiting = [(value, 0)]
        while waiting:
            part, depth = waiting.pop()
            self._take(1, len(part) if isinstance(part, str) else 0)
            if not isinstance(part, dict | list):
                continue
            if depth >= MAX_DEPTH:
                raise Exhausted(f"leads too deep: values nest at most {MAX_DEPTH} deep.")
            self._take(len(part), 0)
            inner = [*part.keys(), *part.values()] if isinstance(part, dict) else part
            waiting += [(one, depth + 1) for one in inner]

    def _take(self, values: int, text: int) -> None:
        self._values -= values
        self._text -= text
        if self._values < 0 or self._text < 0:
            self.exhausted = True
            raise Exhausted(
                f"makes too much: the tags of a blueprint may come to {MAX_VALUES} values and {MAX_TEXT} characters."
            )
