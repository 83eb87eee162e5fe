"""From prompt data to the fields of a user."""

import copy
from collections.abc import Mapping
from typing import Any

from watchword.passwords import MAX_LENGTH, MIN_LENGTH

_TEXTS = {"username": 150, "name": 1000, "email": 254, "password": MAX_LENGTH}
_MAX_DEPTH = 10


class UnfitValue(Exception):
    """The message is a sentence for the visitor."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def user_values(prompt_data: Mapping[str, Any], attributes: Mapping[str, Any]) -> dict[str, Any]:
    """What may be written; raises `UnfitValue`. Keys that are no fields of a user are left out, as `phone` is.

    `attributes.a.b` and `attributes_a.b` write into the attributes there are; who belongs to which group, and what
    else gives power, is not to be written this way.
    """
    values: dict[str, Any] = {}
    for field, limit in _TEXTS.items():
        value = prompt_data.get(field)
        if value is None or value == "":
            continue
        if not isinstance(value, str) or len(value) > limit:
            raise UnfitValue(field, f"This has {limit} characters at most.")
        values[field] = value
    if len(values.get("password", " " * MIN_LENGTH)) < MIN_LENGTH:
        raise UnfitValue("password", f"A password has {MIN_LENGTH} characters at least.")
    merged = _merged(prompt_data, attributes)
    return values if merged == attributes else {**values, "attributes": merged}


def _merged(prompt_data: Mapping[str, Any], attributes: Mapping[str, Any]) -> dict[str, Any]:
    merged = copy.deepcopy(dict(attributes))
    whole = prompt_data.get("attributes")
    if whole is not None:
        if not isinstance(whole, dict):
            raise UnfitValue("attributes", "This must be a mapping.")
        merged |= whole
    for key, value in prompt_data.items():
        if key.startswith(("attributes.", "attributes_")):
            _put(merged, key[len("attributes.") :].split(".")[:_MAX_DEPTH], value)
    return merged


def _put(target: dict[str, Any], path: list[str], value: Any) -> None:
    for part in path[:-1]:
        inner = target.get(part)
        if not isinstance(inner, dict):
            inner = target[part] = {}
        target = inner
    target[path[-1]] = value
