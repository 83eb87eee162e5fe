"""Where a model's fields mean more, or less, than their values say."""

from collections.abc import Callable
from typing import Any

import msgspec

from watchword.expressions.reference.entry import Kind
from watchword.migration import endpoints
from watchword.migration.missing_names import missing_names
from watchword.migration.source import Found

NO_SECRET = "not-imported"  # noqa: S105 - stands where a secret is missing, and opens nothing
CREDENTIALS = "authentik does not give its credentials: type them in on the stage's page in the console."
_HERE = frozenset({"sms", "totp", "static"})
_SOURCES_OF_PASSWORDS = ("authentik.sources.ldap.", "authentik.sources.kerberos.")


class Notes(msgspec.Struct):
    """As in `Draft`; `refused` says why it cannot come at all."""

    weaker: list[str] = []
    lost: list[str] = []
    notes: list[str] = []
    refused: list[str] = []


Adjust = Callable[[Found, dict[str, Any], Notes], None]


def _flow(_: Found, values: dict[str, Any], notes: Notes) -> None:
    background = values.pop("background", None) or ""
    if isinstance(background, str) and background.startswith(("https://", "http://")):
        values["background"] = background
    elif background and not str(background).startswith("/static/"):
        notes.notes.append("Its background picture stays in authentik.")


def _policy(found: Found, _: dict[str, Any], notes: Notes) -> None:
    notes.weaker += _missing(found.get("expression"), "policy")


def _mapping(found: Found, _: dict[str, Any], notes: Notes) -> None:
    notes.lost += _missing(found.get("expression"), "mapping")


def _prompt(found: Found, _: dict[str, Any], notes: Notes) -> None:
    for field in ("placeholder", "initial_value"):
        if found.get(f"{field}_expression") is True:
            notes.lost += [f"{field}: {said}" for said in _missing(found.get(field), "prompt")]


def _missing(expression: object, kind: Kind) -> tuple[str, ...]:
    return missing_names(expression, kind) if isinstance(expression, str) else ()


def _sms(_: Found, values: dict[str, Any], notes: Notes) -> None:
    if "auth" not in values:
        notes.lost.append(CREDENTIALS)
        if values.get("provider") == "twilio":
            values["auth"] = NO_SECRET  # the stage would not be valid without any


def _validate(_: Found, values: dict[str, Any], notes: Notes) -> None:
    classes = values.get("device_classes")
    if isinstance(classes, list) and classes and not _HERE & {str(one) for one in classes}:
        notes.refused.append(f"It asks for {', '.join(map(str, classes))} alone, which Watchword has not.")
    if values.get("not_configured_action", "skip") == "skip":
        notes.notes.append("It lets people without a device pass: also those whose device could not come along.")
    values["webauthn_allowed_device_types"] = []


def _identification(found: Found, values: dict[str, Any], notes: Notes) -> None:
    if found.get("captcha_stage"):
        notes.weaker.append("Its captcha is missing.")
    if found.get("webauthn_stage"):
        notes.lost.append("Passkeys cannot be used.")
    if values.get("sources"):
        notes.lost.append("Sign-in through other sources is missing.")
    values["sources"] = []


def _password(_: Found, values: dict[str, Any], notes: Notes) -> None:
    backends = values.get("backends")
    if isinstance(backends, list) and any(str(one).startswith(_SOURCES_OF_PASSWORDS) for one in backends):
        notes.lost.append("Watchword asks no LDAP and no Kerberos: it knows the passwords that are set here alone.")


ADJUSTMENTS: dict[str, Adjust] = {
    endpoints.FLOW: _flow,
    endpoints.EXPRESSION_POLICY: _policy,
    endpoints.MAPPING: _mapping,
    endpoints.PROMPT: _prompt,
    endpoints.SMS_STAGE: _sms,
    endpoints.VALIDATE_STAGE: _validate,
    endpoints.IDENTIFICATION_STAGE: _identification,
    "authentik_stages_password.passwordstage": _password,
}
