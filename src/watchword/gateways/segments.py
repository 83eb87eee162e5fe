"""How many segments a text takes, and why (3GPP TS 23.038: the GSM 7-bit alphabet; TS 23.040: concatenation)."""

import unicodedata
from typing import Literal

import msgspec

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("\f^{}\\[~]|€")
"""Two septets each: an escape and the character."""

_GSM_SINGLE, _GSM_PART = 160, 153
_UCS_SINGLE, _UCS_PART = 70, 67

INSTEAD = {
    **dict.fromkeys("‘’‚‛′´`ʼ", "'"),
    **dict.fromkeys("“”„‟″«»", '"'),
    **dict.fromkeys("‐‑‒–—―−•·", "-"),
    "…": "...",
    "⁄": "/",
    "×": "x",
    **dict.fromkeys("\t\u00a0\u2002\u2003\u2007\u2009\u202f", "a plain space"),
    **dict.fromkeys("\u00ad\u200b\u200d\u200e\u200f\u2060\ufe0f\ufeff", "nothing"),
}
"""What word processors and keyboards put in, and what says the same in GSM-7."""


class Segments(msgspec.Struct, frozen=True):
    """`units` are septets or UTF-16 code units, `left` of them are free in the last segment; `forced_by` are the
    characters outside GSM-7, each once.
    """

    encoding: Literal["GSM-7", "UCS-2"]
    units: int
    segments: int
    per_segment: int
    left: int
    forced_by: tuple[str, ...] = ()


def count(text: str) -> Segments:
    forced = tuple(dict.fromkeys(char for char in text if char not in BASIC and char not in EXTENDED))
    if forced:
        sizes = [2 if ord(char) > 0xFFFF else 1 for char in text]
        single, part = _UCS_SINGLE, _UCS_PART
    else:
        sizes = [2 if char in EXTENDED else 1 for char in text]
        single, part = _GSM_SINGLE, _GSM_PART
    units = sum(sizes)
    size = single if units <= single else part
    segments, used = (1, units) if units <= single else _parts(sizes, part)
    return Segments("UCS-2" if forced else "GSM-7", units, segments, size, size - used, forced)


def _parts(sizes: list[int], part: int) -> tuple[int, int]:
    """How many, and what the last one holds. An extended character, or a surrogate pair, is never cut in two."""
    parts, used = 1, 0
    for size in sizes:
        if used + size > part:
            parts, used = parts + 1, 0
        used += size
    return parts, used


def warnings(text: str) -> list[str]:
    """Why a text needs more than one segment, for whoever wrote it; empty where it needs only one."""
    counted = count(text)
    if counted.segments == 1:
        return []
    found = [
        f"This text takes {counted.segments} segments ({counted.units} of {counted.per_segment} characters each); "
        "each is paid for."
    ]
    found += [_forced(char) for char in counted.forced_by]
    twice = sorted(char for char in EXTENDED.intersection(text) if char.isprintable())
    if twice and not counted.forced_by:
        found.append(f"Each of {' '.join(twice)} counts as two characters.")
    return found


def _forced(char: str) -> str:
    name = unicodedata.name(char, "no name")
    advice = f" Write {INSTEAD[char]} instead." if char in INSTEAD else ""
    return (
        f"{char!r} (U+{ord(char):04X}, {name}) is not in the GSM-7 alphabet, so a segment holds 70 characters "
        f"and not 160.{advice}"
    )
