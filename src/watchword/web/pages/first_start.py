"""The first administrator chooses a user name and a password: `/if/start/TOKEN/`, which `watchword serve` prints."""

import re
from collections.abc import Mapping
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy import Connection

from watchword.administration.first_administrator import (
    PATH,
    hashed_link,
    make_first,
    read_first,
    refuse_administered,
    require_link,
)
from watchword.administration.superusers import ADMIN
from watchword.errors import FieldsInvalid, Throttled
from watchword.flows.limits import Limits, in_words, network_of, take_all
from watchword.flows.proofs import proofs_of_password
from watchword.flows.signing_in import sign_in
from watchword.flows.visit import NewCookie, Visit
from watchword.passwords import hash_in_thread
from watchword.storage.throttles import Limit, give_back
from watchword.storage.users import User
from watchword.web.bodies import read_form
from watchword.web.csrf import check_form
from watchword.web.pages.answers import html, page_of, redirect
from watchword.web.pages.render import render_first_start
from watchword.web.sessions import cookies_for, find_visit, open_visit
from watchword.web.state import house_of
from watchword.web.types import WebRequest

ADDRESS = PATH + "{token:str}/"
NEXT = "/if/admin/start/"

WRONG = Limit(20, 600)
"""Wrong links from one network."""

_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,100}")


@get(ADDRESS)
async def show_start(request: WebRequest, token: FromPath[str]) -> Response[Any]:
    visit = await find_visit(request)
    if visit and visit.superuser:
        return redirect(NEXT)
    await _require(request, token)
    return _page(request, await open_visit(request), token, ADMIN, {})


@post(ADDRESS)
async def make_administrator(request: WebRequest, token: FromPath[str]) -> Response[Any]:
    await _require(request, token)
    visit, form = await open_visit(request), await read_form(request)
    check_form(request, visit, form)
    try:
        username, password = read_first(form)
        await _make(request, visit, token, username, await hash_in_thread(password))
    except FieldsInvalid as error:
        return _page(request, visit, token, str(form.get("username", "")).replace("\x00", ""), error.errors)
    return redirect(NEXT, cookies=cookies_for(request, visit))


async def _require(request: WebRequest, token: str) -> None:
    """Raises `AlreadyAdministered`, `StartLinkRefused` and `Throttled`, the last also for the right link."""
    services, address = house_of(request).services, house_of(request).proxies.address(request)
    now, limits = services.clock(), _limits(address)
    await services.database.read(refuse_administered)
    if held := await services.database.run(take_all, limits, now):
        services.metrics.throttles.held_back(held.limit)
        raise Throttled(held.seconds, f"Too many wrong links. Please wait {in_words(held.seconds)}.")
    await services.database.read(require_link, _hashed(request, token), now)
    await services.database.run(give_back, [key for key, _ in limits], now)


def _limits(address: str) -> Limits:
    return [(f"start-link:{network_of(address)}", WRONG)]


def _hashed(request: WebRequest, token: str) -> str:
    """Of what no link can be: "", which is no hash."""
    return hashed_link(house_of(request).services.keyring, token) if _TOKEN.fullmatch(token) else ""


async def _make(request: WebRequest, visit: Visit, token: str, username: str, password_hash: str) -> None:
    """The administrator is made and signed in, or neither."""
    services = house_of(request).services
    now, cookie, hashed = services.clock(), NewCookie(services.new_token()), _hashed(request, token)

    def work(conn: Connection) -> User:
        made = make_first(conn, hashed, username=username, password_hash=password_hash, now=now, address=visit.address)
        proofs = proofs_of_password(now)
        sign_in(conn, made, visit.session.id, cookie.token, proofs=proofs, now=now, address=visit.address)
        return made

    visit.user, visit.cookie = await services.database.run(work), cookie


def _page(request: WebRequest, visit: Visit, token: str, username: str, errors: Mapping[str, Any]) -> Response[Any]:
    page = page_of(request, visit, action=f"{PATH}{token}/")
    body = render_first_start(page, username, errors)
    return html(body, status=400 if errors else 200, cookies=cookies_for(request, visit))
