"""Logs on stderr: structlog's lines and everybody else's through one handler, scrubbed on the way out."""

import logging
import re
import sys
import textwrap
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from watchword.scrub import scrub

_UNPRINTABLE = re.compile(r"[^\S\n ]|[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_FIRST = ("timestamp", "level", "event")

# For every line, ours or a library's. The request id comes from structlog's context variables.
_SHARED: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)


class _Handler(logging.StreamHandler[Any]):
    """One that says nothing of a line it could not write: the standard one prints its arguments unscrubbed."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        sys.stderr.write(f"watchword: a line of {record.name} could not be logged\n")


def configure(level: str, json: bool) -> None:
    """Sets up logging for the process; a second call replaces the first.

    `level` is a name as `logging` knows it, in any case. With `json` a line is one JSON object; otherwise it is
    `key=value` pairs, with a traceback indented below. Times are ISO 8601 in UTC. Bind `request_id` with
    `structlog.contextvars.bind_contextvars`.
    """
    renderer: Processor = structlog.processors.JSONRenderer() if json else _render_pairs
    handler = _Handler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_SHARED,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.StackInfoRenderer(),
                structlog.processors.format_exc_info,
                _scrub,
                renderer,
            ],
        )
    )
    root = logging.getLogger()
    for old in [old for old in root.handlers if isinstance(old, _Handler)]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level.upper())
    for noisy in ("alembic", "asyncio"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )


def _scrub(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    return scrub(event)


_pairs = structlog.processors.KeyValueRenderer(key_order=_FIRST, drop_missing=True)


def _render_pairs(logger: WrappedLogger, method: str, event: EventDict) -> str:
    """Values are written as Python literals, so that a line break in one cannot begin a line of its own (CWE-117)."""
    below = "\n".join(str(event.pop(key)) for key in ("stack", "exception") if key in event)
    line = _pairs(logger, method, event)
    return f"{line}\n{textwrap.indent(_UNPRINTABLE.sub('?', below), '    ')}" if below else line
