"""What is configured here, and what becomes of it: each object finds its place, or the reason why it has none."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from watchword.migration.adjusting import CREDENTIALS, NO_SECRET
from watchword.migration.drafts import Draft
from watchword.migration.options import SUFFIX, Options
from watchword.migration.report import Fate, Line, left_out
from watchword.model.base import ConfigObject
from watchword.model.fields import fields_of

_ASKED = frozenset({"fields", "validation_policies"})
"""Lists whose entries hold somebody back: one that is missing is missed."""


class Room:
    """`group` tells a group's uuid here, None where there is none; `user` a user's number."""

    def __init__(
        self,
        stored: Mapping[str, ConfigObject],
        options: Options,
        *,
        group: Callable[[str], str | None],
        user: Callable[[int], int | None],
    ) -> None:
        self.stored = stored
        self.now = dict(stored)
        self.options = options
        self.group = group
        self.user = user
        self.pks: dict[str, str] = {}
        """The uuid here of what came, by its uuid in authentik."""
        self.promised: set[str] = set()
        """Uuids here of flows that come later: stages refer to them."""
        self.reasons: dict[str, str] = {}
        """Why something did not come, by its uuid in authentik."""
        self.weak: dict[str, list[str]] = {}
        """What makes a flow with this object let through more than in authentik, by the object's uuid here."""
        self.lines: list[Line] = []

    def refuse(self, pk: str, line: Line) -> None:
        self.reasons[pk] = f"{line.kind} “{line.label}”: {' '.join(line.why)}"
        self.lines.append(line)

    def real(self, pk: str, ref: str) -> str | None:
        """The uuid here of what a reference means; None where that is not here."""
        here = self.pks.get(pk, pk)
        if here in self.promised and "flow" in ref.split("|"):
            return here
        target = self.now.get(here)
        fits = target is not None and any(name in (target.family, target.model) for name in ref.split("|"))
        return here if fits else None

    def place(self, draft: Draft[Any]) -> None:
        """For all but flows and bindings."""
        pk = draft.obj.pk
        if refused := self.resolve(draft):
            self.refuse(pk, left_out(draft.kind, draft.obj.called, refused))
            return
        here, obj = self._name_apart(draft)
        if obj is None or (here is not None and type(here) is not type(obj)):
            said = "Its name is taken here." if obj is None else "Something else has its uuid here."
            self.refuse(pk, left_out(draft.kind, draft.obj.called, said))
            return
        merged = merge(here, obj, draft.given)
        fate = self._fate(here, merged)
        why, notes = [*draft.weaker, *draft.lost], list(draft.notes)
        if has_credentials(merged):
            why = [said for said in why if said != CREDENTIALS]
        if fate == "kept":
            why.append(f"It differs here in {', '.join(differing(here, merged))}, and stays so without --overwrite.")
        else:
            self.now[merged.pk] = merged
        if obj.called != draft.obj.called:
            notes.append(f"It is called so because “{draft.obj.called}” is taken here.")
        self.pks[pk] = merged.pk
        if draft.weaker:
            self.weak[merged.pk] = draft.weaker
        self.lines.append(Line(kind=draft.kind, label=merged.called, fate=fate, why=tuple(why), notes=tuple(notes)))

    def resolve(self, draft: Draft[Any]) -> str:
        """References become those of here, or are taken away, which is noted. Why it cannot be without one, or ""."""
        obj: ConfigObject = draft.obj
        changes: dict[str, Any] = {}
        for info in fields_of(type(obj)):
            value = getattr(obj, info.name)
            if info.row == "group" and value is not None and info.name != "group":
                changes[info.name] = self._named(draft, info.name, self.group(value))
            elif info.ref is None or not value or draft.obj.family in ("stage_binding", "policy_binding"):
                continue
            elif isinstance(value, list):
                changes[info.name] = list(self._listed(draft, info.name, info.ref, value))
            elif info.name == "password_stage" and self.real(value, info.ref) is None:
                return f"Without its password stage it would ask for none ({self.why(value)})."
            else:
                changes[info.name] = self._named(draft, info.name, self.real(value, info.ref))
        if changes.get("configuration_stages") == [] and getattr(draft.obj, "not_configured_action", "") == "configure":
            changes["not_configured_action"] = "deny"
            draft.lost.append("None of the stages that set a device up came along: whoever has none is denied.")
        draft.obj = msgspec.structs.replace(draft.obj, **changes)
        return "; ".join(f"{field}: {said}" for field, said in draft.obj.problems())

    def why(self, pk: str) -> str:
        return self.reasons.get(pk, "it did not come along")

    def _named(self, draft: Draft[Any], field: str, here: str | None) -> str | None:
        if here is None:
            draft.lost.append(f"{field}: what it names is not here.")
        return here

    def _listed(self, draft: Draft[Any], field: str, ref: str, pks: list[str]) -> Iterator[str]:
        for pk in pks:
            here = self.real(pk, ref)
            if here is not None:
                yield here
            else:
                (draft.weaker if field in _ASKED else draft.lost).append(f"{field}: {self.why(pk)}")

    def _name_apart(self, draft: Draft[Any]) -> tuple[ConfigObject | None, ConfigObject | None]:
        """What it takes the place of here, and the object with a name, and a uuid, that it can have here."""
        obj, here = draft.obj, self.now.get(draft.obj.pk)
        other = self._namesake(obj, obj.called)
        if other is None:
            return here, obj
        if here is None and self.options.overwrite and type(other) is type(obj):
            return other, msgspec.structs.replace(obj, pk=other.pk)
        apart = obj.called + SUFFIX
        return here, None if self._namesake(obj, apart) else msgspec.structs.replace(obj, name=apart)

    def _namesake(self, obj: ConfigObject, name: str) -> ConfigObject | None:
        others = (other for other in self.now.values() if other.family == obj.family and other.pk != obj.pk)
        return next((other for other in others if other.called == name), None)

    def _fate(self, here: ConfigObject | None, merged: ConfigObject) -> Fate:
        if here is None:
            return "created"
        if here == merged:
            return "unchanged"
        return "updated" if self.options.overwrite and not list(merged.problems()) else "kept"


def merge(here: ConfigObject | None, obj: ConfigObject, given: frozenset[str]) -> ConfigObject:
    """The object with what authentik has nothing to say about as it is here.

    Lists of references come in no certain order: the one here is kept.
    """
    if here is None:
        return obj
    values = {field: getattr(obj, field) for field in given if field in obj.__struct_fields__}
    for field, value in values.items():
        before = getattr(here, field)
        if isinstance(value, list) and sorted(map(str, value)) == sorted(map(str, before)):
            values[field] = before
    return msgspec.structs.replace(here, **values)


def differing(here: ConfigObject | None, merged: ConfigObject) -> list[str]:
    if here is None:
        return []
    return [field for field in here.__struct_fields__ if getattr(here, field) != getattr(merged, field)]


def has_credentials(obj: ConfigObject) -> bool:
    return getattr(obj, "auth", "") not in ("", NO_SECRET)
