"""One of my devices: renamed, or removed."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec import structs

from watchword.flows.executor import REAUTHENTICATE
from watchword.flows.own_authenticators import (
    NameRefused,
    can_restore,
    find_own,
    is_last,
    remove_own,
    rename_own,
    restore_own,
)
from watchword.flows.proofs import proven_with
from watchword.flows.visit import Visit
from watchword.model.flow import Flow
from watchword.model.snapshot import Snapshot
from watchword.stages.authenticator_sms.settings import SMSSettings
from watchword.storage.authenticators import Authenticator
from watchword.storage.users import User
from watchword.web.bodies import read_form
from watchword.web.csrf import check_form
from watchword.web.pages.answers import html, leave_notice, page_of, redirect, with_next
from watchword.web.pages.fresh import freshly_proven
from watchword.web.pages.numbers import device_number
from watchword.web.pages.render import render_device, render_removal
from watchword.web.pages.user import HOME, row_of
from watchword.web.sessions import cookies_for
from watchword.web.state import house_of
from watchword.web.types import WebRequest

PATH = HOME + "devices/{device_class:str}/{device_id:str}/"


@get(PATH)
async def show_device(request: WebRequest, device_class: FromPath[str], device_id: FromPath[str]) -> Response[Any]:
    found = await _own(request, device_class, device_id)
    return found if isinstance(found, Redirect) else await _page(request, *found)


@post(PATH + "restore")
async def restore_device(request: WebRequest, device_class: FromPath[str], device_id: FromPath[str]) -> Response[Any]:
    """A hundred wrong guesses locked it: its owner proves himself with another device, never with his password."""
    found = await _own(request, device_class, device_id)
    if isinstance(found, Redirect):
        return found
    visit, user, device = found
    check_form(request, visit, await read_form(request))
    services, row = house_of(request).services, row_of(device)
    if proven_with(visit.session, services.clock()) in (None, "", device.reference):
        return redirect(with_next(REAUTHENTICATE, row.url))
    await services.database.run(
        restore_own, user, device_class, device.id, now=services.clock(), client_ip=visit.address
    )
    return await _home(request, visit, f"{device.name} is restored.")


@post(PATH + "rename")
async def rename_device(request: WebRequest, device_class: FromPath[str], device_id: FromPath[str]) -> Response[Any]:
    found = await _own(request, device_class, device_id)
    if isinstance(found, Redirect):
        return found
    visit, user, device = found
    form = await read_form(request)
    check_form(request, visit, form)
    services = house_of(request).services
    try:
        await services.database.run(
            rename_own,
            user,
            device_class,
            device.id,
            name=str(form.get("name", "")),
            now=services.clock(),
            client_ip=visit.address,
        )
    except NameRefused as error:
        return await _page(request, visit, user, device, error.message)
    return await _home(request, visit, "The new name is saved.")


@get(PATH + "remove")
async def ask_removal(request: WebRequest, device_class: FromPath[str], device_id: FromPath[str]) -> Response[Any]:
    found = await _own(request, device_class, device_id)
    return found if isinstance(found, Redirect) else await _removal(request, *found)


@post(PATH + "remove")
async def remove_device(request: WebRequest, device_class: FromPath[str], device_id: FromPath[str]) -> Response[Any]:
    """The last second factor goes only where the visitor has said that he knows it."""
    found = await _own(request, device_class, device_id)
    if isinstance(found, Redirect):
        return found
    visit, user, device = found
    form = await read_form(request)
    check_form(request, visit, form)
    services = house_of(request).services
    if not form.get("last") and await services.database.read(is_last, device):
        return await _removal(request, visit, user, device, "Tick the box to go on.")
    await services.database.run(
        remove_own, user, device_class, device.id, now=services.clock(), client_ip=visit.address
    )
    return await _home(request, visit, f"{device.name} is removed.")


async def _own(request: WebRequest, device_class: str, device_id: str) -> tuple[Visit, User, Authenticator] | Redirect:
    """Raises `NotFound`, for somebody else's as for none."""
    number = device_number(device_id)
    found = await freshly_proven(request, f"{HOME}devices/{device_class}/{device_id}/")
    if isinstance(found, Redirect):
        return found
    visit, user = found
    device = await house_of(request).services.database.read(find_own, user, device_class, number)
    return visit, user, device


async def _page(request: WebRequest, visit: Visit, _: User, device: Authenticator, problem: str = "") -> Response[Any]:
    services = house_of(request).services
    row = structs.replace(
        row_of(device),
        change_url=_change_url(services.configuration.snapshot, device),
        restorable=await services.database.read(can_restore, device),
    )
    body = render_device(page_of(request, visit, action=f"{row.url}rename", cancel_url=HOME), row, problem)
    return html(body, cookies=cookies_for(request, visit))


def _change_url(snapshot: Snapshot, device: Authenticator) -> str:
    """Where its number is changed, if it is a phone whose stage can still be set up."""
    stage = snapshot.get(device.stage_pk, SMSSettings)
    flow = snapshot.get(stage.configure_flow, Flow) if stage else None
    return f"/flows/-/configure/{device.stage_pk}/?device={device.id}" if flow else ""


async def _removal(
    request: WebRequest, visit: Visit, _: User, device: Authenticator, problem: str = ""
) -> Response[Any]:
    row, last = row_of(device), await house_of(request).services.database.read(is_last, device)
    page = page_of(request, visit, action=f"{row.url}remove", cancel_url=row.url)
    return html(render_removal(page, row, last, problem), cookies=cookies_for(request, visit))


async def _home(request: WebRequest, visit: Visit, notice: str) -> Redirect:
    await leave_notice(request, visit, notice)
    return redirect(HOME)
