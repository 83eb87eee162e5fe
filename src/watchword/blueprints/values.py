"""From YAML nodes to plain values and tags."""

from typing import Any, NamedTuple

import yaml

from watchword.blueprints.nodes import MAX_DEPTH, MAX_NODES, MAX_TEXT, TOO_LARGE
from watchword.blueprints.problems import BlueprintInvalid, Place
from watchword.blueprints.tag import Tag
from watchword.blueprints.tags import TAGS

_YAML = "tag:yaml.org,2002:"
_MERGE = f"{_YAML}merge"
_MAP, _SEQ, _INT, _NULL = f"{_YAML}map", f"{_YAML}seq", f"{_YAML}int", f"{_YAML}null"
_READ = frozenset({_INT, f"{_YAML}float", f"{_YAML}bool", _NULL})
_TEXT = frozenset({f"{_YAML}str", f"{_YAML}timestamp", f"{_YAML}value", _MERGE})
"""Kept as it is written: a date is text here, as it is in JSON."""


class Item(NamedTuple):
    place: Place
    node: yaml.Node


class Values:
    """Reads the nodes of one file; counts what it reads, so that aliases cannot multiply without end."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._left = MAX_NODES
        self._text_left = MAX_TEXT
        self._scalars = yaml.SafeLoader("")

    @property
    def exhausted(self) -> bool:
        return self._left < 0 or self._text_left < 0

    def place(self, node: yaml.Node) -> Place:
        return Place(self._file, node.start_mark.line + 1)

    def value(self, node: yaml.Node, depth: int = 0) -> Any:
        self._spend(node, depth)
        if node.tag.startswith("!"):
            return self._tag(node, depth)
        if isinstance(node, yaml.MappingNode) and node.tag == _MAP:
            return {key: self.value(item.node, depth + 1) for key, item in self.items(node, depth).items()}
        if isinstance(node, yaml.SequenceNode) and node.tag == _SEQ:
            return [self.value(item, depth + 1) for item in node.value]
        return self._scalar(node)

    def items(self, node: yaml.MappingNode, depth: int = 0) -> dict[str, Item]:
        """The values still as nodes, with the places of their keys; `<<` merges, as in YAML 1.1."""
        own: dict[str, Item] = {}
        merged: dict[str, Item] = {}
        for key_node, value_node in node.value:
            self._spend(key_node, depth)
            if key_node.tag == _MERGE:
                merged = self._merged(key_node, value_node, depth + 1) | merged
                continue
            key = self._key(key_node)
            if key in own:
                raise BlueprintInvalid.at(self.place(key_node), f'The key "{key}" stands here twice.')
            own[key] = Item(self.place(key_node), value_node)
        return merged | own

    def _merged(self, key: yaml.Node, node: yaml.Node, depth: int) -> dict[str, Item]:
        """Of several, the earlier wins."""
        found: dict[str, Item] = {}
        for source in node.value if isinstance(node, yaml.SequenceNode) else [node]:
            if not isinstance(source, yaml.MappingNode):
                raise BlueprintInvalid.at(self.place(key), "<< takes a mapping, or a list of them.")
            found = self.items(source, depth) | found
        return found

    def _spend(self, node: yaml.Node, depth: int) -> None:
        self._left -= 1
        self._text_left -= len(node.value) if isinstance(node, yaml.ScalarNode) else 0
        if self.exhausted or depth > MAX_DEPTH:
            raise BlueprintInvalid.at(self.place(node), TOO_LARGE)

    def id(self, node: yaml.Node) -> str | None:
        """An id as it is written, `no` and `5` too; None for null."""
        if not isinstance(node, yaml.ScalarNode) or node.tag.startswith("!"):
            raise BlueprintInvalid.at(self.place(node), "An id is a text.")
        return None if node.tag == _NULL else self._whole(node)

    def _key(self, node: yaml.Node) -> str:
        """As it is written: `on` and `no` are names here."""
        if not isinstance(node, yaml.ScalarNode) or node.tag.startswith("!"):
            raise BlueprintInvalid.at(self.place(node), "A key is a text.")
        return self._whole(node)

    def _tag(self, node: yaml.Node, depth: int) -> Tag:
        place = self.place(node)
        kind = TAGS.get(node.tag)
        if kind is None:
            raise BlueprintInvalid.at(place, f"The tag {node.tag} is unknown. There are {', '.join(TAGS)}.")
        if isinstance(node, yaml.SequenceNode):
            return kind(place, [self.value(item, depth + 1) for item in node.value])
        if isinstance(node, yaml.ScalarNode):
            return kind(place, [self._whole(node)])
        raise BlueprintInvalid.at(place, f"The tag {node.tag} takes a value or a list.")

    def _scalar(self, node: yaml.Node) -> Any:
        if node.tag in _TEXT:
            return self._whole(node)
        try:
            value = self._scalars.construct_object(node) if node.tag in _READ else None
            other = node.tag == _INT and str(value) != node.value  # one of thousands of digits is no text to Python
        except (yaml.YAMLError, ValueError, KeyError):
            raise BlueprintInvalid.at(self.place(node), "This value cannot be read.") from None
        if node.tag not in _READ:
            raise BlueprintInvalid.at(self.place(node), "Values of this type are not understood.")
        if other:
            # +4915..., 0123 and 12:30 are numbers to YAML 1.1, and other ones than they seem.
            raise BlueprintInvalid.at(self.place(node), "Put this in quotes: YAML reads it as another number.")
        return value

    def _whole(self, node: yaml.Node) -> str:
        """The text; JSON writes what is beyond 16 bits as two escapes, which are one character."""
        text = str(node.value)
        try:
            return text.encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeDecodeError:
            raise BlueprintInvalid.at(self.place(node), "This is no valid text: half a character.") from None
