"""Entries that are objects of the configuration."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from watchword.blueprints.document import Entry
from watchword.blueprints.kind import Kind
from watchword.blueprints.problems import BlueprintInvalid, Collector
from watchword.blueprints.report import Line
from watchword.model.base import ConfigObject, new_pk
from watchword.model.fields import secret_fields
from watchword.model.usage import removal


class Objects:
    """The configuration as it is stored and as it will be."""

    def __init__(self, stored: Mapping[str, ConfigObject]) -> None:
        self._stored = stored
        self.now = dict(stored)
        self.written_by: dict[str, Entry] = {}
        """The entry that wrote an object last, by the object's pk."""

    @property
    def put(self) -> list[ConfigObject]:
        return [obj for pk, obj in self.now.items() if self._stored.get(pk) != obj]

    @property
    def removed(self) -> list[str]:
        return [pk for pk in self._stored if pk not in self.now]

    def remove(self, pk: str) -> list[ConfigObject]:
        """What was removed: the object, and the bindings that refer to it. Other references to it are emptied."""
        going = removal(self.now, pk)
        for obj in going.removed:
            del self.now[obj.pk]
        self.now.update({obj.pk: obj for obj in going.changed})
        return going.removed


class ConfigKind(Kind[ConfigObject]):
    def __init__(self, objects: Objects, cls: type[ConfigObject], host: str) -> None:
        self._objects = objects
        self._host = host
        self._cls = cls
        self.form = cls
        self.found_by = cls.__struct_fields__

    def match(self, pairs: Mapping[str, Any]) -> ConfigObject | None:
        candidates = [self._objects.now.get(pairs["pk"])] if "pk" in pairs else self._objects.now.values()
        return next((obj for obj in candidates if isinstance(obj, self._cls) and _has(obj, pairs)), None)

    def pk(self, found: ConfigObject) -> str:
        return found.pk

    def label(self, found: ConfigObject) -> str:
        return found.called

    def shown(self, found: ConfigObject) -> dict[str, Any]:
        hidden = {"pk", *secret_fields(self._cls)}
        return {name: getattr(found, name) for name in self._cls.__struct_fields__ if name not in hidden}

    def write(self, entry: Entry, found: ConfigObject | None, values: dict[str, Any]) -> tuple[ConfigObject, bool]:
        if found is None:
            written = self._cls(pk=self._free_pk(entry), **values)
        else:
            written = msgspec.structs.replace(found, **values)
        collector = Collector(entry.place)
        for field, message in written.problems():
            name = "" if field == "non_field_errors" else field
            collector.add(message, model=entry.model, field=name, place=entry.at(field))
        collector.check()
        self._objects.now[written.pk] = written
        self._objects.written_by[written.pk] = entry
        return written, written != found

    def advice(self, written: ConfigObject) -> Iterator[tuple[str, str]]:
        return written.advice(self._host)

    def _free_pk(self, entry: Entry) -> str:
        pk: str = entry.identifiers.get("pk") or new_pk()
        if taken := self._objects.now.get(pk):
            message = f"An object of the model {taken.model} has this uuid."
            raise BlueprintInvalid.at(entry.at("pk"), message, model=entry.model, field="pk")
        return pk

    def remove(self, found: ConfigObject) -> list[Line]:
        return [Line("removed", obj.model, obj.called) for obj in self._objects.remove(found.pk)]


def _has(obj: ConfigObject, pairs: Mapping[str, Any]) -> bool:
    return all(getattr(obj, field) == value for field, value in pairs.items())
