"""Looks on while a blueprint is applied, and keeps what each of its steps changed."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

import msgspec
from sqlalchemy import Connection

from watchword.blueprints.configuration import Objects
from watchword.blueprints.document import Entry
from watchword.blueprints.kind import Kind
from watchword.blueprints.pictures import Picture, Pictures
from watchword.blueprints.report import Line

Step = Literal["create", "change", "delete"]


class Field(msgspec.Struct, frozen=True):
    name: str
    before: Any
    after: Any


class Difference(msgspec.Struct, frozen=True):
    """`fields` are those that are different; of what is made or goes, none."""

    step: Step
    model: str
    label: str
    fields: tuple[Field, ...] = ()


class Watch:
    """Give it to `apply_text`; afterwards `differences` has what was changed, in order."""

    def __init__(self) -> None:
        self.differences: list[Difference] = []

    def kinds(self, conn: Connection, objects: Objects, kinds: Mapping[str, Kind[Any]]) -> dict[str, Kind[Any]]:
        """Called at the beginning of each transaction: one that is repeated begins again."""
        self.differences.clear()
        pictures = Pictures(conn, objects)
        return {name: _Watched(name, kind, objects, pictures, self.differences) for name, kind in kinds.items()}


class _Watched(Kind[Any]):
    def __init__(
        self, model: str, kind: Kind[Any], objects: Objects, pictures: Pictures, kept: list[Difference]
    ) -> None:
        self.form, self.found_by, self.uuids = kind.form, kind.found_by, kind.uuids
        self._model, self._kind, self._objects, self._pictures, self._kept = model, kind, objects, pictures, kept

    def write(self, entry: Entry, found: Any, values: dict[str, Any]) -> tuple[Any, bool]:
        before = None if found is None else self._pictures.of(found)
        written, changed = self._kind.write(entry, found, values)
        if before is None:
            self._kept.append(Difference("create", self._model, self._pictures.label(written)))
        elif changed:
            fields = tuple(_fields(before, self._pictures.of(written)))
            self._kept.append(Difference("change", self._model, self._pictures.label(written), fields))
        return written, changed

    def remove(self, found: Any) -> list[Line]:
        """With what goes with it, and what loses a reference to it."""
        before = dict(self._objects.now)
        shown = {pk: self._pictures.of(obj) for pk, obj in before.items()}
        labels = {pk: self._pictures.label(obj) for pk, obj in before.items()}
        own = Difference("delete", self._model, self._pictures.label(found))
        lines = self._kind.remove(found)
        going = [Difference("delete", obj.model, labels[pk]) for pk, obj in before.items() if pk not in self._now]
        self._kept += going or [own]
        for pk, obj in self._now.items():
            if obj != before[pk]:
                fields = tuple(_fields(shown[pk], self._pictures.of(obj)))
                self._kept.append(Difference("change", obj.model, labels[pk], fields))
        return lines

    @property
    def _now(self) -> Mapping[str, Any]:
        return self._objects.now

    def match(self, pairs: Mapping[str, Any]) -> Any:
        return self._kind.match(pairs)

    def pk(self, found: Any) -> Any:
        return self._kind.pk(found)

    def label(self, found: Any) -> str:
        return self._kind.label(found)

    def shown(self, found: Any) -> dict[str, Any]:
        return dict(self._pictures.of(found))

    def advice(self, written: Any) -> Iterator[tuple[str, str]]:
        return self._kind.advice(written)


def _fields(before: Picture, after: Picture) -> Iterator[Field]:
    for name, value in after.items():
        if value != before[name]:
            yield Field(name, before[name], value)
