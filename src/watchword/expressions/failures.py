"""How an expression failed, in the administrator's words and with the line of his source."""

from pydantic_monty import MontyCrashedError, MontyError, MontyRuntimeError, MontySyntaxError

from watchword.errors import ExpressionFailed
from watchword.expressions.program import Prepared

_SCRIPT = "<python-input-0>"
_MOST_SAID = 1000
"""Characters of what an expression raised: it may say as much as it has memory for."""


def explained(error: MontyError, limit: float, prepared: Prepared) -> ExpressionFailed:
    """`limit` in seconds."""
    if isinstance(error, MontyCrashedError):
        return ExpressionFailed("crash", "The worker of the sandbox was stopped: too much time or memory.")
    line = _line_of(error, prepared)
    if str(error).partition(":")[0] == "TimeoutError":
        return late(limit, line)
    if is_out_of_memory(error):
        return ExpressionFailed("memory", "The expression needed too much memory.", line)
    return ExpressionFailed("error", str(error)[:_MOST_SAID], line)


def late(limit: float, line: int | None = None) -> ExpressionFailed:
    return ExpressionFailed("timeout", f"The expression took longer than {limit:g} seconds.", line)


def is_out_of_memory(error: MontyError) -> bool:
    said = str(error)
    return said.partition(":")[0] == "MemoryError" or "exceeds the maximum" in said


def _line_of(error: MontyError, prepared: Prepared) -> int | None:
    """The innermost frame that is the administrator's own."""
    if not isinstance(error, MontyRuntimeError | MontySyntaxError):
        return None
    lines = (prepared.line_of(frame.line) for frame in reversed(error.traceback()) if frame.filename == _SCRIPT)
    return next((line for line in lines if line is not None), None)
