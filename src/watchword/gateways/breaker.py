"""A circuit breaker: a gateway that fails again and again is left alone for a while, then tried with one message."""

import time
from collections.abc import Callable
from typing import Literal, NamedTuple

from watchword.gateways.errors import SendError

IN_A_ROW = 5
"""Failures without a success between them after which a gateway rests."""

FIRST_REST, LONGEST_REST = 5.0, 60.0
"""Seconds. Each rest is twice as long as the one before; what a gateway asks for by `Retry-After` counts no further
than the longest, or one answer could stop all messages for a day.
"""

STEADY = 60.0
"""Seconds without a rest after which the next one is a first one again: a gateway that flaps rests longer each time."""

Verdict = Literal["well", "ill", "neither"]
Turn = Literal["rests", "well"]

_SERVER_ERROR = 500


class Ticket(NamedTuple):
    """Given to a message that may go; results of one from before the latest change count no more."""

    generation: int
    probe: bool


class Resting(Exception):
    """Nothing may go for so many seconds; 0 where a probe is under way."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds


class Breaker:
    """`now` is in seconds, of a clock that nobody sets: one that stepped back would stop messages for as long."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self.failures = 0
        """In a row."""
        self._generation = 0
        self._rests = 0
        self._until: float | None = None
        self._steady_since = -STEADY
        self._probing = False

    @property
    def resting(self) -> bool:
        """Until a probe succeeded, also where the time is over."""
        return self._until is not None

    @property
    def seconds_left(self) -> float:
        return 0.0 if self._until is None else max(0.0, self._until - self._now())

    def look(self) -> None:
        """Raises `Resting` where nothing may go now."""
        if self._until is not None and (self._probing or self.seconds_left):
            raise Resting(self.seconds_left)

    def enter(self) -> Ticket:
        """Whoever has a ticket gives it back by `leave`. Raises `Resting`."""
        self.look()
        self._probing = self.resting
        return Ticket(self._generation, self._probing)

    def leave(self, ticket: Ticket, verdict: Verdict, pause: float = 0) -> Turn | None:
        """What changes by it, if anything does. `pause` is how many seconds an ill one asked for."""
        if ticket.generation != self._generation:
            return None
        if verdict == "ill":
            return self._failed(ticket, pause)
        if ticket.probe:
            self._probing = False
        if verdict == "neither":
            return None
        self.failures = 0
        return self._recovered() if ticket.probe else None

    def _failed(self, ticket: Ticket, pause: float) -> Turn | None:
        self.failures += 1
        if not (ticket.probe or pause or self.failures >= IN_A_ROW):
            return None
        now = self._now()
        if not ticket.probe and now - self._steady_since >= STEADY:
            self._rests = 0
        seconds = min(max(FIRST_REST * 2**self._rests, pause), LONGEST_REST)
        self._rests = min(self._rests + 1, 10)
        self._until, self._probing = now + seconds, False
        self._generation += 1
        return None if ticket.probe else "rests"

    def _recovered(self) -> Turn:
        self._until, self._steady_since = None, self._now()
        self._generation += 1
        return "well"


def verdict_of(error: SendError) -> Verdict:
    """What a failed message says of its gateway. One that answers is well, even where it refuses: the number, the
    sender or the credentials are to blame. Where it was never asked, it says nothing.
    """
    status = error.http_status
    if error.category in ("network", "throttled") or (status is not None and status >= _SERVER_ERROR):
        return "ill"
    return "neither" if status is None else "well"
