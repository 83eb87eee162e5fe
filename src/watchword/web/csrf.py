"""Whether a request that changes something was meant by the person whose session it carries."""

from typing import Any

from watchword.errors import CsrfFailed
from watchword.flows.visit import Visit
from watchword.web.sessions import CSRF_HEADER, is_csrf_token
from watchword.web.state import house_of
from watchword.web.types import WebRequest

FORM_FIELD = "_csrf"


def check_form(request: WebRequest, visit: Visit, form: dict[str, Any]) -> None:
    """A page's form: always with its token, also before sign-in (login CSRF)."""
    _check_origin(request)
    _check_token(request, visit, str(form.get(FORM_FIELD, "")))


def check_call(request: WebRequest, visit: Visit) -> None:
    """A JSON call: with the token in its header once somebody is signed in, as authentik has it."""
    _check_origin(request)
    if visit.user is not None:
        _check_token(request, visit, request.headers.get(CSRF_HEADER, ""))


def _check_token(request: WebRequest, visit: Visit, token: str) -> None:
    if not is_csrf_token(house_of(request).services, visit, token):
        raise CsrfFailed


def _check_origin(request: WebRequest) -> None:
    """Browsers say where a request comes from (W3C Fetch Metadata); other clients send no such header."""
    if request.headers.get("sec-fetch-site", "none") not in {"same-origin", "none"}:
        raise CsrfFailed
