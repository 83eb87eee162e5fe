"""Takes secrets, codes and numbers out of what a gateway answered, in every spelling it may have given them back."""

import base64
import re
from collections.abc import Iterable, Iterator

from watchword.gateways.spellings import readings

HIDDEN = "***"

_MIN_LENGTH = 3
"""Shorter secrets would blot out every other word, and could be found by trying."""

_TAIL = 5
"""Of a phone number so many last digits are enough to be hidden: countries with short numbers have no more."""

_SLACK = 4_000
"""Characters read past the limit, so that no secret is cut in two by it and half of it left."""

_DIGITS = re.compile(r"\+?[0-9]{3,}")
_BETWEEN = r"[^0-9A-Za-z]{0,3}"
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")

Span = tuple[int, int]


def scrub(text: str, secrets: Iterable[str], limit: int | None = None) -> str:
    """The text, or its first `limit` characters, with "***" for each secret.

    Found are: the secret itself; its base64; either escaped for URLs, forms, JSON or HTML, twice at most. Where a
    secret is digits (a code, or a phone number in E.164), also with other marks between them; a code without its
    leading zeros, as a JSON number has it; a phone number without its country code. Secrets below three characters
    stay. Control characters become spaces, as PostgreSQL takes no NUL.
    """
    end = len(text) if limit is None else min(limit, len(text))
    window = text[: end + _SLACK]
    pieces, done = [], 0
    for start, stop in _merged(_spans(window, [secret for secret in secrets if len(secret) >= _MIN_LENGTH])):
        if start >= end:
            break
        pieces += [window[done:start], HIDDEN]
        done = stop
    return _CONTROL.sub(" ", "".join([*pieces, window[done:end]]))[:limit]


def basic_credentials(user: str, password: str) -> str:
    """What follows `Basic ` in the header (RFC 7617, in UTF-8)."""
    return base64.b64encode(f"{user}:{password}".encode()).decode()


def _spans(text: str, secrets: list[str]) -> Iterator[Span]:
    words = {_fold(spelling) for secret in secrets for spelling in _spellings(secret)}
    digits = [_digits(secret) for secret in secrets if _DIGITS.fullmatch(secret)]
    for reading in readings(text):
        folded = _fold(reading.text)
        for word in words:
            at = folded.find(word)
            while at >= 0:
                yield reading.starts[at], reading.starts[at + len(word)]
                at = folded.find(word, at + 1)
        for pattern in digits:
            for match in pattern.finditer(reading.text):
                yield reading.starts[match.start()], reading.starts[match.end()]


def _merged(spans: Iterable[Span]) -> Iterator[Span]:
    """In order; those that overlap as one."""
    start = stop = -1
    for begin, end in sorted(spans):
        if begin > stop:
            if stop >= 0:
                yield start, stop
            start, stop = begin, end
        stop = max(stop, end)
    if stop >= 0:
        yield start, stop


def _fold(text: str) -> str:
    """Forms write a space as a plus, base64 has pluses: taken as one, both are found."""
    return text.replace("+", " ")


def _spellings(secret: str) -> set[str]:
    raw = secret.encode(errors="surrogatepass")
    encoded = [base64.b64encode(raw).decode(), base64.urlsafe_b64encode(raw).decode()]
    return {secret, *(text.rstrip("=") for text in encoded)}


def _digits(secret: str) -> re.Pattern[str]:
    """What must stand there, and before it as many of the other digits as there are."""
    digits = secret.lstrip("+")
    tail = min(_TAIL, len(digits)) if secret.startswith("+") else max(len(digits.lstrip("0")), _MIN_LENGTH)
    before = ""
    for digit in digits[:-tail]:
        before = f"(?:{before}{digit}{_BETWEEN})?"
    return re.compile(r"\+?" + before + _BETWEEN.join(digits[-tail:]))
