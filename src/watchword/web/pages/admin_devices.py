"""Somebody's devices, for administrators: `/if/admin/devices/ID/`. Each deed is asked about on a page of its own."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec import structs

from watchword.errors import NotFound
from watchword.flows.administered_authenticators import DEEDS, Deed, administer, what_it_costs
from watchword.flows.own_authenticators import find_own
from watchword.flows.visit import Visit
from watchword.scrub import mask_numbers
from watchword.storage.authenticators import Authenticator
from watchword.storage.device_classes import all_authenticators_of
from watchword.storage.events import list_events
from watchword.storage.users import User
from watchword.web.bodies import read_form
from watchword.web.csrf import check_form
from watchword.web.pages.administrator import HOME, administrator, owner_of, url_of
from watchword.web.pages.answers import html, leave_notice, page_of, redirect, take_notices
from watchword.web.pages.fresh import freshly_proven
from watchword.web.pages.numbers import device_number
from watchword.web.pages.render import DeviceRow, render_deed, render_persons_devices
from watchword.web.pages.user import row_of
from watchword.web.sessions import cookies_for
from watchword.web.state import house_of
from watchword.web.types import WebRequest

DEED = HOME + "{user_id:str}/{device_class:str}/{device_id:str}/{deed:str}/"

SHOWN_EVENTS = 20


@get(HOME + "{user_id:str}/")
async def persons_devices(request: WebRequest, user_id: FromPath[str]) -> Response[Any]:
    found = await administrator(request)
    if isinstance(found, Redirect):
        return found
    visit, owner = found[0], await owner_of(request, user_id)
    database = house_of(request).services.database
    devices = await database.read(all_authenticators_of, owner.id)
    events = await database.read(list_events, user_id=owner.id, limit=SHOWN_EVENTS)
    notices = await take_notices(request, visit)
    page = page_of(request, visit, action=url_of(owner), cancel_url=HOME, notices=notices)
    body = render_persons_devices(page, owner, [(_row(one), _address(owner, one)) for one in devices], events)
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
    visit, _, owner, device, chosen = found
    cost = await house_of(request).services.database.read(what_it_costs, chosen, device)
    page = page_of(request, visit, action=f"{_address(owner, device)}{chosen}/", cancel_url=url_of(owner))
    body = render_deed(page, owner, _row(device), chosen, DEEDS[chosen].means, cost)
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
    visit, by, owner, device, chosen = found
    check_form(request, visit, await read_form(request))
    services = house_of(request).services
    await services.database.run(
        administer,
        chosen,
        owner,
        device_class,
        device.id,
        by=by.username,
        now=services.clock(),
        client_ip=visit.address,
    )
    await leave_notice(request, visit, f"{_row(device).name} {DEEDS[chosen].done}.")
    return redirect(url_of(owner))


async def _deed(
    request: WebRequest, user_id: str, device_class: str, device_id: str, deed: str
) -> tuple[Visit, User, User, Authenticator, Deed] | Redirect:
    """With the administrator before the owner. Raises `Forbidden` and `NotFound`."""
    found = await administrator(request)
    if isinstance(found, Redirect):
        return found
    owner = await owner_of(request, user_id)
    chosen = next((known for known in DEEDS if known == deed), None)
    if chosen is None:
        raise NotFound
    device = await house_of(request).services.database.read(find_own, owner, device_class, device_number(device_id))
    proven = await freshly_proven(request, f"{_address(owner, device)}{chosen}/")
    return proven if isinstance(proven, Redirect) else (*proven, owner, device, chosen)


def _row(device: Authenticator) -> DeviceRow:
    """Its owner may have named it by its number."""
    return structs.replace(row_of(device), name=mask_numbers(device.name))


def _address(owner: User, device: Authenticator) -> str:
    return f"{url_of(owner)}{device.device_class}/{device.id}/"
