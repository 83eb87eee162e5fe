"""What goes wrong, as an answer: JSON for clients, a page for people, never a traceback."""

from http import HTTPStatus
from typing import Any

import msgspec
import structlog
from litestar import Response
from litestar.exceptions import HTTPException
from litestar.status_codes import HTTP_413_REQUEST_ENTITY_TOO_LARGE

from watchword.errors import FieldsInvalid, Throttled, TooLarge, WatchwordError
from watchword.flows.challenge import FlowError
from watchword.web.headers import request_id
from watchword.web.pages.answers import error_page
from watchword.web.target import path_of
from watchword.web.types import WebRequest

log = structlog.get_logger(__name__)

EXECUTOR = "/api/v3/flows/executor/"
UNEXPECTED = "Something went wrong on our side. Please try again; if it keeps happening, name the number below."


def answer_error(request: WebRequest, error: Exception) -> Response[Any]:
    """Whatever was raised."""
    if isinstance(error, WatchwordError):
        return _answer_known(request, error)
    if isinstance(error, HTTPException):
        return _answer_http(request, error)
    return _answer_unexpected(request, error)


def _answer_known(request: WebRequest, error: WatchwordError) -> Response[Any]:
    """An error of our tree: its own status, code and sentence."""
    headers = {"retry-after": str(error.retry_after)} if isinstance(error, Throttled) else {}
    if error.status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers["retry-after"] = "5"
    if isinstance(error, FieldsInvalid) and path_of(request).startswith("/api/"):
        return _json(error.errors, error.status, headers)
    return _answer(request, error.status, error.message, headers)


def _answer_http(request: WebRequest, error: HTTPException) -> Response[Any]:
    """An error of the framework: unknown path, wrong method, body too large."""
    if error.status_code == HTTP_413_REQUEST_ENTITY_TOO_LARGE:
        return _answer_known(request, TooLarge())
    if error.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _answer_unexpected(request, error)
    phrase = _SENTENCES.get(error.status_code, HTTPStatus(error.status_code).phrase + ".")
    return _answer(request, error.status_code, phrase, dict(error.headers or {}))


def _answer_unexpected(request: WebRequest, error: Exception) -> Response[Any]:
    """A defect: the log gets the traceback, the visitor the id that finds it there."""
    log.error("unexpected_error", exc_info=error, path=path_of(request), method=request.method)
    return _answer(request, 500, UNEXPECTED, {})


def _answer(request: WebRequest, status: int, sentence: str, headers: dict[str, str]) -> Response[Any]:
    path, identity = path_of(request), request_id(request.scope)
    if path.startswith(EXECUTOR):
        error = FlowError(request_id=identity, error=sentence)
        return _json(error, status, headers)
    if path.startswith(("/api/", "/-/")) or "text/html" not in request.headers.get("accept", "text/html"):
        return _json({"detail": sentence, "request_id": identity}, status, headers)
    return error_page(request, status, sentence, identity, headers)


def _json(value: Any, status: int, headers: dict[str, str]) -> Response[Any]:
    return Response(msgspec.json.encode(value), status_code=status, media_type="application/json", headers=headers)


_SENTENCES = {404: "There is nothing here.", 405: "This cannot be done with that method."}
