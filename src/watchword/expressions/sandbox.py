"""The sandbox: pydantic-monty's worker processes, with limits of time and memory and nothing of the host in them."""

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from types import TracebackType
from typing import Any, NamedTuple, Self

from prometheus_client import CollectorRegistry
from pydantic_monty import Monty, MontyError, ResourceLimits

from watchword.errors import ExpressionFailed
from watchword.expressions.failures import explained, late
from watchword.expressions.finished import Finished, finished
from watchword.expressions.parts import Prelude
from watchword.expressions.program import Prepared, alone, prepared
from watchword.expressions.session import MOST_WORKERS, Functions, answered, drive
from watchword.expressions.threads import Stopped, Threads
from watchword.metrics.expressions import ExpressionKind, ExpressionMetrics

AT_ONCE = 4
"""Evaluations that run at once; more wait their turn."""
NESTED = MOST_WORKERS // AT_ONCE - 1
"""How deep policies may call one another: each level holds a worker of its own."""
_GRACE_SECONDS = 0.25
_HOST_CALLS = 200
_RECURSION = 200
_MIB = 1024 * 1024
_SESSIONS_OF_A_WORKER = 1000
"""Then it is replaced (10 ms), and whatever memory it kept is given back."""


class Evaluation(NamedTuple):
    """An expression, what is defined before it (and in terms of `_given`), and what of the host it may call.

    `variables` are there as they are, before the prelude, by names that are identifiers.
    """

    source: str
    prelude: Prelude
    given: Mapping[str, Any]
    functions: Functions
    variables: Mapping[str, Any] = {}
    kind: ExpressionKind = "policy"


class Sandbox:
    """`timeout` in seconds of running, and of waiting for a worker; every evaluation gets a fresh session."""

    def __init__(self, *, timeout: float = 1.0, memory_mib: int = 64, metrics: ExpressionMetrics | None = None) -> None:
        self.metrics = metrics or ExpressionMetrics(CollectorRegistry())
        self._timeout = timeout
        self._memory = memory_mib * _MIB
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._threads = Threads(MOST_WORKERS)
        self._pool = Monty(
            min_processes=1,
            max_processes=MOST_WORKERS,
            checkout_timeout=timeout,
            # Else a worker that was stopped, and neither works nor dies, would keep its thread for ever.
            request_timeout=timeout + 2 * _GRACE_SECONDS,
            max_checkouts_per_worker=_SESSIONS_OF_A_WORKER,
            feed_duration_limit_grace=_GRACE_SECONDS,
            turn_duration_limit_grace=_GRACE_SECONDS,
        )

    async def __aenter__(self) -> Self:
        await asyncio.to_thread(self._pool.__enter__)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._threads.close()
        await asyncio.to_thread(self._pool.__exit__, kind, error, trace)

    async def parse(self, source: str) -> None:
        """Raises `ExpressionFailed` where the sandbox would not even begin with it: it knows less of Python than Python
        does. Nothing of it runs.
        """
        await self._driven(alone(source), {}, {}, self._timeout)

    async def run(self, evaluation: Evaluation, *, seconds: float | None = None, nested: bool = False) -> Finished:
        """What the prelude's `_finish` makes of the expression's value; raises `ExpressionFailed`.

        `seconds` only lowers the sandbox's own. `nested` is for an expression that another one waits for.
        """
        try:
            with self.metrics.timed(evaluation.kind):
                return finished(await self._run(evaluation, seconds, nested))
        except ExpressionFailed as error:
            self.metrics.failed(evaluation.kind, error.kind)
            raise

    async def _run(self, evaluation: Evaluation, seconds: float | None, nested: bool) -> Any:
        ready = prepared(evaluation.prelude, evaluation.source)
        limit = min(self._timeout, seconds) if seconds else self._timeout
        inputs = {**evaluation.variables, "_given": dict(evaluation.given)}
        if nested:
            return await self._driven(ready, inputs, evaluation.functions, limit)
        try:
            with self.metrics.waiting.track_inprogress():
                async with asyncio.timeout(self._timeout * AT_ONCE):
                    await self._turns.acquire()
        except TimeoutError:
            raise ExpressionFailed("timeout", "No worker of the sandbox was free in time.") from None
        return await self._driven(ready, inputs, evaluation.functions, limit, self._turns.release)

    async def _driven(
        self,
        ready: Prepared,
        inputs: dict[str, Any],
        functions: Functions,
        limit: float,
        over: Callable[[], None] | None = None,
    ) -> Any:
        """`over` is called when the worker is free again, which may be after whoever waits for the value has gone."""
        self.metrics.running.inc()

        def ended() -> None:
            self.metrics.running.dec()
            if over:
                over()

        checkout = partial(self._pool.checkout, limits=self._limits(limit))
        work = partial(drive, checkout, ready.code, inputs, functions)
        try:
            # Twice the time for all: what the host is asked (DNS, another policy) is bounded by itself.
            async with asyncio.timeout(limit * 2 + 10 * _GRACE_SECONDS):
                return await self._threads.begin(work, ended).listen(lambda call: answered(call, functions))
        except TimeoutError:
            raise late(limit) from None
        except MontyError as error:
            raise explained(error, limit, ready) from None
        except Stopped as stopped:
            raise ExpressionFailed("crash", str(stopped)) from None

    def _limits(self, seconds: float) -> ResourceLimits:
        return {
            "max_feed_duration_secs": seconds,
            "max_memory": self._memory,
            "max_recursion_depth": _RECURSION,
            "max_suspensions": _HOST_CALLS,
            "max_total_sleep_secs": 0.0,
        }
