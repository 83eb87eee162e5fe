"""What is going to be an entry: references are still references, and secrets are not there any more."""

from typing import Any, NamedTuple


class Ref(NamedTuple):
    """Another object, by its uuid; a user by his number."""

    key: Any


class Draft(NamedTuple):
    """`noun` and `called` make the entry's id, where another one refers to it; `values` hold `Ref`s in places."""

    key: Any
    model: str
    noun: str
    called: str
    named_by: tuple[str, ...]
    values: dict[str, Any]

    def named(self) -> dict[str, Any]:
        """What it is found by on another server: its name, or where it stands."""
        return {field: self.values[field] for field in self.named_by if self.values[field] is not None}


def refs_in(draft: Draft) -> set[Any]:
    """The keys of what it refers to."""
    values = (value if isinstance(value, list) else [value] for value in draft.values.values())
    return {item.key for items in values for item in items if isinstance(item, Ref)}
