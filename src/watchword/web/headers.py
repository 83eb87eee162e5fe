"""Headers on every answer, and the id that ties an answer to the log."""

import secrets
import time
from functools import cache, lru_cache
from http import HTTPStatus

import structlog
from litestar import Request
from litestar.types import Message, Scope

from watchword.administration.first_administrator import PATH as START_LINK
from watchword.web.state import house_in
from watchword.web.types import WebRequest

REQUEST_ID = b"X-authentik-id"
"""authentik's name of it."""

_CSP = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
)

_SECURITY = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"otp-credentials=(self), camera=(), microphone=(), geolocation=(), payment=()"),
)

log = structlog.get_logger(__name__)

_QUIET = ("/static/", "/-/health/", "/-/metrics")
"""Asked so often that a line each would hide the others."""

_HSTS = b"max-age=31536000"


def request_id(scope: Scope) -> str:
    """32 hex digits, made once a request."""
    state = scope["state"]
    if "request_id" not in state:
        state["request_id"], state["began"] = secrets.token_hex(16), time.monotonic()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=state["request_id"])
    return str(state["request_id"])


@cache
def content_security_policy(redirect_origins: tuple[str, ...] = ()) -> str:
    """No inline script or style, nothing from elsewhere (W3C CSP 3).

    A form's answer may lead to another origin where a flow may end there: browsers hold redirects against
    `form-action` too.
    """
    return "; ".join([*_CSP, " ".join(["form-action 'self'", *redirect_origins])])


async def add_headers(message: Message, scope: Scope) -> None:
    """Litestar's `before_send`: for every answer, errors too; and its line in the log."""
    if message["type"] == "http.response.start":
        _log(message["status"], scope)
        said = {name.lower() for name, _ in message["headers"]}
        identity = (REQUEST_ID, request_id(scope).encode())
        added = [header for header in _headers(message["status"], scope) if header[0] not in said]
        message["headers"] = [*message["headers"], identity, *added]


def _headers(status: int, scope: Scope) -> tuple[tuple[bytes, bytes], ...]:
    house, path = house_in(scope["litestar_app"]), scope["path"]
    return _security(
        house.services.settings.redirect_origins,
        secret=path.startswith(START_LINK),
        kept=status < HTTPStatus.BAD_REQUEST and path.startswith("/static/"),
        # As the visitor came: the proxy in front may speak http to us.
        secure=house.proxies.is_secure(Request(scope)),
    )


@lru_cache(maxsize=16)
def _security(
    redirect_origins: tuple[str, ...], *, secret: bool, kept: bool, secure: bool
) -> tuple[tuple[bytes, bytes], ...]:
    """As the protocol has them: the framework would compare each of them with every other."""
    headers = [
        (b"referrer-policy", b"no-referrer" if secret else b"same-origin"),
        (b"content-security-policy", content_security_policy(redirect_origins).encode()),
        *_SECURITY,
    ]
    if not kept:
        headers.append((b"cache-control", b"no-store"))
    if secure:
        headers.append((b"strict-transport-security", _HSTS))
    return tuple(headers)


async def note_begin(request: WebRequest) -> None:
    """Litestar's `before_request`: from here the log's lines carry the request's id."""
    request_id(request.scope)


def _log(status: int, scope: Scope) -> None:
    """Without the query: `next` may say where somebody goes."""
    request_id(scope)
    milliseconds = round((time.monotonic() - scope["state"]["began"]) * 1000, 1)
    quiet = ("/static/", "/-/health/") if status >= HTTPStatus.BAD_REQUEST else _QUIET
    if not scope["path"].startswith(quiet):
        log.info("request", method=scope.get("method"), path=scope["path"], status=status, milliseconds=milliseconds)
