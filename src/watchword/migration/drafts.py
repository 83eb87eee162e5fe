"""What of authentik's objects becomes which of ours, one by one; references are looked at later."""

from collections.abc import Iterator, Mapping
from typing import Any, Generic, TypeVar

import msgspec

from watchword.errors import FieldsInvalid
from watchword.migration.adjusting import ADJUSTMENTS, Notes
from watchword.migration.report import Line, left_out
from watchword.migration.source import Found
from watchword.model.base import ConfigObject
from watchword.model.fields import secret_fields
from watchword.model.input import UUID, read_fields
from watchword.model.words import within_a_sentence

_ELSEWHERE = frozenset(
    {
        *("pk", "component", "verbose_name", "verbose_name_plural", "meta_model_name", "flow_set", "flow_obj"),
        *("policybindingmodel_ptr_id", "background_url", "background_themed_urls", "stages", "policies"),
        *("cache_count", "export_url", "stage_obj", "policy_obj", "group_obj", "user_obj", "bound_to"),
        *("prompt_stages_obj", "promptstage_set", "webauthn_allowed_device_types_obj", "managed", "expiring"),
        *("captcha_stage", "webauthn_stage"),
    }
)
"""Keys that say nothing of their own, or that adjustments look at."""


C = TypeVar("C", bound=ConfigObject)


class Draft(msgspec.Struct, Generic[C], kw_only=True):
    """An object as it would be here. `given` are the fields that authentik gives: the others stay as they are here.

    `weaker` says what is missing so that a flow with it would let through more than in authentik, `lost` what else is
    missing, `notes` what is well to know.
    """

    obj: C
    given: frozenset[str]
    weaker: list[str] = []
    lost: list[str] = []
    notes: list[str] = []

    @property
    def kind(self) -> str:
        return kind_of(type(self.obj))


def kind_of(cls: type[ConfigObject]) -> str:
    return within_a_sentence(cls.verbose_name)


def label_of(found: Found) -> str:
    """What to call an object that may be anything."""
    texts = (found.get(key) for key in ("name", "slug", "username", "pk"))
    return str(next((text for text in texts if isinstance(text, str | int) and text), "without a name"))


def draft(cls: type[C], found: Found) -> Draft[C] | Line:
    """The line where it cannot come."""
    pk, kind, label = found.get("pk"), kind_of(cls), label_of(found)
    if not isinstance(pk, str) or not UUID.fullmatch(pk):
        return left_out(kind, label, "Its pk is no uuid.")
    values, notes = {key: found[key] for key in cls.__struct_fields__ if key in found}, Notes()
    for name in secret_fields(cls):
        if not values.get(name):
            values.pop(name, None)
    given = frozenset(values) - {"pk"}
    if adjust := ADJUSTMENTS.get(cls.model):
        adjust(found, values, notes)
    if notes.refused:
        return left_out(kind, label, notes.refused)
    try:
        obj = cls(pk=pk.lower(), **read_fields(cls, values))
    except FieldsInvalid as error:
        return left_out(kind, label, _sentences(error.errors))
    if problems := [f"{field}: {said}" for field, said in obj.problems()]:
        return left_out(kind, label, problems)
    notes.notes += [f"Watchword has no “{key}”, which is set." for key in _unknown(cls, found)]
    return Draft(obj=obj, given=given, weaker=notes.weaker, lost=notes.lost, notes=notes.notes)


def _unknown(cls: type[ConfigObject], found: Found) -> Iterator[str]:
    return (key for key in sorted(found.keys() - set(cls.__struct_fields__) - _ELSEWHERE) if found[key])


def _sentences(errors: Mapping[str, Any]) -> list[str]:
    return [
        f"{field}: {' '.join(map(str, said)) if isinstance(said, list) else said}" for field, said in errors.items()
    ]
