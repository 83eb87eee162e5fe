"""People's devices, for administrators: `/if/admin/devices/`."""

from typing import Annotated, Any

from litestar import Response, get, post
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect

from watchword.errors import Forbidden, NotFound
from watchword.flows.administered_authenticators import DEEDS, Deed, administer, leaves_none
from watchword.flows.own_authenticators import find_own
from watchword.flows.visit import Visit
from watchword.storage.authenticators import Authenticator
from watchword.storage.device_classes import all_authenticators_of
from watchword.storage.events import list_events
from watchword.storage.users import User, get_user, list_users
from watchword.web.bodies import read_form
from watchword.web.csrf import check_form
from watchword.web.pages.answers import html, leave_notice, page_of, redirect, take_notices
from watchword.web.pages.fresh import freshly_proven, signed_in
from watchword.web.pages.numbers import device_number
from watchword.web.pages.render import render_deed, render_people, render_persons_devices
from watchword.web.pages.user import row_of
from watchword.web.sessions import cookies_for
from watchword.web.state import house_of
from watchword.web.types import WebRequest

HOME = "/if/admin/devices/"
DEED = HOME + "{user_id:str}/{device_class:str}/{device_id:str}/{deed:str}/"

SHOWN_USERS, SHOWN_EVENTS = 50, 20
_MAX_SEARCH = 254

Search = Annotated[str, QueryParameter(name="search", description="A part of a user name, a name or an address.")]


@get(HOME)
async def people(request: WebRequest, search: Search = "") -> Response[Any]:
    found = await signed_in(request, HOME)
    if isinstance(found, Redirect):
        return found
    visit = _administrator(found[0])
    sought = search[:_MAX_SEARCH].replace("\x00", "")
    database = house_of(request).services.database
    users = await database.read(list_users, search=sought, limit=SHOWN_USERS + 1)
    page = page_of(request, visit, action=HOME, cancel_url="/if/user/")
    body = render_people(page, users[:SHOWN_USERS], search=sought, more=len(users) > SHOWN_USERS)
    return html(body, cookies=cookies_for(request, visit))


@get(HOME + "{user_id:str}/")
async def persons_devices(request: WebRequest, user_id: FromPath[str]) -> Response[Any]:
    found = await signed_in(request, HOME)
    if isinstance(found, Redirect):
        return found
    visit = _administrator(found[0])
    owner = await _owner(request, user_id)
    database = house_of(request).services.database
    devices = await database.read(all_authenticators_of, owner.id)
    events = await database.read(list_events, user_id=owner.id, limit=SHOWN_EVENTS)
    notices = await take_notices(request, visit)
    page = page_of(request, visit, action=_url(owner), cancel_url=HOME, notices=notices)
    body = render_persons_devices(page, owner, [(row_of(one), _address(owner, one)) for one in devices], events)
    return html(body, cookies=cookies_for(request, visit))


@get(DEED)
async def ask_deed(
    request: WebRequest,
    user_id: FromPath[str],
    device_class: FromPath[str],
    device_id: FromPath[str],
    deed: FromPath[str],
) -> Response[Any]:
    found = await _deed(request, user_id, device_class, device_id, deed)
    if isinstance(found, Redirect):
        return found
    visit, owner, device, chosen = found
    last = await house_of(request).services.database.read(leaves_none, chosen, device)
    page = page_of(request, visit, action=f"{_address(owner, device)}{chosen}/", cancel_url=_url(owner))
    body = render_deed(page, owner, row_of(device), chosen, DEEDS[chosen].means, last=last)
    return html(body, cookies=cookies_for(request, visit))


@post(DEED)
async def do_deed(
    request: WebRequest,
    user_id: FromPath[str],
    device_class: FromPath[str],
    device_id: FromPath[str],
    deed: FromPath[str],
) -> Response[Any]:
    found = await _deed(request, user_id, device_class, device_id, deed)
    if isinstance(found, Redirect):
        return found
    visit, owner, device, chosen = found
    check_form(request, visit, await read_form(request))
    services, by = house_of(request).services, visit.user.username if visit.user else ""
    await services.database.run(
        administer,
        chosen,
        owner,
        device_class,
        device.id,
        by=by,
        now=services.clock(),
        client_ip=visit.address,
    )
    await leave_notice(request, visit, f"{device.name} {DEEDS[chosen].done}.")
    return redirect(_url(owner))


async def _deed(
    request: WebRequest, user_id: str, device_class: str, device_id: str, deed: str
) -> tuple[Visit, User, Authenticator, Deed] | Redirect:
    """Raises `Forbidden` before it looks anything up, and `NotFound`."""
    found = await signed_in(request, HOME)
    if isinstance(found, Redirect):
        return found
    _administrator(found[0])
    owner = await _owner(request, user_id)
    chosen = next((known for known in DEEDS if known == deed), None)
    if chosen is None:
        raise NotFound
    device = await house_of(request).services.database.read(find_own, owner, device_class, device_number(device_id))
    proven = await freshly_proven(request, f"{_address(owner, device)}{chosen}/")
    return proven if isinstance(proven, Redirect) else (proven[0], owner, device, chosen)


def _administrator(visit: Visit) -> Visit:
    if not visit.superuser:
        raise Forbidden
    return visit


async def _owner(request: WebRequest, user_id: str) -> User:
    owner = await house_of(request).services.database.read(get_user, device_number(user_id))
    if owner is None:
        raise NotFound("There is no such user.")
    return owner


def _url(owner: User) -> str:
    return f"{HOME}{owner.id}/"


def _address(owner: User, device: Authenticator) -> str:
    return f"{_url(owner)}{device.device_class}/{device.id}/"
