"""What can be written by a blueprint: a way to find it, to write it, and to remove it."""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Generic, TypeVar

import msgspec

from watchword.blueprints.document import Entry
from watchword.blueprints.fields import Misfit, fit, unstorable
from watchword.blueprints.problems import Collector
from watchword.blueprints.report import Line

T = TypeVar("T")

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class Kind(ABC, Generic[T]):
    """One model. `form` declares its fields; `found_by` names those that it can be found by, and `beside` those that
    may be asked for too.
    """

    form: type[msgspec.Struct]
    found_by: tuple[str, ...]
    beside: tuple[str, ...] = ()
    uuids: bool = True
    """Whether its pk is a uuid, which a blueprint may choose."""

    @abstractmethod
    def match(self, pairs: Mapping[str, Any]) -> T | None:
        """The first that has all these values."""

    @abstractmethod
    def pk(self, found: T) -> Any: ...

    @abstractmethod
    def label(self, found: T) -> str:
        """What a person calls it."""

    @abstractmethod
    def shown(self, found: T) -> dict[str, Any]:
        """Its fields but the pk, for `!FindObject`: never a secret, nor the hash of one."""

    @abstractmethod
    def write(self, entry: Entry, found: T | None, values: dict[str, Any]) -> tuple[T, bool]:
        """With values that the form has checked: as it is then, and whether anything changed.

        Raises `BlueprintInvalid`, or another `Invalid` or `NotFound` where it is the whole entry's.
        """

    def advice(self, written: T) -> Iterator[tuple[str, str]]:  # noqa: ARG002 - few kinds have any to give
        """What is better known about it, as (field, sentence)."""
        yield from ()

    @abstractmethod
    def remove(self, found: T) -> list[Line]:
        """Removes it with what cannot be without it."""

    def look_up(self, identifiers: Mapping[str, Any]) -> T | None:
        """By `pk`, or else by all other fields together, as authentik does it."""
        if "pk" in identifiers and (found := self.match({"pk": identifiers["pk"]})):
            return found
        rest = {field: value for field, value in identifiers.items() if field != "pk"}
        return self.match(rest) if rest else None


def fits(shown: Mapping[str, Any], pairs: Mapping[str, Any], fields: Iterable[str]) -> bool:
    """Whether an object has what is asked of these fields."""
    return all(shown[field] == pairs[field] for field in fields if field in pairs)


def checked_identifiers(kind: Kind[Any], entry: Entry) -> dict[str, Any]:
    """As the fields have them: a number for a number, a pk in small letters. Raises `BlueprintInvalid`."""
    collector = Collector(entry.place)
    fitted = {}
    if not entry.identifiers:
        collector.add("An entry needs identifiers.", model=entry.model)
    elif entry.identifiers.keys() <= set(kind.beside):
        field = next(iter(entry.identifiers))
        collector.add(_not_by_this(kind), model=entry.model, field=field, place=entry.at(field))
    for field, value in entry.identifiers.items():
        try:
            fitted[field] = fitted_identifier(kind, field, value)
        except Misfit as error:
            collector.add(str(error), model=entry.model, field=field, place=entry.at(field))
    collector.check()
    return fitted


def fitted_identifier(kind: Kind[Any] | type[Kind[Any]], field: str, value: Any) -> Any:
    """Raises `Misfit`."""
    if field not in (*kind.found_by, *kind.beside):
        raise Misfit(_not_by_this(kind))
    if field != "pk":
        return None if value is None else fit(kind.form, field, value)
    if not kind.uuids:
        if type(value) is not int or unstorable(value):
            raise Misfit("This must be a number.")
        return value
    if not isinstance(value, str) or not _UUID.fullmatch(value):
        raise Misfit("This must be a uuid, as 6ba7b810-9dad-11d1-80b4-00c04fd430c8.")
    return value.lower()


def _not_by_this(kind: Kind[Any] | type[Kind[Any]]) -> str:
    return f"It is not found by this, but by {', '.join(kind.found_by)}."
