"""The API as an OpenAPI 3.1 document, made of the operations and of the types they name."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from watchword import __version__
from watchword.web.api.operation import Operation, Parameter
from watchword.web.api.routes import ROOT
from watchword.web.sessions import CSRF_HEADER, SESSION_COOKIE

Document = dict[str, Any]

_REF = "#/components/schemas/{name}"
_PART = re.compile(r"{(\w+)}")

DESCRIPTION = """\
Everything that can be configured or inspected. It speaks authentik's API for the parts that Watchword has, so that
its clients work: see `docs/api.md` for what differs."""

TAGS = {
    "flows": "Flows, what is bound into them, and running one.",
    "stages": "The steps of flows, and the fields that prompts ask.",
    "policies": "Expressions that answer yes or no, and where they are bound.",
    "propertymappings": "Expressions that make what is posted to a gateway.",
    "authenticators": "Phones, authenticator apps and recovery codes.",
    "core": "Users, groups, tokens and sessions.",
    "events": "The audit trail.",
    "managed": "Blueprints: configuration as code.",
    "root": "What the server is.",
    "admin": "What the server is, for administrators.",
    "schema": "This document.",
}


class GenericError(msgspec.Struct, kw_only=True):
    """Why a request was refused. `request_id` finds it in the log."""

    detail: str
    request_id: str


_ERRORS = {
    "400": ("Invalid", "Something is not valid."),
    "403": ("Forbidden", "Who calls is not known, or may not do this."),
    "404": ("NotFound", "There is no such object, or no such page of a list."),
    "409": ("Conflict", "Somebody else changed something at the same time."),
    "412": ("PreconditionFailed", "The object is another one than `If-Match` says."),
    "413": ("TooLarge", "The body is longer than a million bytes."),
    "415": ("UnsupportedMediaType", "The body is of another kind."),
    "429": ("Throttled", "Too often; `Retry-After` says when again."),
    "503": ("Unavailable", "The database cannot be reached right now."),
}
"""By status, the name under which a response is described once, and what it means."""

_VALIDATION: Document = {
    "description": "By field what is wrong with it; what is wrong with the whole is under `non_field_errors`, and why "
    "the request cannot be read at all under `detail`.",
    "type": "object",
    "additionalProperties": {
        "anyOf": [
            {"type": "array", "items": {"type": "string"}},
            {"type": "object"},
            {"type": "string"},
        ]
    },
}


def document(operations: Sequence[Operation]) -> Document:
    types = list(_types(operations))
    schemas, components = msgspec.json.schema_components(types, ref_template=_REF)
    found = dict(zip(types, schemas, strict=True))
    paths: dict[str, Document] = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation, found)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Watchword", "version": __version__, "description": DESCRIPTION},
        "servers": [{"url": ROOT}],
        "tags": [{"name": name, "description": text} for name, text in TAGS.items()],
        "security": [{"token": []}, {"session": [], "csrf": []}],
        "paths": {path: paths[path] for path in sorted(paths)},
        "components": {
            "responses": _error_responses(found),
            "schemas": {**dict(sorted(components.items())), "ValidationError": _VALIDATION},
            "securitySchemes": _SCHEMES,
        },
    }


_SCHEMES = {
    "token": {"type": "http", "scheme": "bearer", "description": "The key of an API token."},
    "session": {"type": "apiKey", "in": "cookie", "name": SESSION_COOKIE, "description": "Somebody who is signed in."},
    "csrf": {
        "type": "apiKey",
        "in": "header",
        "name": CSRF_HEADER,
        "description": "With a session, for all that changes something: the cookie `authentik_csrf`.",
    },
}


def _types(operations: Iterable[Operation]) -> Iterator[Any]:
    """Each once: of two schemas with one name there would be one too many."""
    seen: set[Any] = set()
    for operation in operations:
        for kind in (operation.answer, operation.body, operation.error):
            if kind is not None and kind not in seen:
                seen.add(kind)
                yield kind
    yield GenericError


def _operation(operation: Operation, schemas: dict[Any, Any]) -> Document:
    described: Document = {
        "operationId": operation.id,
        "tags": [operation.tag],
        "summary": operation.summary,
        "x-access": operation.access,
        "parameters": [*_parts(operation), *map(_parameter, operation.query), *_guards(operation)],
        "responses": _responses(operation, schemas),
    }
    if operation.access == "anyone":
        described["security"] = []
    if body := _body(operation, schemas):
        described["requestBody"] = body
    return described


def _parts(operation: Operation) -> Iterator[Document]:
    for name in _PART.findall(operation.path):
        yield {"name": name, "in": "path", "required": True, "schema": _part(name)}


def _part(name: str) -> Document:
    if name == "id":
        return {"type": "integer", "minimum": 0, "maximum": 2**63 - 1}
    if name in ("slug", "identifier"):
        return {"type": "string", "pattern": "^[-a-zA-Z0-9_]+$"}
    return {"type": "string", "format": "uuid"}


def _parameter(parameter: Parameter) -> Document:
    described: Document = {"name": parameter.name, "in": "query", "schema": parameter.schema}
    if parameter.required:
        described["required"] = True
    if parameter.help:
        described["description"] = parameter.help
    return described


def _guards(operation: Operation) -> Iterator[Document]:
    if operation.guarded:
        yield {
            "name": "If-Match",
            "in": "header",
            "schema": {"type": "string"},
            "description": "The `ETag` of the state that is meant: another one is answered 412.",
        }


def _body(operation: Operation, schemas: dict[Any, Any]) -> Document | None:
    if operation.multipart is not None:
        return {"required": True, "content": {"multipart/form-data": {"schema": operation.multipart}}}
    if operation.body is None:
        return None
    return {
        "required": any(field.required for field in msgspec.structs.fields(operation.body))
        if isinstance(operation.body, type) and issubclass(operation.body, msgspec.Struct)
        else False,
        "content": {"application/json": {"schema": schemas[operation.body]}},
    }


def _responses(operation: Operation, schemas: dict[Any, Any]) -> Document:
    done: Document = {"description": operation.summary}
    if operation.answer is not None:
        done["content"] = {operation.media_type: {"schema": schemas[operation.answer]}}
    if operation.guarded and operation.answer is not None:
        done["headers"] = {"ETag": {"schema": {"type": "string"}, "description": "Names this state of the object."}}
    responses: Document = {str(operation.status): done}
    has_body = operation.body is not None or operation.multipart is not None
    statuses = _statuses(operation, has_body=has_body)
    if operation.error is not None:
        content = {operation.media_type: {"schema": schemas[operation.error]}}
        return responses | {status: {"description": _ERRORS[status][1], "content": content} for status in statuses}
    return responses | {status: {"$ref": f"#/components/responses/{_ERRORS[status][0]}"} for status in statuses}


def _error_responses(schemas: dict[Any, Any]) -> Document:
    return {
        name: {
            "description": description,
            "content": {
                "application/json": {
                    "schema": {"$ref": _REF.format(name="ValidationError")}
                    if status == "400"
                    else schemas[GenericError]
                }
            },
        }
        for status, (name, description) in _ERRORS.items()
    }


def _statuses(operation: Operation, *, has_body: bool) -> Iterator[str]:
    if has_body or operation.query or operation.guarded:
        yield "400"
    if operation.access != "anyone":
        yield "403"
    if "{" in operation.path or any(parameter.name == "page" for parameter in operation.query):
        yield "404"
    if operation.guarded:
        yield "412"
    if has_body:
        yield from ("413", "415")
    if operation.method != "GET":
        yield "409"
    yield from operation.also
    yield "503"


def encoded(operations: Sequence[Operation]) -> bytes:
    """As the file in `docs/` has it."""
    return msgspec.json.format(msgspec.json.encode(document(operations)), indent=1) + b"\n"
