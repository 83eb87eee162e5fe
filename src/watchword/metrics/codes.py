"""One-time codes: how many were made, how many came back, and what was wrong with those that were refused."""

from datetime import datetime
from typing import Literal, NamedTuple

from prometheus_client import CollectorRegistry

from watchword.metrics.instrument import Instrument
from watchword.metrics.labels import country_label

CodeState = Literal["issued", "confirmed", "expired", "replaced", "unsent"]

CODES = Instrument(
    "watchword_codes_total",
    "counter",
    "Codes for somebody's phone, by what became of them: each is `issued` once, and later `confirmed` (it came back), "
    "`expired` (it never did), `replaced` by a newer one, or `unsent` (its message failed).",
    ("purpose", "country", "state"),
)
TRIES = Instrument(
    "watchword_code_tries_total",
    "counter",
    "Codes that visitors typed, by what they were: `right`, `wrong`, `expired`, `spent` (no try left), `dead` "
    "(replaced or used up), `throttled`.",
    ("purpose", "outcome"),
)
INSTRUMENTS = (CODES, TRIES)

WATCHED = 100_000
"""Codes that one process looks after at once; of more it does not learn that they expired."""


class Watched(NamedTuple):
    """A code that was issued here, so that its end is counted once, whatever servers there are."""

    id: int
    purpose: str
    country: str
    expires: datetime


class CodeMetrics:
    def __init__(self, registry: CollectorRegistry) -> None:
        self._codes = CODES.counter(registry)
        self._tries = TRIES.counter(registry)
        self._watched: dict[int, Watched] = {}

    def issued(self, code_id: int, purpose: str, country: str, expires: datetime) -> None:
        self.count(purpose, country, "issued")
        if len(self._watched) < WATCHED:
            self._watched[code_id] = Watched(code_id, purpose, country, expires)

    def ended(self, code_id: int, purpose: str, country: str, state: CodeState) -> None:
        """Other than by itself."""
        self._watched.pop(code_id, None)
        self.count(purpose, country, state)

    def tried(self, purpose: str, outcome: str) -> None:
        self._tries.labels(purpose, outcome).inc()

    def count(self, purpose: str, country: str, state: CodeState) -> None:
        self._codes.labels(purpose, country_label(country), state).inc()

    def due(self, now: datetime, limit: int) -> list[Watched]:
        """Those whose life is over, of which nobody here has said how they ended; each is given out once."""
        over = [code for code in self._watched.values() if code.expires <= now][:limit]
        for code in over:
            del self._watched[code.id]
        return over
