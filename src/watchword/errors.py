"""The one tree of errors.

Each class has a stable `code` (snake_case, part of the API), an HTTP `status`, and a docstring whose first
line is its default message. Messages are for whoever made the request: they never hold a code, a full number,
a secret, or what a gateway answered.
"""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal, NamedTuple, Self

NON_FIELD = "non_field_errors"
"""Where authentik's API says what is wrong with the whole."""


class WatchwordError(Exception):
    """Something went wrong."""

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 500

    def __init__(self, message: str | None = None) -> None:
        self.message = message or (type(self).__doc__ or "").strip().splitlines()[0]
        super().__init__(self.message)


class Invalid(WatchwordError):
    """This request is not valid."""

    code = "invalid"
    status = 400


class FieldsInvalid(Invalid):
    """Some fields are not valid."""

    code = "fields_invalid"

    def __init__(self, errors: Mapping[str, Any]) -> None:
        """By field, each a list of sentences, or for a list the same again by index; what is wrong with the whole
        stands under `non_field_errors` (the shape of authentik's API).
        """
        super().__init__("; ".join(f"{field}: {said}" for field, said in errors.items()))
        self.errors = errors

    @classmethod
    def whole(cls, sentence: str) -> Self:
        return cls({NON_FIELD: [sentence]})

    @property
    def sentences(self) -> tuple[str, ...]:
        """Without the fields that they are about, for pages that have none; of lists of sentences alone."""
        return tuple(line for lines in self.errors.values() for line in lines)


class Malformed(Invalid):
    """The body is not valid JSON."""

    code = "malformed"


class Forbidden(WatchwordError):
    """You may not do this."""

    code = "forbidden"
    status = 403


class NotAuthenticated(Forbidden):
    """Authentication credentials were not provided."""

    code = "not_authenticated"


class TokenInvalid(Forbidden):
    """The token is not valid, or has expired."""

    code = "token_invalid"


class PermissionDenied(Forbidden):
    """You do not have permission to perform this action."""

    code = "permission_denied"


class CsrfFailed(Forbidden):
    """The form is out of date. Reload the page and try again."""

    code = "csrf_failed"


class NotFound(WatchwordError):
    """There is nothing here."""

    code = "not_found"
    status = 404


class Conflict(WatchwordError):
    """This step was already answered elsewhere. Reload the page to go on."""

    code = "conflict"
    status = 409


class PreconditionFailed(WatchwordError):
    """This was changed since you read it. Read it again, then change it."""

    code = "precondition_failed"
    status = 412


class TooLarge(WatchwordError):
    """The request is too large."""

    code = "too_large"
    status = 413


class Throttled(WatchwordError):
    """Too many tries. Please wait before you try again."""

    code = "throttled"
    status = 429

    def __init__(self, retry_after: int, message: str | None = None) -> None:
        """`retry_after` is in whole seconds, as the `Retry-After` header has it (RFC 9110, 10.2.3)."""
        super().__init__(message)
        self.retry_after = retry_after


class Problem(NamedTuple):
    """One thing wrong with one object of the configuration."""

    model: str
    label: str
    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.model} {self.label!r}: {self.field}: {self.message}"


class ConfigurationInvalid(WatchwordError):
    """The configuration is not valid."""

    code = "configuration_invalid"
    status = 400

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems


class SettingsInvalid(WatchwordError):
    """The settings contradict each other."""

    code = "settings_invalid"


NumberReason = Literal["missing", "unreadable", "not_possible", "not_valid", "kind", "not_mobile"]


class NumberRefused(Invalid):
    """This phone number cannot be used."""

    code = "number_refused"

    def __init__(self, reason: NumberReason, message: str | None = None) -> None:
        """`reason` is for events and metrics, `message` for the visitor; neither holds what was typed."""
        super().__init__(message)
        self.reason = reason


class UnsupportedMediaType(Invalid):
    """The body must be sent as application/json."""

    code = "unsupported_media_type"
    status = 415


class DatabaseUnavailable(WatchwordError):
    """Watchword's database cannot be reached right now. Please try again in a moment."""

    code = "database_unavailable"
    status = 503


class UsernameTaken(Invalid):
    """Username is already taken."""

    code = "username_taken"


class NameTaken(Invalid):
    """This name is already taken."""

    code = "name_taken"


class NumberTaken(Invalid):
    """This phone number cannot be used here. Try another one."""

    code = "number_taken"


class TooManyDevices(Invalid):
    """You have already enrolled as many phones as you may."""

    code = "too_many_devices"


ExpressionProblem = Literal["syntax", "error", "timeout", "memory", "crash", "answer"]


class ExpressionFailed(WatchwordError):
    """An expression failed."""

    code = "expression_failed"

    def __init__(self, kind: ExpressionProblem, detail: str, line: int | None = None) -> None:
        """`detail` is for administrators and may hold what the visitor typed; `line` counts from 1 in their source."""
        super().__init__()
        self.kind = kind
        self.detail = detail
        self.line = line

    @property
    def told(self) -> str:
        """The detail with its line, said once."""
        return f"{self.detail} (line {self.line})" if self.line and "(line " not in self.detail else self.detail


class MappingFailed(ExpressionFailed):
    """A webhook mapping failed."""

    code = "mapping_failed"

    def __init__(self, mapping: str, kind: ExpressionProblem, detail: str, line: int | None = None) -> None:
        super().__init__(kind, detail, line)
        self.mapping = mapping
