"""What a value of a gateway looks like, and what is off with one that does not.

The server and the script of the form tell it by the same rules: patterns mean the same to Python's `search` and to
JavaScript's `test` with its flag `u`, and the sentences are handed over as they stand.
"""

import re
from typing import NamedTuple

import msgspec

HEX = "[0-9a-fA-F]"
UNSEEN = r"\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u2060\ufeff"
"""Of a class: blanks, and characters that take no room. Pages bring them along when something is copied."""

ANYTHING = "^"


class Slip(NamedTuple):
    pattern: str
    sentence: str


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """Of what `fits` nothing is said. Of all else the first slip is told whose pattern is found; the last fits all.

    In a sentence {length} is how many characters there are, {start} the first two. While somebody is typing, nothing
    is said before there are `plausible` characters. Where the setting `unless` is given, this is another thing.
    """

    fits: str
    slips: tuple[Slip, ...]
    plausible: int
    unless: str = ""


def slip_of(shape: Shape, text: str) -> str:
    """The sentence, or "" where nothing is off or nothing is there."""
    text = text.strip()
    if not text or re.search(shape.fits, text):
        return ""
    sentence = next(slip.sentence for slip in shape.slips if re.search(slip.pattern, text))
    return sentence.replace("{length}", str(len(text))).replace("{start}", text[:2])


def unseen(name: str) -> Slip:
    return Slip(f"[{UNSEEN}]", f"There is a blank in the {name}, or a character that cannot be seen: copy it again.")
