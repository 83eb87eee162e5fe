"""One applying: a blueprint, and those that it applies in its place."""

from collections.abc import Mapping
from typing import Any

from watchword.blueprints.budget import Budget
from watchword.blueprints.document import Blueprint, Entry
from watchword.blueprints.entries import Entries
from watchword.blueprints.fields import checked
from watchword.blueprints.guards import Guards
from watchword.blueprints.kind import Kind
from watchword.blueprints.library import FOUND_BY, META, Library, MetaForm, Source
from watchword.blueprints.merge import merge
from watchword.blueprints.problems import BlueprintInvalid, BlueprintProblem
from watchword.blueprints.report import Line
from watchword.blueprints.resolving import Resolver
from watchword.blueprints.tag import Given

BUILT_IN: Mapping[str, Any] = {"goauthentik.io/enterprise/licensed": False, "goauthentik.io/rbac/models": {}}
"""What authentik puts into every context, as Watchword has it."""


class Run:
    def __init__(
        self,
        kinds: Mapping[str, Kind[Any]],
        given: Given,
        *,
        library: Library,
        skip_unknown: bool,
        left_out: Mapping[int, str],
    ) -> None:
        """`left_out` are entries that must not be applied, by their numbers, with the reason."""
        self._kinds = kinds
        self._given = given
        self._library = library
        self._skip_unknown = skip_unknown
        self._budget = Budget()
        self.guards = Guards(left_out)
        self._running: list[Source] = []
        self._done: list[Source] = []

    def all(self, blueprint: Blueprint, context: Mapping[str, Any]) -> list[Line]:
        """Raises `BlueprintInvalid` with every problem found."""
        resolver = Resolver(
            self._kinds,
            self._given,
            merge(merge(BUILT_IN, blueprint.context), context),
            budget=self._budget,
            skip_unknown=self._skip_unknown,
        )
        entries = Entries(self._kinds, resolver, self._other, self.guards, skip_unknown=self._skip_unknown)
        return entries.all(blueprint, self._budget)

    def _other(self, entry: Entry) -> list[Line]:
        """What another blueprint did, that this entry applies in its place: each once in a run."""
        form = MetaForm(**checked(MetaForm, entry, partial=False))
        if not form.identifiers.keys() <= set(FOUND_BY):
            raise self._wrong(entry, f"A blueprint is found by {', '.join(FOUND_BY)}.")
        called = ", ".join(form.identifiers.values())
        source = self._library.find(form.identifiers)
        if source is None and form.required:
            raise self._wrong(entry, f'There is no blueprint "{called}" here.')
        if source is None:
            return [self._passed_over(entry, called, "There is no such blueprint here, and it is not required.")]
        if source in self._running:
            names = " > ".join(one.name for one in [*self._running, source])
            raise self._wrong(entry, f"This leads back to a blueprint that is being applied: {names}.")
        if not source.enabled:
            return [self._passed_over(entry, source.name, "This blueprint is disabled.")]
        if source in self._done:
            return [Line("unchanged", META, source.name)]
        self._running.append(source)
        lines = self.all(self._library.read(source), source.context)
        self._done.append(self._running.pop())
        return [Line("applied", META, source.name), *lines]

    def _passed_over(self, entry: Entry, name: str, reason: str) -> Line:
        return Line("skipped", META, name, (BlueprintProblem(entry.at("identifiers"), reason, META),))

    def _wrong(self, entry: Entry, message: str) -> BlueprintInvalid:
        return BlueprintInvalid.at(entry.at("identifiers"), message, model=META, field="identifiers")
