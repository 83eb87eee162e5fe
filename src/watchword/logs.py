"""Logs on stderr: our own lines and those of libraries, of one shape, scrubbed on the way out."""

import logging
import re
import sys
import textwrap
from contextlib import suppress
from functools import partial
from json import JSONEncoder
from typing import Any, TextIO, cast

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from watchword.scrub import scrub

_UNPRINTABLE = re.compile(r"[^\S\n ]|[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_FIRST = ("timestamp", "level", "event")

_SHARED: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)
"""For every line, ours or a library's. The request id comes from structlog's context variables."""


class _Handler(logging.StreamHandler[Any]):
    """One that says nothing of a line it could not write: the standard one prints its arguments unscrubbed."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        with suppress(OSError, ValueError):
            sys.stderr.write(f"{_unwritten(record.name)}\n")


class _Line:
    """Where our own lines end, of one logger. They do not go through `logging`, which would take three times as long:
    there is one for every request.
    """

    def __init__(self, name: str, stream: TextIO) -> None:
        self.name = name
        self._write = stream.write

    def msg(self, line: str) -> None:
        """Nothing is lost but the line where nobody reads any more (EPIPE), or the disk is full."""
        with suppress(OSError, ValueError):
            self._write(f"{line}\n")

    debug = info = warning = error = critical = exception = msg


def configure(level: str, json: bool) -> None:
    """Sets up logging for the process; a second call replaces the first.

    `level` is a name as `logging` knows it, in any case. With `json` a line is one JSON object; otherwise it is
    `key=value` pairs, with a traceback indented below. Times are ISO 8601 in UTC. Bind `request_id` with
    `structlog.contextvars.bind_contextvars`.
    """
    renderer: Processor = _render_json if json else _render_pairs
    stream = sys.stderr
    handler = _Handler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_SHARED,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_TOLD, _scrub, renderer],
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
        processors=[partial(_render_own, renderer)],
        logger_factory=lambda name="watchword": _Line(name, stream),
        wrapper_class=structlog.make_filtering_bound_logger(root.level),
    )


_TOLD: tuple[Processor, ...] = (structlog.processors.StackInfoRenderer(), structlog.processors.format_exc_info)


def _render_own(renderer: Processor, logger: Any, method: str, event: EventDict) -> str:
    """One line of ours. What is added after the scrubbing is our own, and holds nothing to hide."""
    line: Any = event
    try:
        for process in (*_TOLD, _scrub, *_SHARED, renderer):
            line = process(logger, method, line)
    except Exception:  # noqa: BLE001 - whatever a value's own text raises: a line is never worth a request
        return _unwritten(logger.name)
    return cast("str", line)


def _unwritten(name: str) -> str:
    return f"watchword: a line of {name} could not be logged"


def _scrub(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    return scrub(event)


_encode = JSONEncoder().encode


def _render_json(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    return _encode(event)


_pairs = structlog.processors.KeyValueRenderer(key_order=_FIRST, drop_missing=True)


def _render_pairs(logger: WrappedLogger, method: str, event: EventDict) -> str:
    """Values are written as Python literals, so that a line break in one cannot begin a line of its own (CWE-117)."""
    below = "\n".join(str(event.pop(key)) for key in ("stack", "exception") if key in event)
    line = _pairs(logger, method, event)
    return f"{line}\n{textwrap.indent(_UNPRINTABLE.sub('?', below), '    ')}" if below else line
