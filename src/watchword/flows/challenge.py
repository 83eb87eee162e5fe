"""Challenges: what the executor asks of the visitor, in the shapes of authentik's flow executor API."""

from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

DEFAULT_AVATAR = "/static/avatar.svg"


class FieldError(msgspec.Struct, frozen=True):
    """One thing wrong with one field; `code` is stable, `string` is for the visitor."""

    string: str
    code: str = "invalid"


Errors = dict[str, list[FieldError]]

FORM = "non_field_errors"


def form_error(message: str, code: str = "invalid") -> Errors:
    return {FORM: [FieldError(message, code)]}


def field_error(field: str, message: str, code: str = "invalid") -> Errors:
    return {field: [FieldError(message, code)]}


class FlowInfo(msgspec.Struct, frozen=True, kw_only=True):
    title: str
    background: str
    cancel_url: str
    layout: str
    background_themed_urls: None = None


class Challenge(msgspec.Struct, kw_only=True, tag_field="component"):
    """The base of all; `response_errors` is there only after an answer that was not enough."""

    flow_info: FlowInfo | UnsetType = UNSET
    response_errors: Errors | UnsetType = UNSET


class WithUser(Challenge, kw_only=True):
    pending_user: str = ""
    pending_user_avatar: str = DEFAULT_AVATAR


class FlowRedirect(Challenge, tag="xak-flow-redirect", kw_only=True):
    """The end of a flow: where the visitor goes now."""

    to: str


class AccessDenied(WithUser, tag="ak-stage-access-denied", kw_only=True):
    error_message: str = "Unknown error"
    reauthenticate_url: str | UnsetType = UNSET
    """Where the visitor can prove who he is, and is led back to try again."""


class FlowError(Challenge, tag="ak-stage-flow-error", kw_only=True):
    """A request that could not be handled; `error` is for the visitor, never a traceback."""

    request_id: str
    error: str


def as_plain(challenge: Challenge) -> dict[str, Any]:
    """The challenge as JSON clients get it, for templates."""
    plain: dict[str, Any] = msgspec.to_builtins(challenge)
    return plain
