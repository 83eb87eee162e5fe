"""One operation of the API, described once: the route, the permission and the OpenAPI document are made of it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from watchword.web.api.call import Call

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
Access = Literal["anyone", "signed_in", "superuser"]
"""`signed_in` operations show and change what is the caller's own, and to superusers what is anybody's."""

Handler = Callable[[Call], Awaitable[Any]]


def or_empty(schema: dict[str, Any]) -> dict[str, Any]:
    """A parameter without a value counts as left out, as in authentik."""
    return {"anyOf": [schema, {"type": "string", "maxLength": 0}]}


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """Of the query. `schema` is JSON Schema of its value as it is read."""

    name: str
    schema: dict[str, Any] = field(default_factory=lambda: {"type": "string"})
    help: str = ""
    required: bool = False


@dataclass(frozen=True, kw_only=True)
class Operation:
    """`id` is authentik's operation id; `path` stands below /api/v3, with the names of its parts in braces.

    `body` and `answer` are types that msgspec can describe; an answer of None has no body. `multipart` names the
    fields of a form that is sent in place of JSON.
    """

    id: str
    method: Method
    path: str
    summary: str
    handle: Handler
    answer: Any = None
    status: int = 200
    body: Any = None
    access: Access = "superuser"
    query: tuple[Parameter, ...] = ()
    guarded: bool = False
    """Whether `If-Match` counts (RFC 9110, 13.1.1)."""
    sensitive: bool = False
    """Whether a session must have proven again, in the last five minutes, who it is. A token is proof enough."""
    multipart: dict[str, Any] | None = None
    media_type: str = "application/json"
    also: tuple[str, ...] = ()
    """Statuses of errors that do not follow from the rest."""
    error: Any = None
    """The type of its errors, where it is another one than everywhere."""

    @property
    def tag(self) -> str:
        return self.path.strip("/").partition("/")[0]
