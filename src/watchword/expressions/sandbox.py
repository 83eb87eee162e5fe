"""The sandbox: pydantic-monty's worker processes, with limits of time and memory and nothing of the host in them."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from types import TracebackType
from typing import Any, NamedTuple, Self

from prometheus_client import CollectorRegistry
from pydantic_monty import (
    AsyncFunctionSnapshot,
    AsyncMonty,
    AsyncMontySession,
    AsyncNameLookupSnapshot,
    CollectString,
    MontyComplete,
    MontyCrashedError,
    MontyError,
    MontyRuntimeError,
    MontySyntaxError,
)

from watchword.errors import ExpressionFailed
from watchword.expressions.program import HEADER_LINES, definition, program
from watchword.metrics.expressions import ExpressionKind, ExpressionMetrics
from watchword.model.syntax import leading_lines, syntax_problem

HostFunction = Callable[..., Awaitable[Any]]

AT_ONCE = 4
"""Evaluations that run at once; more wait their turn."""
NESTED = 3
"""How deep policies may call one another: each level holds a worker of its own."""
_GRACE_SECONDS = 0.25
_HOST_CALLS = 200
_RECURSION = 200
_PRINTED_BYTES = 64 * 1024
_MIB = 1024 * 1024
_SCRIPT = "<python-input-1>"


class Evaluation(NamedTuple):
    """An expression, what is defined before it (and in terms of `_given`), and what of the host it may call.

    `variables` are there as they are, before the prelude, by names that are identifiers.
    """

    source: str
    prelude: str
    given: Mapping[str, Any]
    functions: Mapping[str, HostFunction]
    variables: Mapping[str, Any] = {}
    kind: ExpressionKind = "policy"


class Sandbox:
    """`timeout` in seconds of running, and of waiting for a worker; every evaluation gets a fresh session."""

    def __init__(self, *, timeout: float = 1.0, memory_mib: int = 64, metrics: ExpressionMetrics | None = None) -> None:
        self.metrics = metrics or ExpressionMetrics(CollectorRegistry())
        self._timeout = timeout
        self._memory = memory_mib * _MIB
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._pool = AsyncMonty(
            min_processes=1,
            max_processes=AT_ONCE * (NESTED + 1),
            checkout_timeout=timeout,
            feed_duration_limit_grace=_GRACE_SECONDS,
            turn_duration_limit_grace=_GRACE_SECONDS,
        )

    async def __aenter__(self) -> Self:
        await self._pool.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._pool.__aexit__(kind, error, trace)

    async def parse(self, source: str) -> None:
        """Raises `ExpressionFailed` where the sandbox would not even begin with it: it knows less of Python than Python
        does. Nothing of it runs.
        """
        if problem := syntax_problem(source):
            raise ExpressionFailed("syntax", problem.said, problem.line)
        try:
            async with self._pool.checkout(limits=self._limits(self._timeout)) as session:
                await _drive(session, definition(source), {})
        except MontyError as error:
            raise _explained(error, self._timeout, leading_lines(source)) from None

    async def run(
        self, evaluation: Evaluation, *, seconds: float | None = None, nested: bool = False
    ) -> dict[str, Any]:
        """What the prelude's `_finish` makes of the expression's value; raises `ExpressionFailed`.

        `seconds` only lowers the sandbox's own. `nested` is for an expression that another one waits for.
        """
        try:
            with self.metrics.timed(evaluation.kind):
                return await self._run(evaluation, seconds, nested)
        except ExpressionFailed as error:
            self.metrics.failed(evaluation.kind, error.kind)
            raise

    async def _run(self, evaluation: Evaluation, seconds: float | None, nested: bool) -> dict[str, Any]:
        if problem := syntax_problem(evaluation.source):
            raise ExpressionFailed("syntax", problem.said, problem.line)
        limit = min(self._timeout, seconds) if seconds else self._timeout
        if nested:
            return await self._evaluate(evaluation, limit)
        try:
            with self.metrics.waiting.track_inprogress():
                async with asyncio.timeout(self._timeout * AT_ONCE):
                    await self._turns.acquire()
        except TimeoutError:
            raise ExpressionFailed("timeout", "No worker of the sandbox was free in time.") from None
        try:
            return await self._evaluate(evaluation, limit)
        finally:
            self._turns.release()

    async def _evaluate(self, evaluation: Evaluation, limit: float) -> dict[str, Any]:
        try:
            # Twice the time for all: what the host is asked (DNS, another policy) is bounded by itself.
            async with asyncio.timeout(limit * 2 + 10 * _GRACE_SECONDS):
                with self.metrics.running.track_inprogress():
                    return await self._in_session(evaluation, limit)
        except TimeoutError:
            raise ExpressionFailed("timeout", f"The expression took longer than {limit:g} seconds.") from None
        except MontyCrashedError:
            raise ExpressionFailed("crash", "The worker of the sandbox was stopped: too much time or memory.") from None
        except MontyError as error:
            raise _explained(error, limit, leading_lines(evaluation.source)) from None

    def _limits(self, seconds: float) -> Any:
        return {
            "max_feed_duration_secs": seconds,
            "max_memory": self._memory,
            "max_recursion_depth": _RECURSION,
            "max_suspensions": _HOST_CALLS,
            "max_total_sleep_secs": 0.0,
        }

    async def _in_session(self, evaluation: Evaluation, limit: float) -> dict[str, Any]:
        async with self._pool.checkout(limits=self._limits(limit)) as session:
            inputs = {**evaluation.variables, "_given": dict(evaluation.given)}
            await _drive(session, evaluation.prelude, evaluation.functions, inputs)
            finished: dict[str, Any] = await _drive(session, program(evaluation.source), evaluation.functions)
            return finished


async def _drive(
    session: AsyncMontySession,
    code: str,
    functions: Mapping[str, HostFunction],
    inputs: dict[str, Any] | None = None,
) -> Any:
    """Runs to the end, answering calls of the host's functions and refusing every other."""
    snapshot = await session.feed_start(code, inputs=inputs, print_callback=CollectString(_PRINTED_BYTES))
    while not isinstance(snapshot, MontyComplete):
        if isinstance(snapshot, AsyncNameLookupSnapshot):
            name = snapshot.variable_name
            snapshot = await (snapshot.resume(value=functions[name]) if name in functions else snapshot.resume())
        elif isinstance(snapshot, AsyncFunctionSnapshot) and not snapshot.is_os_function:
            snapshot = await snapshot.resume(await _call(functions, snapshot))
        elif isinstance(snapshot, AsyncFunctionSnapshot):
            snapshot = await snapshot.resume_not_handled()
        else:
            raise ExpressionFailed("error", "Expressions cannot wait for anything.")
    return snapshot.output


async def _call(functions: Mapping[str, HostFunction], snapshot: AsyncFunctionSnapshot) -> Any:
    function = functions.get(str(snapshot.function_name))
    if function is None:
        return {"exception": NameError(f"name {snapshot.function_name!r} is not defined")}
    try:
        return {"return_value": await function(*snapshot.args, **snapshot.kwargs)}
    except (ValueError, TypeError) as error:
        return {"exception": type(error)(str(error))}
    except Exception as error:  # noqa: BLE001 - whatever an expression gives a helper, the failure is its own
        return {"exception": RuntimeError(f"{snapshot.function_name} failed: {type(error).__name__}")}


def _explained(error: MontyError, limit: float, leading: int) -> ExpressionFailed:
    """The failure in the administrator's words, with the line of his source."""
    text = str(error)
    name = text.partition(":")[0]
    line = _line_of(error, leading)
    if name == "TimeoutError":
        return ExpressionFailed("timeout", f"The expression took longer than {limit:g} seconds.", line)
    if name == "MemoryError" or "exceeds the maximum" in text:
        return ExpressionFailed("memory", "The expression needed too much memory.", line)
    return ExpressionFailed("error", text, line)


def _line_of(error: MontyError, leading: int) -> int | None:
    """The innermost frame that is the administrator's own."""
    if not isinstance(error, MontyRuntimeError | MontySyntaxError):
        return None
    lines = [frame.line for frame in error.traceback() if frame.filename == _SCRIPT]
    return max(1, lines[-1] - HEADER_LINES + leading) if lines else None
