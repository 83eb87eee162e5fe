"""A blueprint as it is written: tags are still tags."""

from typing import Any, Literal, get_args

import msgspec

from watchword.blueprints.problems import Place
from watchword.blueprints.tag import Tag

State = Literal["present", "created", "must_created", "absent"]
STATES: tuple[str, ...] = get_args(State)
WRONG_STATE = f"A state is one of {', '.join(STATES)}."


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """`number` counts the entries of a file from 0: several may stand on one line.

    A model or a state that is a tag stands in `late`; until it is `settled`, `model` is empty.
    """

    number: int
    place: Place
    places: dict[str, Place]
    model: str
    identifiers: dict[str, Any]
    attrs: dict[str, Any]
    id: str | None = None
    state: State = "present"
    conditions: list[Any] = []
    late: dict[str, Tag] = {}

    def at(self, field: str) -> Place:
        """Where the field is written, or the entry where it is not."""
        return self.places.get(field, self.place)

    @property
    def values(self) -> dict[str, Any]:
        """Attributes and identifiers together; the identifiers win."""
        return {**self.attrs, **self.identifiers}


class Blueprint(msgspec.Struct, frozen=True, kw_only=True):
    """`name` is the metadata's; `file` is for messages."""

    file: str
    name: str
    context: dict[str, Any]
    entries: tuple[Entry, ...]
    labels: dict[str, str] = {}
    """The metadata's."""
