"""What a tag is: a value that is found when the blueprint is applied."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

from watchword.blueprints.budget import Budget, Exhausted
from watchword.blueprints.problems import BlueprintInvalid, Place

MAX_FILE_BYTES = 1_000_000


class Found(NamedTuple):
    """An object: its pk, and what tells its fields, without any secret."""

    pk: Any
    fields: Callable[[], dict[str, Any]]


Finder = Callable[[str, Mapping[str, Any]], Found | None]
"""The first object of a model that has all these values; raises `Unfindable`."""


class Unfindable(Exception):
    """The message is a sentence's end."""


class LeftOut(Exception):
    """What asks for something that is left out is left out too."""

    def __init__(self, place: Place, message: str) -> None:
        self.place = place
        self.message = message
        super().__init__(message)


def read_file(path: str) -> str:
    """Of the machine that Watchword runs on; raises OSError, and ValueError where it is too large or no text."""
    with Path(path).open("rb") as file:
        content = file.read(MAX_FILE_BYTES + 1)
    if len(content) > MAX_FILE_BYTES:
        raise ValueError("The file is too large.")
    return content.decode()


@dataclass(frozen=True, kw_only=True, repr=False)
class Given:
    """What a blueprint may use from outside. It is never shown: the environment holds secrets."""

    env: Mapping[str, str] = field(default_factory=dict)
    context: Mapping[str, Any] = field(default_factory=dict)
    read_file: Callable[[str], str] = read_file
    """Give another one where a blueprint comes from afar: its author must not read the server's files."""


class Scope:
    """What a tag may ask. `context` may hold tags itself; `ids` are the pks of earlier entries."""

    def __init__(
        self, given: Given, context: Mapping[str, Any], find: Finder | None = None, budget: Budget | None = None
    ) -> None:
        """Without `find`, as before the database is asked, `!Find` is an error."""
        self.given = given
        self.context = context
        self.find = find
        self.ids: dict[str, Any] = {}
        self.failed: set[str] = set()
        """Ids of entries that were reported already: what hangs on them is not reported again."""
        self.left_out: set[str] = set()
        """Ids of entries that were left out."""
        self.asked: list[str] = []
        """The context's keys that are being resolved right now."""
        self.loops: list[tuple[Any, Any] | None] = []
        """Of each `!Enumerate` around, the outermost first: where it is. None before its first item."""
        self.budget = budget or Budget()


class Tag:
    """`arguments` are what stands behind the tag: one text, or the items of a list, which may be tags."""

    name: ClassVar[str]

    def __init__(self, place: Place, arguments: list[Any]) -> None:
        self.place = place
        self.arguments = arguments

    def resolve(self, scope: Scope) -> Any:
        """Raises `BlueprintInvalid` that repeats nothing of what tags inside it came to: it may be secret."""
        raise NotImplementedError

    def argument(self, index: int, scope: Scope) -> Any:
        return resolve(self.arguments[index], scope)

    def default(self, scope: Scope) -> Any:
        """The second argument, or None."""
        return self.argument(1, scope) if len(self.arguments) > 1 else None

    def wrong(self, message: str) -> BlueprintInvalid:
        return BlueprintInvalid.at(self.place, f"{self.name} {message}")

    def need(self, least: int, most: int | None = None) -> None:
        if least <= len(self.arguments) and (most is None or len(self.arguments) <= most):
            return
        count = f"{least} or more" if most is None else f"{least} to {most}" if most > least else f"{least}"
        raise self.wrong(f"takes {count} value{'' if count == '1' else 's'}, not {len(self.arguments)}.")


def resolve(value: Any, scope: Scope) -> Any:
    """The value with every tag in it, however deep, replaced."""
    if not isinstance(value, Tag | dict | list):
        return value
    try:
        scope.budget.enter()
        try:
            return _entered(value, scope)
        finally:
            scope.budget.leave()
    except Exhausted as error:
        if isinstance(value, Tag):
            raise value.wrong(str(error)) from None
        raise


def _entered(value: Any, scope: Scope) -> Any:
    if isinstance(value, dict):
        return {key: resolve(inner, scope) for key, inner in value.items()}
    if isinstance(value, list):
        return [resolve(inner, scope) for inner in value]
    found = value.resolve(scope)
    scope.budget.measure(found)
    return found
