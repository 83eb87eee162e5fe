"""What a form says beside its fields: the steps of a set-up, what looks wrong, and the check of the credentials."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import msgspec

from watchword.model.base import ConfigObject
from watchword.stages.authenticator_sms.shapes import SHAPES, slips
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage
from watchword.web.pages.console.control import Checking, Fieldset
from watchword.web.pages.console.guide import CHECK, steps_at
from watchword.web.pages.console.shown import Form

TYPE_AGAIN = "What was typed here was used for the check, and is not kept: type it again before you save."

Advice = dict[str, list[str]]


def as_kept(obj: ConfigObject, host: str) -> Advice:
    """What is worth knowing of an object, by field."""
    return _by_field(obj.advice(host))


def as_typed(cls: type[ConfigObject], given: Mapping[str, Any], checked: Checking | None) -> Advice:
    """What looks wrong of what was typed, and which secrets do not come back from a check."""
    if cls is not AuthenticatorSMSStage:
        return {}
    lost = [(name, TYPE_AGAIN) for name in checked.lost] if checked else []
    return _by_field([*slips(str(given.get("provider")), given), *lost])


def guided(form: Form, cls: type[ConfigObject], advice: Advice, url: str, checked: Checking | None) -> Form:
    """The form with all that. `url` is where the check is; what it found wrong is said there, and not for the whole."""
    checking = check_at(url, checked, trial=form.trial) if cls is AuthenticatorSMSStage else None
    return msgspec.structs.replace(
        form, fieldsets=with_guidance(form.fieldsets, advice, checking), wrong=form.wrong and not checked
    )


def check_at(url: str, checked: Checking | None, *, trial: str = "") -> Checking:
    """The button of a form, and what came of it once it was pressed."""
    return msgspec.structs.replace(checked or Checking(), url=url, trial=trial, steps=steps_at(CHECK))


def with_guidance(
    fieldsets: Sequence[Fieldset], advice: Advice, checking: Checking | None = None
) -> tuple[Fieldset, ...]:
    """With steps and rules where there is something to check: those of a gateway."""
    return tuple(_guided(fieldset, advice, checking) for fieldset in fieldsets)


def _guided(fieldset: Fieldset, advice: Advice, checking: Checking | None) -> Fieldset:
    """The check stands where the credentials are."""
    controls = tuple(
        msgspec.structs.replace(
            control,
            advice=tuple(advice.get(control.name, ())),
            steps=steps_at(control.name) if checking else (),
            shapes=_shapes(control.name) if checking else "",
        )
        for control in fieldset.controls
    )
    has_credentials = any(control.name == "auth" for control in controls)
    return msgspec.structs.replace(fieldset, controls=controls, checking=checking if has_credentials else None)


@cache
def _shapes(field: str) -> str:
    """As JSON, for `field-shapes.js`; "" where nothing is known of the field."""
    return msgspec.json.encode(SHAPES[field]).decode() if field in SHAPES else ""


def _by_field(said: Iterable[tuple[str, str]]) -> Advice:
    found: Advice = {}
    for field, sentence in said:
        found.setdefault(field, []).append(sentence)
    return found
