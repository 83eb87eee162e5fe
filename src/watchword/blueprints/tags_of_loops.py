"""The tags that go through a list or a mapping, and the one that takes an item out of it."""

import re
from collections.abc import Iterable
from typing import Any

from watchword.blueprints.merge import merged
from watchword.blueprints.tag import Scope, Tag

_DEPTH = re.compile(r"[0-9]{1,3}")


class Enumerate(Tag):
    name = "!Enumerate"

    def resolve(self, scope: Scope) -> Any:
        """One value for each item. While the items are found, this loop stands before its first."""
        self.need(3, 3)
        kind = self.argument(1, scope)
        if not isinstance(kind, str) or kind.upper() not in ("SEQ", "MAP"):
            raise self.wrong("makes a SEQ or a MAP: that is its second value.")
        scope.loops.append(None)
        try:
            made = [self._body(item, scope) for item in self._items(scope)]
        finally:
            scope.loops.pop()
        return made if kind.upper() == "SEQ" else merged([self._mapping(value) for value in made])

    def _items(self, scope: Scope) -> Iterable[tuple[Any, Any]]:
        source = self.argument(0, scope)
        if isinstance(source, dict):
            return source.items()
        if isinstance(source, list | str):
            return enumerate(source)
        raise self.wrong("goes through a list, a mapping or a text: that is its first value.")

    def _body(self, item: tuple[Any, Any], scope: Scope) -> Any:
        scope.loops[-1] = item
        made = self.argument(2, scope)
        scope.budget.measure(made)
        return made

    def _mapping(self, value: Any) -> dict[str, Any]:
        if isinstance(value, list) and len(value) == 2:
            key = value[0]
            if isinstance(key, str) or type(key) is int:
                return {str(key): value[1]}
        elif isinstance(value, dict):
            return value
        raise self.wrong("makes a MAP of mappings, or of lists of a key and a value: that is its third value.")


class _OfLoop(Tag):
    """`0` is the innermost `!Enumerate` that this stands in, `1` the one around it."""

    part: int

    def resolve(self, scope: Scope) -> Any:
        self.need(1, 1)
        depth = self._depth(self.argument(0, scope))
        if not scope.loops:
            raise self.wrong("stands within an !Enumerate.")
        if depth >= len(scope.loops):
            raise self.wrong(f"stands within {len(scope.loops)} !Enumerate, counted from 0.")
        item = scope.loops[-1 - depth]
        if item is None:
            raise self.wrong("is asked before the first item: for the loop around this one, add 1 to the number.")
        return item[self.part]

    def _depth(self, value: Any) -> int:
        if type(value) is not bool and _DEPTH.fullmatch(str(value)):
            return int(value)
        raise self.wrong("takes a number: 0 for the innermost !Enumerate.")


class Index(_OfLoop):
    name = "!Index"
    part = 0


class Value(_OfLoop):
    name = "!Value"
    part = 1


_MISSING = object()


class AtIndex(Tag):
    name = "!AtIndex"

    def resolve(self, scope: Scope) -> Any:
        """The default serves where there is no such item, and where there is nothing to look in."""
        self.need(2, 3)
        source, key = self.argument(0, scope), self.argument(1, scope)
        found = self._item(source, key)
        if found is not _MISSING:
            return found
        if len(self.arguments) == 2:
            raise self.wrong("finds no such item, and has no default.")
        return self.argument(2, scope)

    def _item(self, source: Any, key: Any) -> Any:
        if source is None:
            return _MISSING
        if isinstance(source, list):
            if type(key) is not int:
                raise self.wrong("takes a number for a list, counted from 0.")
            return source[key] if -len(source) <= key < len(source) else _MISSING
        if not isinstance(source, dict):
            raise self.wrong("looks into a list or a mapping: that is its first value.")
        if not isinstance(key, str) and type(key) is not int:
            raise self.wrong("takes a text for a mapping.")
        return source.get(str(key), _MISSING)
