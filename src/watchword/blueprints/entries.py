"""The entries of one blueprint, applied one after the other."""

from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

import msgspec

from watchword.blueprints.budget import Budget, Exhausted
from watchword.blueprints.document import Blueprint, Entry
from watchword.blueprints.fields import checked, is_secret
from watchword.blueprints.guards import Guards
from watchword.blueprints.kind import Kind, checked_identifiers
from watchword.blueprints.left_out import left_out_line, target_of
from watchword.blueprints.library import META, MetaForm
from watchword.blueprints.problems import BlueprintInvalid, BlueprintProblem, Collector, Place
from watchword.blueprints.report import Action, Line
from watchword.blueprints.resolving import Resolver
from watchword.blueprints.tag import LeftOut

UNKNOWN_MODEL = "Watchword has no such model."


class Entries:
    def __init__(
        self,
        kinds: Mapping[str, Kind[Any]],
        resolver: Resolver,
        other: Callable[[Entry], list[Line]],
        guards: Guards,
        *,
        skip_unknown: bool,
    ) -> None:
        """`other` applies another blueprint, that an entry asks for."""
        self._guards = guards
        self._kinds = kinds
        self._resolver = resolver
        self._other = other
        self._skip_unknown = skip_unknown

    def all(self, blueprint: Blueprint, budget: Budget) -> list[Line]:
        """Raises `BlueprintInvalid` with every problem found."""
        lines: list[Line] = []
        collector = Collector(Place(blueprint.file, 0))
        for entry in blueprint.entries:
            applied = False
            with collector.collecting(model=entry.model, place=entry.place):
                lines += self._tried(entry)
                applied = True
            if not applied:
                self._resolver.failed(entry)
            if budget.exhausted:
                break
        collector.check()
        return lines

    def _tried(self, entry: Entry) -> list[Line]:
        try:
            entry = self._resolver.settled(entry)
            return self._applied(entry)
        except LeftOut as reason:
            self._resolver.leave_out(entry)
            target = target_of(entry, self._resolver)
            self._guards.missing(entry, target)
            return [left_out_line(entry, reason, target, self._kinds)]
        except Exhausted as error:
            raise BlueprintInvalid.at(entry.place, f"This {error}", model=entry.model) from None

    def _applied(self, entry: Entry) -> list[Line]:
        if not self._resolver.counts(entry):
            return [Line("skipped", entry.model, entry.id or "")]
        if reason := self._guards.left_out.get(entry.number):
            raise LeftOut(entry.place, reason)
        if entry.model == META:
            return self._other(self._resolver.entry(entry, MetaForm)[0])
        kind = self._kinds.get(entry.model)
        if kind is not None:
            return self._written(entry, kind)
        if self._skip_unknown:
            raise LeftOut(entry.place, UNKNOWN_MODEL)
        raise BlueprintInvalid.at(entry.place, self._unknown(entry.model), model=entry.model)

    def _unknown(self, model: str) -> str:
        near = get_close_matches(model, [*self._kinds, META], n=1, cutoff=0.85)
        return f"{UNKNOWN_MODEL} Is {near[0]} meant?" if near else UNKNOWN_MODEL

    def _written(self, entry: Entry, kind: Kind[Any]) -> list[Line]:
        entry, emptied = self._resolver.entry(entry, kind.form)
        chosen_pk = entry.identifiers.get("pk")
        entry = msgspec.structs.replace(entry, identifiers=checked_identifiers(kind, entry))
        found = kind.look_up(entry.identifiers)
        if entry.state == "absent":
            return kind.remove(found) if found is not None else [Line("unchanged", entry.model, entry.id or "")]
        action, written = _write(kind, entry, found)
        self._resolver.wrote(entry, chosen_pk, kind.pk(written))
        if action == "created":
            self._guards.created(entry, kind.pk(written))
        return [Line(action, entry.model, kind.label(written), (*emptied, *_advice(kind, entry, written)))]


def _write(kind: Kind[Any], entry: Entry, found: Any) -> tuple[Action, Any]:
    if found is not None and entry.state == "must_created":
        raise BlueprintInvalid.at(entry.place, "This exists already, and must not.", model=entry.model)
    if found is not None and entry.state == "created":
        return "unchanged", found
    written, changed = kind.write(entry, found, checked(kind.form, entry, partial=found is not None))
    return ("created" if found is None else "updated" if changed else "unchanged"), written


_KEPT = "There is no value for this secret: one that is stored is kept."


def _advice(kind: Kind[Any], entry: Entry, written: Any) -> Iterator[BlueprintProblem]:
    for field in sorted(entry.values.keys() - {"pk", *kind.form.__struct_fields__}):
        yield BlueprintProblem(entry.at(field), "Watchword has no such field, and leaves it out.", entry.model, field)
    for field in (name for name in kind.form.__struct_fields__ if entry.values.get(name, "") is None):
        if is_secret(kind.form, field):
            yield BlueprintProblem(entry.at(field), _KEPT, entry.model, field)
    for field, sentence in kind.advice(written):
        yield BlueprintProblem(entry.at(field), sentence, entry.model, field)
