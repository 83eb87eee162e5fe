"""A blueprint as it is written: tags are still tags."""

from typing import Any, Literal

import msgspec

from watchword.blueprints.problems import Place

State = Literal["present", "created", "must_created", "absent"]


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """`number` counts the entries of a file from 0: several may stand on one line."""

    number: int
    place: Place
    places: dict[str, Place]
    model: str
    identifiers: dict[str, Any]
    attrs: dict[str, Any]
    id: str | None = None
    state: State = "present"
    conditions: list[Any] = []

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
