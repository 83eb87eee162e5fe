"""Spans as the rest of the code sees them; these here are none, and cost next to nothing."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from types import TracebackType
from typing import ClassVar, Literal, Self

Value = str | int | bool
SpanKind = Literal["internal", "client", "server"]


class Span:
    """What is under way."""

    def say(self, **attributes: Value) -> None:
        """Names are those of `ATTRIBUTES`."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass


_NONE = Span()


class Traces:
    on: ClassVar[bool] = False

    def span(
        self,
        name: str,  # noqa: ARG002 - those that are exported need it all
        kind: SpanKind = "internal",  # noqa: ARG002 - the same
        carried: Mapping[str, str] | None = None,  # noqa: ARG002 - the same
        /,
        **attributes: Value,  # noqa: ARG002 - the same
    ) -> AbstractContextManager[Span]:
        """`name` is one of few; `carried` holds the headers of a request whose trace this goes on with."""
        return _NONE

    def close(self) -> None:
        """Hands out what has not been exported yet; may take seconds."""


NO_TRACES = Traces()
