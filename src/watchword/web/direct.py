"""The executor's address, which most requests are for, answered without the framework's path of a request.

That path, from routing to the making of a response, takes the framework longer than a step takes us
(docs/performance.md). Whatever is not plainly such a request goes the framework's way, which ends in the same
operations.
"""

import re
from collections.abc import Sequence
from typing import Any

from litestar import Litestar, Request
from litestar.datastructures import Cookie
from litestar.types import Message, Scope, Send

from watchword.web.api.operation import Operation
from watchword.web.api.routes import ROOT, perform
from watchword.web.errors import answer_error
from watchword.web.headers import add_headers, request_id
from watchword.web.state import house_in
from watchword.web.types import WebRequest

_HOST = re.compile(rb"[A-Za-z0-9.-]{1,253}(?::[0-9]{1,5})?")
"""What nobody objects to. Of others the framework judges."""

_PLAIN = re.compile(r"[\w.~-]+", re.ASCII)


class Direct:
    """Operations that differ in their method only, at one path whose last part is the only one that varies."""

    def __init__(self, app: Litestar, operations: Sequence[Operation]) -> None:
        self._app = app
        self._operations: dict[str, Operation] = {operation.method: operation for operation in operations}
        (path,) = {operation.path for operation in operations} or {"/{none}/"}
        self._template = ROOT + path
        self._prefix, self._part = self._template.removesuffix("}/").split("{")

    def taken(self, scope: Any, receive: Any, send: Any) -> WebRequest | None:
        """The request, as it would come out of the framework's routing; None where that is to judge."""
        path: str = scope["path"]
        if not path.startswith(self._prefix) or scope.get("method") not in self._operations or scope.get("root_path"):
            return None
        part, slash, rest = path[len(self._prefix) :].partition("/")
        if not part or not slash or rest or not _names_us(scope) or self._is_traced():
            return None
        scope["app"] = scope["litestar_app"] = self._app
        scope.setdefault("state", {})
        scope["path"], scope["path_params"], scope["path_template"] = path[:-1], {self._part: part}, self._template
        return Request(scope, receive, send)

    def _is_traced(self) -> bool:
        return house_in(self._app).services.traces.on

    async def answer(self, request: WebRequest) -> None:
        """Errors are answered as the framework would have them answered, by the same function."""
        scope, send = request.scope, request.send
        request_id(scope)
        try:
            done = await perform(self._operations[request.method], request)
        except Exception as error:  # noqa: BLE001 - what is not ours is logged and answered as 500
            response = answer_error(request, error).to_asgi_response(app=None, request=request)
            await response(scope, request.receive, _with_headers(scope, send))
            return
        body = done.body or b""
        headers = [
            (b"content-type", done.media_type.encode()),
            (b"content-length", b"%d" % len(body)),
            *((name.encode(), value.encode()) for name, value in done.headers.items()),
            *map(set_cookie, done.cookies),
        ]
        start: Message = {"type": "http.response.start", "status": done.status, "headers": headers}
        await add_headers(start, scope)
        await send(start)
        await send({"type": "http.response.body", "body": body, "more_body": False})


def set_cookie(cookie: Cookie) -> tuple[bytes, bytes]:
    """The header, as RFC 6265 has it. The framework copies a cookie twice on the way to the same."""
    if not _PLAIN.fullmatch(f"{cookie.key}{cookie.value}") or cookie.expires is not None or cookie.domain is not None:
        return cookie.to_encoded_header()
    parts = [f"{cookie.key}={cookie.value}", f"Path={cookie.path}", f"SameSite={cookie.samesite}"]
    if cookie.max_age is not None:
        parts.append(f"Max-Age={cookie.max_age}")
    parts += [name for name, wanted in (("HttpOnly", cookie.httponly), ("Secure", cookie.secure)) if wanted]
    return b"set-cookie", "; ".join(parts).encode()


def _names_us(scope: Any) -> bool:
    return all(name != b"host" or _HOST.fullmatch(value) for name, value in scope["headers"])


def _with_headers(scope: Scope, send: Send) -> Send:
    async def sending(message: Message) -> None:
        await add_headers(message, scope)
        await send(message)

    return sending
