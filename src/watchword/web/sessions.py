"""Sessions over HTTP: the cookies, and the visit that a request makes.

The names are authentik's, so that its clients find the CSRF token where they look for it.
"""

import hashlib
from datetime import timedelta
from functools import partial
from urllib.parse import parse_qs

from litestar.datastructures import Cookie

from watchword.expressions.scope import HttpView
from watchword.flows.services import Services
from watchword.flows.visit import NewCookie, Visit
from watchword.storage.sessions import ANONYMOUS_LIFETIME, create_session, touch_session
from watchword.storage.visitors import Visitor, find_visitor
from watchword.web.state import House, house_of
from watchword.web.target import path_of, query_of
from watchword.web.types import WebRequest

SESSION_COOKIE = "authentik_session"
CSRF_COOKIE = "authentik_csrf"
REMEMBERED_COOKIE = "authentik_mfa"
CSRF_HEADER = "x-authentik-csrf"

SEEN = timedelta(minutes=1)
"""How exact a session's `last_seen` is: a write on every request would cost more than it tells."""

_MAX_TOKEN = 200
_MAX_REMEMBERED = 1000


def _hash(token: str) -> str:
    """Tokens are 256 random bits: a bare hash of one cannot be searched."""
    return hashlib.sha256(token.encode()).hexdigest()


async def find_visit(request: WebRequest, flow_slug: str = "") -> Visit | None:
    """The visit of somebody who has a session already; with his run through this flow."""
    house = house_of(request)
    token = request.cookies.get(SESSION_COOKIE, "")
    if not token or len(token) > _MAX_TOKEN:
        return None
    now = house.services.clock()
    visitor = await house.services.database.read(find_visitor, _hash(token), now, _flow_pk(house, flow_slug))
    if visitor is None:
        return None
    if now - visitor.session.last_seen >= SEEN:
        await house.services.database.run(touch_session, visitor.session.id, now)
    return _visit(request, house, visitor, flow_slug)


async def open_visit(request: WebRequest, flow_slug: str = "") -> Visit:
    """The same, or a new anonymous session."""
    visit = await find_visit(request, flow_slug)
    if visit:
        return visit
    house = house_of(request)
    services, token = house.services, house.services.new_token()
    now = services.clock()
    session = await services.database.run(
        create_session,
        token_hash=_hash(token),
        user_id=None,
        now=now,
        expires=now + ANONYMOUS_LIFETIME,
        user_agent=request.headers.get("user-agent", "")[:300],
        address=house.proxies.address(request),
    )
    visit = _visit(request, house, Visitor(session, None), flow_slug)
    visit.cookie = NewCookie(token)
    return visit


def _flow_pk(house: House, slug: str) -> str:
    flow = house.services.configuration.snapshot.flow(slug)
    return flow.pk if flow else ""


def _visit(request: WebRequest, house: House, visitor: Visitor, flow_slug: str) -> Visit:
    address, remembered = house.proxies.address(request), request.cookies.get(REMEMBERED_COOKIE, "")
    return Visit(
        session=visitor.session,
        user=visitor.user,
        superuser=visitor.superuser,
        found={_flow_pk(house, flow_slug): visitor.execution},
        address=address,
        host=house.proxies.host(request),
        look=partial(http_view, request, address),
        remembered=remembered[:_MAX_REMEMBERED],
    )


def http_view(request: WebRequest, address: str) -> HttpView:
    """What expressions may know of the request: never a cookie or a credential."""
    return HttpView(
        method=request.method,
        path=path_of(request),
        GET={key: values[-1] for key, values in parse_qs(query_of(request)).items()},
        META={
            "REMOTE_ADDR": address,
            "HTTP_USER_AGENT": request.headers.get("user-agent", ""),
            "HTTP_ACCEPT_LANGUAGE": request.headers.get("accept-language", ""),
            "HTTP_HOST": request.headers.get("host", ""),
        },
    )


def csrf_token(services: Services, visit: Visit) -> str:
    """Bound to the session's token, so that it changes when that is rotated (OWASP: signed double submit)."""
    return services.keyring.digest("csrf", _bound_to(visit))


def is_csrf_token(services: Services, visit: Visit, token: str) -> bool:
    """A page that was open while the key was rotated still counts."""
    return services.keyring.signed(token, "csrf", _bound_to(visit))


def _bound_to(visit: Visit) -> str:
    return _hash(visit.cookie.token) if visit.cookie else visit.session.token_hash


def cookies_for(request: WebRequest, visit: Visit) -> list[Cookie]:
    """What to set on the answer: the session where it is new, the CSRF token where the browser has another, and a
    second factor that is to be remembered.
    """
    house = house_of(request)
    csrf = csrf_token(house.services, visit)
    lifetime = visit.cookie.lifetime if visit.cookie else None
    secure = house.proxies.is_secure(request)
    cookies = []
    if visit.cookie:
        cookies.append(_cookie(SESSION_COOKIE, visit.cookie, secure=secure))
    if visit.cookie or request.cookies.get(CSRF_COOKIE) != csrf:
        # Scripts of other clients than our pages read it, to send it as a header.
        cookies.append(_cookie(CSRF_COOKIE, NewCookie(csrf, lifetime), secure=secure, httponly=False))
    if visit.remember:
        cookies.append(_cookie(REMEMBERED_COOKIE, visit.remember, secure=secure))
    return cookies


def _cookie(name: str, new: NewCookie, *, secure: bool, httponly: bool = True) -> Cookie:
    age = int(new.lifetime.total_seconds()) if new.lifetime else None
    return Cookie(key=name, value=new.token, path="/", max_age=age, httponly=httponly, secure=secure, samesite="lax")
