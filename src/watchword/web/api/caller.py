"""Who calls the API: by the key of an API token, or by the session of a browser."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from watchword.administration.author import Author
from watchword.errors import CsrfFailed, NotAuthenticated, PermissionDenied, TokenInvalid
from watchword.flows.executor import REAUTHENTICATE
from watchword.flows.proofs import is_fresh
from watchword.flows.visit import Visit
from watchword.storage.groups import is_superuser
from watchword.storage.tokens import Token, find_token, touch_token
from watchword.storage.users import User, get_user
from watchword.web.csrf import check_call
from watchword.web.sessions import find_visit
from watchword.web.state import house_of
from watchword.web.types import WebRequest

USED = timedelta(minutes=1)
"""How exact a token's `last_used` is: a write on every request would cost more than it tells."""

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_MAX_KEY = 1000

TOKEN_INVALID = "Token invalid/expired"  # noqa: S105 - what authentik answers


@dataclass(frozen=True, kw_only=True)
class Caller:
    """`visit` is there where it was a session that said who it is."""

    user: User
    superuser: bool
    address: str
    visit: Visit | None = None

    @property
    def author(self) -> Author:
        return Author(self.user, self.address)

    def may_see(self, owner_id: int) -> bool:
        return self.superuser or self.user.id == owner_id


async def find_caller(request: WebRequest) -> Caller | None:
    """None for strangers. Raises `TokenInvalid` for a token that is none, and `CsrfFailed` where a session's request
    that changes something was not meant.
    """
    key = _bearer(request)
    return await _by_token(request, key) if key is not None else await _by_session(request)


def _bearer(request: WebRequest) -> str | None:
    """None where the header names another scheme, or none at all: then it counts as absent, as in authentik."""
    scheme, blank, key = request.headers.get("authorization", "").partition(" ")
    return key.strip() if blank and scheme.lower() == "bearer" else None


async def _by_token(request: WebRequest, key: str) -> Caller:
    house = house_of(request)
    database, now = house.services.database, house.services.clock()
    if not key or len(key) > _MAX_KEY:
        raise TokenInvalid(TOKEN_INVALID)
    digest = hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()

    def look_up(conn: Connection) -> tuple[Token, User, bool] | None:
        token = find_token(conn, digest, now)
        user = get_user(conn, token.user_id) if token and token.intent == "api" else None
        return (token, user, is_superuser(conn, user.id)) if token and user else None

    found = await database.read(look_up)
    if found is None:
        raise TokenInvalid(TOKEN_INVALID)
    token, user, superuser = found
    if token.last_used is None or now - token.last_used >= USED:
        await database.run(touch_token, token.identifier, now)
    return Caller(user=user, superuser=superuser, address=house.proxies.address(request))


async def _by_session(request: WebRequest) -> Caller | None:
    visit = await find_visit(request)
    if visit is None or visit.user is None:
        return None
    if request.method not in _SAFE:
        try:
            check_call(request, visit)
        except CsrfFailed:
            raise CsrfFailed("CSRF Failed: CSRF token missing or incorrect.") from None
    return Caller(user=visit.user, superuser=visit.superuser, address=visit.address, visit=visit)


def admitted(caller: Caller | None, *, superuser: bool) -> Caller:
    """Raises `NotAuthenticated` and `PermissionDenied`: 403 both, and never 401, as authentik has it."""
    if caller is None:
        raise NotAuthenticated
    if superuser and not caller.superuser:
        raise PermissionDenied
    return caller


def check_fresh(caller: Caller, now: datetime) -> None:
    """As on the pages: a stolen session must not take somebody's second factor away. Raises `PermissionDenied`."""
    if caller.visit is not None and not is_fresh(caller.visit.session, now):
        raise PermissionDenied(f"Confirm first, at {REAUTHENTICATE}, that it is you; then do this within five minutes.")
