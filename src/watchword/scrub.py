"""The last line of defence: takes secrets and phone numbers out of what is about to be kept or shown.

Nothing should reach it that it has to hide; what does was a mistake elsewhere.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from watchword.phone import mask

HIDDEN = "***"
_DEPTH = 6

_SECRETS = ("password", "secret", "token", "authorization", "cookie")
_WORDS = (*_SECRETS, "phone")
"""Hide the value wherever they stand in a key."""
_KEYS = frozenset({"auth", "code", "codes", "number", "otp", "body"})
"""Hide the value only as the whole key: `status_code` and `key_number` tell nothing."""
_TELLING = frozenset({"masked_number"})

# A plus, also as forms and query strings encode it, and seven digits or more, with the marks people group them with.
_NUMBER = re.compile(r"(?:\+|%2[Bb])([0-9](?:[ ().\-/]{0,3}[0-9]){6,})")

# The first administrator's link (`web/pages/first_start.py`) is a secret that stands in an address.
_START_LINK = re.compile(r"(if(?:/|%2[Ff])start(?:/|%2[Ff]))[\w\-]+")


def mask_numbers(text: str) -> str:
    """The text with whatever looks like an international phone number masked."""
    # Looking for a plus first costs a tenth of the search, and few texts have one.
    return _NUMBER.sub(_masked, text) if "+" in text or "%2" in text else text


def scrub(values: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of plain values: secrets by their key become "***", phone numbers and start links in any text are masked.

    What is neither a text, a number, a list nor a mapping is turned into text first; nesting ends at six levels.
    """
    return {_name(str(key)): _value(str(key), value, _DEPTH) for key, value in values.items()}


def holds_secret(value: Any) -> bool:
    """Whether a key anywhere in a plain value promises a secret. Phone numbers are none."""
    if isinstance(value, Mapping):
        return any(_promises(str(key)) or holds_secret(inner) for key, inner in value.items())
    return isinstance(value, list | tuple) and any(map(holds_secret, value))


def _promises(key: str) -> bool:
    plain = key.lower().replace("-", "_")
    return plain in _KEYS - {"number"} or any(word in plain for word in _SECRETS)


def _masked(match: re.Match[str]) -> str:
    return mask("+" + re.sub(r"[^0-9]", "", match[1]))


def _text(value: object) -> str:
    text = mask_numbers(str(value))
    return _START_LINK.sub(_without_key, text) if "start" in text else text


def _without_key(match: re.Match[str]) -> str:
    return match[1] + HIDDEN


_name = lru_cache(maxsize=1024)(_text)
"""Of a key: most lines of the log have the same."""


@lru_cache(maxsize=1024)
def _secret(key: str) -> bool:
    plain = key.lower().replace("-", "_")
    return plain in _KEYS or (plain not in _TELLING and any(word in plain for word in _WORDS))


def _value(key: str, value: Any, depth: int) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if _secret(key) or depth == 0:
        return HIDDEN
    if isinstance(value, int | float):
        return value
    if isinstance(value, Mapping):
        return {_name(str(name)): _value(str(name), inner, depth - 1) for name, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_value("", inner, depth - 1) for inner in value]
    return _text(value)
