"""The tags that look something up, and the list of all tags."""

from typing import Any

from watchword.blueprints.problems import BlueprintInvalid
from watchword.blueprints.tag import Found, LeftOut, Scope, Tag, Unfindable, resolve
from watchword.blueprints.tags_of_logic import Condition, Format, If, ParseJSON
from watchword.blueprints.tags_of_loops import AtIndex, Enumerate, Index, Value


class KeyOf(Tag):
    name = "!KeyOf"

    def resolve(self, scope: Scope) -> Any:
        self.need(1, 1)
        entry_id = self.arguments[0]
        if not isinstance(entry_id, str):
            raise self.wrong("takes the id of an earlier entry.")
        if entry_id in scope.failed:
            raise BlueprintInvalid([])
        if entry_id in scope.left_out:
            raise LeftOut(self.place, f'It refers to "{entry_id}", which is left out.')
        if entry_id not in scope.ids:
            raise self.wrong(f'"{entry_id}" names no earlier entry.')
        return scope.ids[entry_id]


class Find(Tag):
    name = "!Find"

    def resolve(self, scope: Scope) -> Any:
        found = self.found(scope)
        return None if found is None else found.pk

    def found(self, scope: Scope) -> Found | None:
        self.need(2)
        model, pairs = self.argument(0, scope), [resolve(pair, scope) for pair in self.arguments[1:]]
        if not isinstance(model, str) or not all(_is_pair(pair) for pair in pairs):
            raise self.wrong("is written [app.model, [field, value], ...].")
        if scope.find is None:
            raise self.wrong("cannot be used here.")
        try:
            return scope.find(model.lower(), dict(pairs))
        except Unfindable as error:
            raise self.wrong(str(error)) from None


class FindObject(Find):
    name = "!FindObject"

    def resolve(self, scope: Scope) -> Any:
        """Its fields by name, `pk` among them; secrets are left out."""
        found = self.found(scope)
        return None if found is None else found.fields()


def _is_pair(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and isinstance(value[0], str)


class Context(Tag):
    name = "!Context"

    def resolve(self, scope: Scope) -> Any:
        self.need(1, 2)
        key = str(self.argument(0, scope))
        if key not in scope.context:
            return self.default(scope)
        if key in scope.asked:
            raise self.wrong("leads back to itself.")
        scope.asked.append(key)
        try:
            return resolve(scope.context[key], scope)
        finally:
            scope.asked.pop()


class Env(Tag):
    name = "!Env"

    def resolve(self, scope: Scope) -> Any:
        """An empty variable counts as unset."""
        self.need(1, 2)
        return scope.given.env.get(str(self.argument(0, scope))) or self.default(scope)


class File(Tag):
    name = "!File"

    def resolve(self, scope: Scope) -> Any:
        """The text without blanks around it; the default where the file cannot be read."""
        self.need(1, 2)
        try:
            return scope.given.read_file(str(self.argument(0, scope))).strip()
        except (OSError, ValueError):
            if len(self.arguments) > 1:
                return self.default(scope)
            raise self.wrong("cannot read this file.") from None


TAGS: dict[str, type[Tag]] = {
    "!KeyOf": KeyOf,
    "!Find": Find,
    "!FindObject": FindObject,
    "!Context": Context,
    "!Env": Env,
    "!File": File,
    "!Format": Format,
    "!If": If,
    "!Condition": Condition,
    "!Enumerate": Enumerate,
    "!Index": Index,
    "!Value": Value,
    "!AtIndex": AtIndex,
    "!ParseJSON": ParseJSON,
}
