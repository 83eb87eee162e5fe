"""From a file's text to a blueprint that still knows the line of each value."""

from typing import Any

import yaml

from watchword.blueprints.document import STATES, WRONG_STATE, Blueprint, Entry
from watchword.blueprints.metadata import Metadata, read_metadata
from watchword.blueprints.nodes import compose
from watchword.blueprints.problems import BlueprintInvalid, Collector, Place
from watchword.blueprints.tag import Tag
from watchword.blueprints.values import Item, Values

_KEYS = frozenset({"model", "state", "conditions", "identifiers", "attrs", "permissions", "id"})


def read(text: str, name: str, *, first: int = 0) -> Blueprint:
    """YAML or JSON; `name` is the file's, for messages, and `first` the number of its first entry.

    Raises `BlueprintInvalid` with every problem found.
    """
    root = compose(text, name)
    return _Reader(name, first).blueprint(root)


class _Reader:
    def __init__(self, file: str, first: int) -> None:
        self._file = file
        self._first = first
        self._values = Values(file)
        self._collector = Collector(Place(file, 0))

    def blueprint(self, root: yaml.MappingNode) -> Blueprint:
        parts = self._values.items(root)
        version = self._values.value(parts["version"].node) if "version" in parts else 1
        if version != 1 or isinstance(version, bool):
            raise BlueprintInvalid.at(parts["version"].place, "Only version 1 is understood.")
        if "entries" not in parts:
            raise BlueprintInvalid.at(Place(self._file, 0), "There are no entries.")
        metadata = Metadata()
        with self._collector.collecting():
            metadata = read_metadata(self._values, parts.get("metadata"))
        context = self._mapping(parts.get("context"), "context")
        entries = self._entries(parts["entries"].node)
        self._collector.check()
        return Blueprint(
            file=self._file,
            name=metadata.name,
            context=context,
            entries=tuple(entries),
            labels=metadata.labels,
        )

    def _entries(self, node: yaml.Node) -> list[Entry]:
        entries: list[Entry] = []
        named: dict[str, Entry] = {}
        for number, entry_node in enumerate(self._entry_nodes(node), self._first):
            if self._values.exhausted:
                break
            with self._collector.collecting():
                entry = self._entry(entry_node, number)
                entries.append(entry)
                if entry.id is not None and (first := named.setdefault(entry.id, entry)) is not entry:
                    message = f'The id "{entry.id}" stands in line {first.place.line} already.'
                    self._collector.add(message, place=entry.place, model=entry.model)
        return entries

    def _entry_nodes(self, node: yaml.Node) -> list[yaml.Node]:
        """A list, or sections of lists."""
        if isinstance(node, yaml.SequenceNode):
            return list(node.value)
        if isinstance(node, yaml.MappingNode):
            sections = [item.node for item in self._values.items(node).values()]
            if all(isinstance(section, yaml.SequenceNode) for section in sections):
                return [entry for section in sections for entry in section.value]
        raise BlueprintInvalid.at(self._values.place(node), "Entries are a list, or sections of lists.")

    def _entry(self, node: yaml.Node, number: int) -> Entry:
        place = self._values.place(node)
        if not isinstance(node, yaml.MappingNode):
            raise BlueprintInvalid.at(place, "An entry is a mapping with model and identifiers.")
        items = self._values.items(node)
        given = self._values.value(items["model"].node) if "model" in items else None
        model = "" if isinstance(given, Tag) else given
        if not isinstance(model, str) or given == "":
            raise BlueprintInvalid.at(place, "An entry needs a model, as app.model.")
        inner = Collector(place)
        with inner.collecting(model=model):
            self._check_keys(items)
        parts: dict[str, Any] = {}
        for key in ("identifiers", "attrs", "conditions", "id", "state"):
            with inner.collecting(model=model):
                parts[key] = self._part(key, items.get(key))
        inner.check()
        places = {**self._places(items.get("attrs")), **self._places(items.get("identifiers"))}
        late = {key: tag for key, tag in (("model", given), ("state", parts["state"])) if isinstance(tag, Tag)}
        parts |= {"state": "present"} if "state" in late else {}
        return Entry(number=number, place=place, places=places, model=model.lower(), late=late, **parts)

    def _check_keys(self, items: dict[str, Item]) -> None:
        for key, item in items.items():
            if key not in _KEYS:
                raise BlueprintInvalid.at(item.place, f'An entry has no "{key}". It has {", ".join(sorted(_KEYS))}.')
        if "permissions" in items and self._values.value(items["permissions"].node):
            raise BlueprintInvalid.at(items["permissions"].place, "Permissions on objects do not exist here.")

    def _part(self, key: str, item: Item | None) -> Any:
        if key in ("identifiers", "attrs"):
            return self._mapping(item, key)
        if key == "id":
            return self._values.id(item.node) if item else None
        value = self._values.value(item.node) if item else None
        if key == "conditions":
            return self._of_type(list, [] if value is None else value, item, "Conditions are a list.")
        if item is not None and value not in STATES and not isinstance(value, Tag):
            raise BlueprintInvalid.at(item.place, WRONG_STATE)
        return value or "present"

    def _mapping(self, item: Item | None, name: str) -> dict[str, Any]:
        value = self._values.value(item.node) if item else None
        mapping: dict[str, Any] = self._of_type(dict, {} if value is None else value, item, f"{name} is a mapping.")
        return mapping

    def _of_type(self, wanted: Any, value: Any, item: Item | None, message: str) -> Any:
        if item is not None and not isinstance(value, wanted):
            raise BlueprintInvalid.at(item.place, message)
        return value

    def _places(self, item: Item | None) -> dict[str, Place]:
        if item is None or not isinstance(item.node, yaml.MappingNode):
            return {}
        return {key: inner.place for key, inner in self._values.items(item.node).items()}
