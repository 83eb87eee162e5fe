"""One evaluation in a session of its own, driven to its end from a thread."""

import os
import signal
from collections.abc import Awaitable, Callable, Mapping
from contextlib import ExitStack
from typing import Any, NamedTuple

from pydantic_monty import (
    CollectString,
    FunctionSnapshot,
    MontyComplete,
    MontyCrashedError,
    MontyRuntimeError,
    MontySession,
    NameLookupSnapshot,
    SyncSnapshot,
)

from watchword.errors import ExpressionFailed
from watchword.expressions.failures import is_out_of_memory
from watchword.expressions.threads import Ask

HostFunction = Callable[..., Awaitable[Any]]
Functions = Mapping[str, HostFunction]
"""By the names that the sandbox knows them by."""

_PRINTED_BYTES = 64 * 1024

MOST_WORKERS = 16
"""Of the sandbox's pool."""


class Call(NamedTuple):
    """Of one of the host's functions, by an expression."""

    name: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]


async def answered(call: Call, functions: Functions) -> Any:
    """What the function gives or raises, as the sandbox takes it."""
    try:
        return {"return_value": await functions[call.name](*call.args, **call.kwargs)}
    except TypeError:
        return {"exception": TypeError(f"{call.name} does not take this.")}
    except ValueError as error:
        return {"exception": ValueError(str(error))}
    except Exception as error:  # noqa: BLE001 - whatever an expression gives a helper, the failure is its own
        return {"exception": RuntimeError(f"{call.name} failed: {type(error).__name__}")}


def drive(
    checkout: Callable[[], MontySession], code: str, inputs: dict[str, Any], functions: Functions, ask: Ask
) -> Any:
    """What the code's last expression gives. Calls of the functions are asked for, all others refused."""
    with ExitStack() as stack:
        session = _taken(stack, checkout)
        try:
            snapshot = session.feed_start(code, inputs=inputs, print_callback=CollectString(_PRINTED_BYTES))
            while not isinstance(snapshot, MontyComplete):
                snapshot = _resumed(snapshot, functions, ask)
            return snapshot.output
        except MontyRuntimeError as error:
            if is_out_of_memory(error):
                _end_worker(session)
            raise


def _taken(stack: ExitStack, checkout: Callable[[], MontySession]) -> MontySession:
    """A worker that died or was stopped while it rested is found out here, before anything ran: another is taken. All
    of them may have died.
    """
    for _ in range(MOST_WORKERS):
        try:
            return stack.enter_context(checkout())
        except MontyCrashedError:
            continue
    return stack.enter_context(checkout())


def _resumed(snapshot: SyncSnapshot, functions: Functions, ask: Ask) -> SyncSnapshot:
    if isinstance(snapshot, NameLookupSnapshot):
        return snapshot.resume()  # which is a NameError; the host's functions are called, and no values
    if not isinstance(snapshot, FunctionSnapshot):
        raise ExpressionFailed("error", "Expressions cannot wait for anything.")
    if snapshot.is_os_function:
        return snapshot.resume_not_handled()
    name = str(snapshot.function_name)
    if name not in functions:
        return snapshot.resume({"exception": NameError(f"name {name!r} is not defined")})
    return snapshot.resume(ask(Call(name, snapshot.args, snapshot.kwargs)))


def _end_worker(session: MontySession) -> None:
    """It would keep the memory that it took; the pool starts another."""
    if (worker := session.worker_pid) is not None:
        os.kill(worker, signal.SIGKILL)
