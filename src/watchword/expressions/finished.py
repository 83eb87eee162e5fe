"""What an expression leaves when it has run, held against what it should be: an expression can name `_finish` too."""

from typing import Any

import msgspec

from watchword.errors import ExpressionFailed


class LogLine(msgspec.Struct, frozen=True):
    """What an expression logged; `values` are there only where it is tried out."""

    level: str
    event: str
    values: dict[str, str] = {}


class Finished(msgspec.Struct, frozen=True, kw_only=True):
    value: Any
    logs: list[LogLine] = []
    messages: list[str] = []
    prompt_data: Any = None
    plan_context: Any = None


def finished(answer: Any) -> Finished:
    """Raises `ExpressionFailed` for what no prelude's `_finish` gives."""
    try:
        return msgspec.convert(answer, Finished)
    except (msgspec.ValidationError, TypeError, RecursionError):
        raise ExpressionFailed("answer", "The expression changed what it answers through.") from None
