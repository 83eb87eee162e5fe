"""A bar for each thing that is under way, on stderr; without a terminal there is only its name."""

import sys
from types import TracebackType
from typing import Any, Self

import rich_click as click


class Bars:
    def __init__(self) -> None:
        self._what = ""
        self._bar: Any = None
        self._done = 0

    def tell(self, what: str, done: int, count: int) -> None:
        if what != self._what:
            self._end()
            self._what, self._done = what, 0
            self._bar = click.progressbar(length=max(count, 1), label=what, file=sys.stderr)
            self._bar.__enter__()
        self._bar.length = max(count, done, 1)
        if done < self._done:  # another list under the same name
            self._done = 0
            self._bar.pos = 0
        self._bar.update(done - self._done)
        self._done = done

    def _end(self) -> None:
        if self._bar is not None:
            self._bar.__exit__(None, None, None)
            self._bar = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()
