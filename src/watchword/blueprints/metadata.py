"""What a blueprint says of itself."""

from typing import Any, NamedTuple

import yaml

from watchword.blueprints.problems import BlueprintInvalid
from watchword.blueprints.values import Item, Values


class Metadata(NamedTuple):
    name: str = ""
    labels: dict[str, str] = {}


def read_metadata(values: Values, item: Item | None) -> Metadata:
    """A name, and labels that are texts; other keys are passed over. Raises `BlueprintInvalid`.

    It is read before tags are: none may stand in it.
    """
    if item is None or _is_null(values, item):
        return Metadata()
    parts = _items(values, item, "metadata is a mapping.")
    if "name" not in parts:
        raise BlueprintInvalid.at(item.place, "metadata needs a name.")
    name = _text(values, parts["name"], "The name of a blueprint is a text.")
    labels = parts.get("labels")
    if labels is None or _is_null(values, labels):
        return Metadata(name)
    return Metadata(
        name,
        {
            key: _text(values, label, f'The label "{key}" is a text: put it in quotes.')
            for key, label in _items(values, labels, "labels is a mapping.").items()
        },
    )


def _items(values: Values, item: Item, message: str) -> dict[str, Item]:
    if not isinstance(item.node, yaml.MappingNode) or item.node.tag.startswith("!"):
        raise BlueprintInvalid.at(item.place, message)
    return values.items(item.node)


def _text(values: Values, item: Item, message: str) -> str:
    value: Any = values.value(item.node)
    if not isinstance(value, str):
        raise BlueprintInvalid.at(item.place, message)
    return value


def _is_null(values: Values, item: Item) -> bool:
    return isinstance(item.node, yaml.ScalarNode) and values.value(item.node) is None
