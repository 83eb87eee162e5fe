"""An entry's tags give way to what they come to, here and now."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import msgspec

from watchword.blueprints.budget import Budget
from watchword.blueprints.document import Entry
from watchword.blueprints.fields import Misfit
from watchword.blueprints.kind import Kind, fitted_identifier
from watchword.blueprints.late import settled
from watchword.blueprints.problems import BlueprintProblem, Collector, Place
from watchword.blueprints.tag import Found, Given, LeftOut, Scope, Unfindable, resolve

Advice = list[BlueprintProblem]


class Resolver:
    """For the entries of one blueprint, in their order: what was written earlier is known to what comes later."""

    def __init__(
        self,
        kinds: Mapping[str, Kind[Any]],
        given: Given,
        context: Mapping[str, Any],
        *,
        budget: Budget,
        skip_unknown: bool,
    ) -> None:
        self._kinds = kinds
        self._skip_unknown = skip_unknown
        self._scope = Scope(given, context, self._find, budget)
        self._real_pks: dict[str, Any] = {}
        self._left_pks: set[str] = set()
        self._unknown: list[str] = []
        """Models asked for that Watchword has not, since this was last emptied."""

    def settled(self, entry: Entry) -> Entry:
        return settled(entry, self._scope)

    def counts(self, entry: Entry) -> bool:
        """Whether its conditions hold."""
        return all(resolve(condition, self._scope) for condition in entry.conditions)

    def entry(self, entry: Entry, form: type[msgspec.Struct]) -> tuple[Entry, Advice]:
        """With values, and the pks that earlier entries really have; raises `BlueprintInvalid` and `LeftOut`."""
        collector = Collector(entry.place)
        parts: dict[str, dict[str, Any]] = {"identifiers": {}, "attrs": {}}
        advice: Advice = []
        for part, values in parts.items():
            if part == "attrs" and entry.state == "absent":
                continue
            for field, value in getattr(entry, part).items():
                with collector.collecting(model=entry.model, field=field):
                    values[field] = self._field(entry, form, field, value, advice)
        collector.check()
        return msgspec.structs.replace(entry, **parts), advice

    def value(self, value: Any, place: Place) -> Any:
        return self._with_real_pks(resolve(value, self._scope), place)

    def wrote(self, entry: Entry, chosen_pk: Any, pk: Any) -> None:
        """`chosen_pk` is what the entry's identifiers said."""
        if entry.id is not None:
            self._scope.ids[entry.id] = pk
        if isinstance(chosen_pk, str):
            self._real_pks[chosen_pk] = pk

    def failed(self, entry: Entry) -> None:
        if entry.id is not None:
            self._scope.failed.add(entry.id)

    def leave_out(self, entry: Entry) -> None:
        if entry.id is not None:
            self._scope.left_out.add(entry.id)
        if isinstance(pk := entry.identifiers.get("pk"), str):
            self._left_pks.add(pk)

    def _field(self, entry: Entry, form: type[msgspec.Struct], field: str, value: Any, advice: Advice) -> Any:
        known = next((info for info in msgspec.structs.fields(form) if info.name == field), None)
        wanted = known is not None or field in entry.identifiers
        self._unknown.clear()
        try:
            found = self.value(value, entry.at(field))
        except LeftOut:
            if wanted:
                raise
            return None  # a field that Watchword has not needs no value
        if not self._unknown or not wanted or not _holds_null(found):
            return found
        reason = f"It asks for a {self._unknown[0]}, which Watchword has not."
        if known is None or known.required or found is not None or field in entry.identifiers:
            raise LeftOut(entry.at(field), reason)
        advice.append(BlueprintProblem(entry.at(field), f"{reason} This is left empty.", entry.model, field))
        return None

    def _with_real_pks(self, value: Any, place: Place) -> Any:
        if isinstance(value, dict):
            return {key: self._with_real_pks(inner, place) for key, inner in value.items()}
        if isinstance(value, list):
            return [self._with_real_pks(inner, place) for inner in value]
        if not isinstance(value, str):
            return value
        if value in self._left_pks:
            raise LeftOut(place, "It refers to an entry, by its pk, that is left out.")
        return self._real_pks.get(value, value)

    def _find(self, model: str, pairs: Mapping[str, Any]) -> Found | None:
        kind = self._kinds.get(model)
        if kind is None and self._skip_unknown:
            self._unknown.append(model)
            return None
        if kind is None:
            raise Unfindable("names a model that Watchword has not.")
        if not pairs.keys() <= {*kind.found_by, *kind.beside} or pairs.keys() <= set(kind.beside):
            raise Unfindable(f"finds a {model} by {', '.join(kind.found_by)}.")
        try:
            found = kind.match({field: fitted_identifier(kind, field, value) for field, value in pairs.items()})
        except Misfit:
            return None
        return None if found is None else Found(kind.pk(found), partial(_plain, kind, found))


def _plain(kind: Kind[Any], found: Any) -> dict[str, Any]:
    """As JSON would have it: a moment is a text."""
    plain: dict[str, Any] = msgspec.to_builtins({"pk": kind.pk(found), **kind.shown(found)})
    return plain


def _holds_null(value: Any) -> bool:
    return value is None or (isinstance(value, list) and any(_holds_null(inner) for inner in value))
