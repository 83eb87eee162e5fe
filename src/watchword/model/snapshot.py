"""The snapshot: an immutable index over the whole configuration, checked before it is used."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from watchword.errors import ConfigurationInvalid, Problem
from watchword.model.base import ConfigObject, StageSettings
from watchword.model.fields import references
from watchword.model.flow import Flow, FlowStageBinding
from watchword.model.policy import PolicyBinding

T = TypeVar("T", bound=ConfigObject)


class Snapshot:
    """All configuration objects by uuid, with the indexes a flow needs: running one takes no query.

    Building checks everything and raises `ConfigurationInvalid` with every problem found.
    """

    def __init__(self, objects: Iterable[ConfigObject] = (), revision: int = 0) -> None:
        self.revision = revision
        self._objects: Mapping[str, ConfigObject] = {obj.pk: obj for obj in objects}
        if problems := list(self._problems()):
            raise ConfigurationInvalid(problems)
        self._flows = {flow.slug: flow for flow in self.all(Flow)}
        self._stage_bindings = _grouped(self.all(FlowStageBinding))
        self._policy_bindings = _grouped(self.all(PolicyBinding))

    def __len__(self) -> int:
        return len(self._objects)

    def objects(self) -> Iterable[ConfigObject]:
        return self._objects.values()

    def all(self, cls: type[T]) -> Iterator[T]:
        return (obj for obj in self._objects.values() if isinstance(obj, cls))

    def get(self, pk: str | None, cls: type[T]) -> T | None:
        obj = self._objects.get(pk) if pk else None
        return obj if isinstance(obj, cls) else None

    def require(self, pk: str, cls: type[T]) -> T:
        """As `get`, for references that the check has proved; raises KeyError where there is none."""
        obj = self.get(pk, cls)
        if obj is None:
            raise KeyError(pk)
        return obj

    def find(self, cls: type[T], **values: object) -> T | None:
        """The first object of a type whose fields all equal `values`."""
        return next(
            (obj for obj in self.all(cls) if all(getattr(obj, key) == value for key, value in values.items())),
            None,
        )

    def flow(self, slug: str) -> Flow | None:
        return self._flows.get(slug)

    def stage_bindings(self, flow_pk: str) -> tuple[FlowStageBinding, ...]:
        """In ascending order."""
        return self._stage_bindings.get(flow_pk, ())

    def policy_bindings(self, target_pk: str) -> tuple[PolicyBinding, ...]:
        """Enabled or not, in ascending order."""
        return self._policy_bindings.get(target_pk, ())

    def changed(
        self, put: Iterable[ConfigObject] = (), remove: Iterable[str] = (), *, revision: int | None = None
    ) -> "Snapshot":
        """A new snapshot with objects added or replaced, and others taken away; checked like any other."""
        objects = dict(self._objects)
        for pk in remove:
            objects.pop(pk, None)
        objects.update({obj.pk: obj for obj in put})
        return Snapshot(objects.values(), self.revision if revision is None else revision)

    def _problems(self) -> Iterator[Problem]:
        for obj in self._objects.values():
            for field, message in obj.problems():
                yield Problem(obj.model, obj.called, field, message)
            for field, ref, pk in references(obj):
                if not self._resolves(ref, pk):
                    yield Problem(obj.model, obj.called, field, f'Invalid pk "{pk}" - object does not exist.')
        yield from self._duplicates()

    def _resolves(self, ref: str, pk: str) -> bool:
        target = self._objects.get(pk)
        return target is not None and any(name in (target.family, target.model) for name in ref.split("|"))

    def _duplicates(self) -> Iterator[Problem]:
        seen: set[tuple[object, ...]] = set()
        for obj in self._objects.values():
            for fields in obj.unique:
                values = [getattr(obj, field) for field in fields]
                if None in values:
                    continue
                key = (obj.family, fields, *values)
                if key in seen:
                    yield Problem(obj.model, obj.called, *_duplicate_message(obj, fields))
                seen.add(key)


def _duplicate_message(obj: ConfigObject, fields: tuple[str, ...]) -> tuple[str, str]:
    """(field, text) as authentik words it."""
    if len(fields) > 1:
        return "non_field_errors", f"The fields {', '.join(fields)} must make a unique set."
    noun = "stage" if isinstance(obj, StageSettings) else _NOUNS.get(obj.family, obj.verbose_name)
    return fields[0], f"{noun} with this {fields[0]} already exists."


_NOUNS = {"policy": "Policy", "mapping": "Property Mapping"}


B = TypeVar("B", FlowStageBinding, PolicyBinding)


def _grouped(bindings: Iterable[B]) -> dict[str, tuple[B, ...]]:
    groups: dict[str, list[B]] = defaultdict(list)
    for binding in bindings:
        groups[binding.target].append(binding)
    return {
        target: tuple(sorted(group, key=lambda binding: (binding.order, binding.pk)))
        for target, group in groups.items()
    }
