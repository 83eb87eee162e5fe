"""Reads a text with its escapes undone, and knows for every character where it stood before."""

import html
import re
from collections.abc import Callable
from typing import NamedTuple

_DEPTH = 2
"""Escapes within escapes: a form inside JSON, JSON inside JSON."""


class Reading(NamedTuple):
    text: str
    starts: list[int]
    """For each character the place in the original text where it begins; at the end the original's length."""


def readings(text: str) -> list[Reading]:
    """The text as it stands, and with percent signs, backslashes and entities undone, each alone and in pairs."""
    layer = [Reading(text, list(range(len(text) + 1)))]
    found = list(layer)
    for _ in range(_DEPTH):
        layer = [undone for before in layer for escape in _ESCAPES if (undone := _undo(before, *escape))]
        found += layer
    return found


def _undo(before: Reading, escape: re.Pattern[str], plain: Callable[[str], str]) -> Reading | None:
    """None where there was nothing to undo. Every escape stands for one character."""
    pieces: list[str] = []
    starts: list[int] = []
    done = 0
    for match in escape.finditer(before.text):
        pieces += (before.text[done : match.start()], plain(match[0]))
        starts += before.starts[done : match.start() + 1]
        done = match.end()
    if not done:
        return None
    return Reading("".join([*pieces, before.text[done:]]), starts + before.starts[done:])


def _percent(escape: str) -> str:
    return bytes.fromhex(escape.replace("%", "")).decode(errors="replace")[:1]


_SHORT = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}


def _backslash(escape: str) -> str:
    if len(escape) == 2:
        return _SHORT.get(escape[1], escape[1])
    units = [int(unit, 16) for unit in re.split(r"\\[ux]", escape)[1:]]
    if len(units) == 1:
        return chr(units[0])
    return chr(0x10000 + ((units[0] - 0xD800) << 10) + (units[1] - 0xDC00))


def _entity(escape: str) -> str:
    plain = html.unescape(escape)
    return plain if len(plain) == 1 else "\ufffd"


_LATER = r"%[89ab][0-9a-f]"
_HEX = r"[0-9a-f]"
_ESCAPES: tuple[tuple[re.Pattern[str], Callable[[str], str]], ...] = (
    # One character of UTF-8 each (RFC 3629, section 4).
    (
        re.compile(
            rf"%[0-7]{_HEX}|%[cd]{_HEX}{_LATER}|%e{_HEX}(?:{_LATER}){{2}}|%f[0-7](?:{_LATER}){{3}}", re.IGNORECASE
        ),
        _percent,
    ),
    # JSON's, where a character beyond the first plane is a pair (RFC 8259, section 7), and Python's for bytes.
    (
        re.compile(rf"\\ud[89ab]{_HEX}{{2}}\\ud[c-f]{_HEX}{{2}}|\\u{_HEX}{{4}}|\\x{_HEX}{{2}}|\\.", re.I | re.S),
        _backslash,
    ),
    (re.compile(r"&(?:#[0-9]{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,30});", re.IGNORECASE), _entity),
)
