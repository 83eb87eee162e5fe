"""Takes secrets, codes and numbers out of what a gateway answered, in every spelling it may have given them back."""

import base64
import re
from collections.abc import Iterable, Iterator

from watchword.gateways.spellings import Reading, readings

HIDDEN = "***"

_MIN_LENGTH = 3
"""Shorter secrets would blot out every other word, and could be found by trying."""

_TAIL = 5
"""Of a phone number so many last digits are enough to be hidden: countries with short numbers have no more."""

_SLACK = 4_000
"""Characters read past the limit, so that no secret is cut in two by it and half of it left."""

_DIGITS = re.compile(r"\+?[0-9]{3,}")
_RUN = re.compile(r"[0-9](?:[^0-9A-Za-z]{0,3}[0-9])*")
"""Digits with few other marks between them. One pattern for all: every message has digits of its own, and compiling a
pattern of those took longer than all else about an answer.
"""
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
    digits = [secret for secret in secrets if _DIGITS.fullmatch(secret)]
    for reading in readings(text):
        folded = _fold(reading.text)
        for word in words:
            at = folded.find(word)
            while at >= 0:
                yield reading.starts[at], reading.starts[at + len(word)]
                at = folded.find(word, at + 1)
        if digits:
            yield from _digit_spans(reading, digits)


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


def _digit_spans(reading: Reading, secrets: list[str]) -> Iterator[Span]:
    for run in _RUN.finditer(reading.text):
        places = [place for place in range(run.start(), run.end()) if "0" <= reading.text[place] <= "9"]
        digits = "".join([reading.text[place] for place in places])
        for secret in secrets:
            for first, last in _found(secret, digits):
                begin = places[first]
                begin -= reading.text[begin - 1 : begin] == "+"
                yield reading.starts[begin], reading.starts[places[last] + 1]


def _found(secret: str, digits: str) -> Iterator[Span]:
    """First and last digit of each place: what must stand there, and before it as many of the others as there are."""
    wanted = secret.lstrip("+")
    tail = min(_TAIL, len(wanted)) if secret.startswith("+") else max(len(wanted.lstrip("0")), _MIN_LENGTH)
    before = wanted[:-tail]
    at = digits.find(wanted[-tail:])
    while at >= 0:
        more = 0
        while more < min(len(before), at) and digits[at - 1 - more] == before[-1 - more]:
            more += 1
        yield at - more, at + tail - 1
        at = digits.find(wanted[-tail:], at + 1)
