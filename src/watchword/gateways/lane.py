"""A lane: the way to one gateway by one account, with a bound on what is under way and a breaker."""

import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from math import ceil
from typing import Literal, NamedTuple, TypeVar

import structlog

from watchword.gateways.base import GatewaySettings
from watchword.gateways.breaker import Breaker, Resting, Ticket, Verdict, verdict_of
from watchword.gateways.errors import Category, SendError
from watchword.gateways.turns import Full, Turns
from watchword.metrics.sends import SendMetrics

log = structlog.get_logger(__name__)

T = TypeVar("T")

DEADLINE = 8.0
AT_ONCE, WAITING = 8_000, 2_000

TOLD_AGAIN = 60.0
"""Seconds: a queue that is full over and over is told no more often."""


class Change(NamedTuple):
    """What a lane tells, once each time. `state` is what the gateway does now: it `rests`, is `well` again, or is
    `full`. `seconds` is how long it rests; `cause` and `detail` are those of the last failure, and `at_once` and
    `waiting` what was under way. None holds a secret; `settings` does.
    """

    state: Literal["rests", "well", "full"]
    settings: GatewaySettings
    seconds: int = 0
    failures: int = 0
    cause: Category | None = None
    detail: str = ""
    at_once: int = 0
    waiting: int = 0


Observer = Callable[[Change], None]


class Limits(NamedTuple):
    """`deadline` is seconds for a message in all; it waits for its turn for half of them at most, so that a gateway has
    the other half, and is not blamed for what the queue took.
    """

    at_once: int = AT_ONCE
    waiting: int = WAITING
    deadline: float = DEADLINE


class Lane:
    """`now` is in seconds, of a clock that nobody sets."""

    def __init__(
        self,
        kind: str,
        limits: Limits,
        metrics: SendMetrics,
        *,
        observer: Observer | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.kind = kind
        self._limits = limits
        self._metrics = metrics
        self._observer = observer
        self._now = now
        self._turns = Turns(limits.at_once, limits.waiting)
        self._breaker = Breaker(now)
        self._full_told = -TOLD_AGAIN
        self._drained = True

    @property
    def idle(self) -> bool:
        return not (self._turns.taken or self._turns.waiting)

    @property
    def resting(self) -> bool:
        return self._breaker.resting

    @property
    def seconds_left(self) -> int:
        return ceil(self._breaker.seconds_left)

    async def carry(self, settings: GatewaySettings, work: Callable[[float], Awaitable[T]]) -> T:
        """`work` is given the seconds that are left. Raises what it raises, which is `SendError`, and `SendError`
        (busy, resting) before it is begun. `settings` are the lane's own: it keeps none, as they hold secrets.
        """
        began = self._now()
        with self._refusing(settings):
            self._breaker.look()
            await self._turn()
        try:
            with self._refusing(settings):
                ticket = self._breaker.enter()
            return await self._judged(settings, ticket, work, self._limits.deadline - (self._now() - began))
        finally:
            self._turns.give_back()
            self._drained = self._drained or not self._turns.waiting

    async def _turn(self) -> None:
        patience = self._limits.deadline / 2
        if self._turns.free:
            return await self._turns.take(patience)
        with self._metrics.queued(self.kind):
            return await self._turns.take(patience)

    @contextmanager
    def _refusing(self, settings: GatewaySettings) -> Iterator[None]:
        """Raises `SendError`."""
        try:
            yield
        except Resting as rest:
            self._metrics.refused(self.kind, "resting")
            raise resting(ceil(rest.seconds)) from None
        except Full:
            self._metrics.refused(self.kind, "queue_full")
            self._tell_full(settings)
            raise busy("As many messages wait for this gateway as may wait.") from None
        except TimeoutError:
            self._metrics.refused(self.kind, "queue_slow")
            raise busy("The message waited too long for its turn at this gateway.") from None

    async def _judged(
        self, settings: GatewaySettings, ticket: Ticket, work: Callable[[float], Awaitable[T]], seconds: float
    ) -> T:
        verdict: Verdict = "neither"
        failed: SendError | None = None
        try:
            done = await work(seconds)
            verdict = "well"
        except SendError as error:
            failed, verdict = error, verdict_of(error)
            raise
        finally:
            self._note(settings, ticket, verdict, failed)
        return done

    def _note(self, settings: GatewaySettings, ticket: Ticket, verdict: Verdict, failed: SendError | None) -> None:
        turn = self._breaker.leave(ticket, verdict, (failed.retry_after or 0) if failed else 0)
        if turn == "rests" and failed:
            failures, cause = self._breaker.failures, failed.category
            self._metrics.rests(self.kind, 1)
            self._tell(Change("rests", settings, self.seconds_left, failures, cause, failed.detail))
        elif turn == "well":
            self._metrics.rests(self.kind, -1)
            self._tell(Change("well", settings))

    def _tell_full(self, settings: GatewaySettings) -> None:
        """Once until it was empty again, or one message that leaves and one that comes would tell it anew."""
        now = self._now()
        if self._drained and now - self._full_told >= TOLD_AGAIN:
            self._full_told, self._drained = now, False
            at_once, waiting = self._turns.taken, self._turns.waiting
            self._tell(Change("full", settings, at_once=at_once, waiting=waiting))

    def _tell(self, change: Change) -> None:
        self._metrics.changed(self.kind, change.state)
        log.warning("gateway_changed", gateway=self.kind, state=change.state, cause=change.cause)
        if self._observer is None:
            return
        try:
            self._observer(change)
        except Exception as error:  # noqa: BLE001 - a message must not fail because nobody could be told
            log.error("gateway_change_untold", error=type(error).__name__)


def busy(detail: str) -> SendError:
    hint = "WATCHWORD_GATEWAY_CONCURRENCY and WATCHWORD_GATEWAY_QUEUE are how many may be under way, and wait."
    return SendError("busy", detail, retry_elsewhere=True, hint=hint)


def resting(seconds: int) -> SendError:
    """`seconds` is 0 where a probe is under way."""
    detail = "The gateway failed several times in a row, and rests: nothing is handed to it until one message arrives."
    unit = "a second" if seconds == 1 else f"{seconds} seconds"
    sentence = f"The message could not be sent. Please try again in {unit}." if seconds else None
    return SendError("resting", detail, retry_elsewhere=True, sentence=sentence, retry_after=seconds or None)
