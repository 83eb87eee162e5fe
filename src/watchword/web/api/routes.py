"""Operations as routes of the application."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
from litestar import Response
from litestar.datastructures import Cookie
from litestar.handlers import HTTPRouteHandler

from watchword.web.api.call import Answer, Call
from watchword.web.api.caller import admitted, check_fresh, find_caller
from watchword.web.api.operation import Operation
from watchword.web.state import house_of
from watchword.web.types import WebRequest

ROOT = "/api/v3"


def routes(operations: Iterable[Operation]) -> list[HTTPRouteHandler]:
    """One for each path, with all its methods: so the framework knows what to say in `Allow`."""
    by_path: dict[str, dict[str, Operation]] = {}
    for operation in operations:
        by_path.setdefault(operation.path, {})[operation.method] = operation
    return [_route(path, methods) for path, methods in by_path.items()]


def _route(path: str, methods: Mapping[str, Operation]) -> HTTPRouteHandler:
    async def handle(request: WebRequest) -> Response[bytes]:
        done = await perform(methods[request.method], request)
        if done.body is None:
            return Response(b"", status_code=done.status, headers=done.headers)
        return Response(
            done.body,
            status_code=done.status,
            media_type=done.media_type,
            headers=done.headers,
            cookies=done.cookies,
        )

    first = next(iter(methods.values()))
    handle.__name__ = first.id
    # The status is the answer's own; the framework only wants one that may have a body.
    full = ROOT + path.replace("}", ":str}")
    return HTTPRouteHandler(full, http_method=[one.method for one in methods.values()], status_code=200)(handle)


class Performed(NamedTuple):
    """What an operation came to, as HTTP says it; `body` is None where it answers without any."""

    status: int
    body: bytes | None
    media_type: str
    headers: dict[str, str]
    cookies: Sequence[Cookie]


async def perform(operation: Operation, request: WebRequest) -> Performed:
    """Permission first: whoever may not call an operation learns nothing of what it would have said."""
    caller = None if operation.access == "anyone" else await find_caller(request)
    if operation.access != "anyone":
        caller = admitted(caller, superuser=operation.access == "superuser")
        if operation.sensitive:
            check_fresh(caller, house_of(request).services.clock())
    answer = await operation.handle(Call(request=request, house=house_of(request), known=caller))
    if not isinstance(answer, Answer):
        answer = Answer(value=answer)
    headers = dict(answer.headers or {})
    if answer.etag:
        headers["etag"] = answer.etag
    body = None if operation.answer is None else _encoded(answer.value)
    return Performed(operation.status, body, operation.media_type, headers, answer.cookies)


def _encoded(value: Any) -> bytes:
    return value.encode() if isinstance(value, str) else msgspec.json.encode(value)
