"""How contexts are merged."""

from collections.abc import Mapping, Sequence
from itertools import takewhile
from typing import Any


def merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Mappings merge, lists append, anything else replaces, as authentik does it."""
    return merged([dict(base), dict(over)])


def merged(mappings: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """One over the other, in time that grows with their size alone. They stay as they are."""
    values: dict[str, list[Any]] = {}
    for mapping in mappings:
        for key, value in mapping.items():
            values.setdefault(key, []).append(value)
    return {key: _one(of_key) for key, of_key in values.items()}


def _one(values: list[Any]) -> Any:
    """What another type follows on is replaced: only the last values of one type count."""
    last = values[-1]
    if len(values) == 1 or not isinstance(last, dict | list):
        return last
    alike = [*takewhile(lambda value: isinstance(value, type(last)), reversed(values))][::-1]
    if isinstance(last, dict):
        return merged(alike)
    return [item for items in alike for item in items]
