"""My devices: `/if/user/`."""

from typing import Any

from litestar import Response, get, post
from litestar.response import Redirect

from watchword.errors import CsrfFailed
from watchword.flows.stage import Stage
from watchword.flows.visit import Visit
from watchword.storage.authenticators import Authenticator
from watchword.storage.device_classes import all_authenticators_of
from watchword.storage.devices import SMSDevice
from watchword.storage.events import write_event
from watchword.storage.sessions import end_session
from watchword.web.bodies import read_form
from watchword.web.csrf import check_form
from watchword.web.pages.answers import html, page_of, redirect, take_notices
from watchword.web.pages.fresh import signed_in
from watchword.web.pages.render import AddLink, DeviceRow, render_devices
from watchword.web.sessions import cookies_for, find_visit
from watchword.web.state import house_of
from watchword.web.types import WebRequest

HOME = "/if/user/"


@get(HOME)
async def my_devices(request: WebRequest) -> Response[Any]:
    found = await signed_in(request, HOME)
    if isinstance(found, Redirect):
        return found
    visit, user = found
    devices = await house_of(request).services.database.read(all_authenticators_of, user.id)
    page = page_of(request, visit, action="/if/user/sign-out", notices=await take_notices(request, visit))
    rows = [row_of(device) for device in devices]
    body = render_devices(page, rows, _ways_to_add(request), administrator=visit.superuser)
    return html(body, cookies=cookies_for(request, visit))


@post("/if/user/sign-out")
async def sign_out(request: WebRequest) -> Response[Any]:
    visit = await find_visit(request)
    if visit is None:
        raise CsrfFailed
    check_form(request, visit, await read_form(request))
    await _end(request, visit)
    return redirect("/")


async def _end(request: WebRequest, visit: Visit) -> None:
    services = house_of(request).services
    await services.database.run(end_session, visit.session.id)
    if visit.user:
        await services.database.run(
            write_event, action="logout", now=services.clock(), user=visit.user, client_ip=visit.address
        )


def row_of(device: Authenticator) -> DeviceRow:
    phone = device if isinstance(device, SMSDevice) else None
    return DeviceRow(
        device_class=device.device_class,
        url=f"{HOME}devices/{device.device_class}/{device.id}/",
        name=device.name,
        masked=phone.masked if phone else "",
        hashed=bool(phone and phone.hashed),
        locked=device.disabled,
        failures=device.failures_in_a_row,
        confirmed=device.confirmed,
        added=device.created,
        last_used=device.last_used,
    )


def _ways_to_add(request: WebRequest) -> list[AddLink]:
    snapshot = house_of(request).services.configuration.snapshot
    stages = sorted(
        (
            stage
            for stage in snapshot.all(Stage)
            if stage.kind.startswith("authenticator-") and getattr(stage, "configure_flow", None)
        ),
        key=lambda stage: stage.name,
    )
    return [
        AddLink(
            device_class=stage.kind.removeprefix("authenticator-"),
            label=str(getattr(stage, "friendly_name", "") or stage.name),
            url=f"/flows/-/configure/{stage.pk}/",
        )
        for stage in stages
    ]
