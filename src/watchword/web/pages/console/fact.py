"""One line of what came of something: its name, and what it is."""

from typing import NamedTuple


class Fact(NamedTuple):
    label: str
    text: str
    code: bool = False
