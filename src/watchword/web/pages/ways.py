"""Addresses that lead somewhere else: the front door, default flows, cancel, and a stage's own set-up flow."""

from typing import Annotated, Any

from litestar import Response, get
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect

from watchword.errors import NotFound
from watchword.flows.execution import Context
from watchword.flows.own_authenticators import find_own
from watchword.flows.redirects import safe_next
from watchword.model.base import StageSettings
from watchword.model.default_flow import default_of, proves_again
from watchword.model.flow import Flow
from watchword.storage.devices import SMSDevice
from watchword.web.pages.answers import SIGN_IN, redirect, with_next
from watchword.web.pages.fresh import freshly_proven
from watchword.web.pages.numbers import device_number
from watchword.web.sessions import find_visit
from watchword.web.state import house_of
from watchword.web.types import WebRequest

Changed = Annotated[str, QueryParameter(name="device", description="The phone whose number is changed.")]
Next = Annotated[str, QueryParameter(name="next", description="Where to go afterwards.")]


@get("/")
async def front_door(request: WebRequest) -> Redirect:
    visit = await find_visit(request)
    return redirect("/if/user/" if visit and visit.user else SIGN_IN)


@get("/flows/-/default/{designation:str}/")
async def default_flow(request: WebRequest, designation: FromPath[str], next_url: Next = "") -> Redirect:
    """The first flow of a designation, by slug."""
    flow = default_of(house_of(request).services.configuration.snapshot, designation)
    if flow is None:
        raise NotFound("There is no such flow.")
    safe = safe_next(next_url, house_of(request).services.settings.redirect_origins)
    return redirect(with_next(f"/if/flow/{flow.slug}/", safe or ""))


@get("/flows/-/reauthenticate/")
async def reauthenticate(request: WebRequest, next_url: Next = "") -> Redirect:
    """The first flow, by slug, in which somebody who is signed in proves again who he is."""
    snapshot = house_of(request).services.configuration.snapshot
    slugs = sorted(flow.slug for flow in snapshot.all(Flow) if proves_again(flow))
    if not slugs:
        raise NotFound("Sign out and sign in again, then change this within five minutes.")
    safe = safe_next(next_url, house_of(request).services.settings.redirect_origins)
    return redirect(with_next(f"/if/flow/{slugs[0]}/", safe or ""))


@get("/flows/-/cancel/")
async def cancel(request: WebRequest, next_url: Next = "") -> Redirect:
    """Drops what the visitor had begun; nobody is signed out by it."""
    house = house_of(request)
    if visit := await find_visit(request):
        await house.executor.cancel(visit)
    return redirect(safe_next(next_url, house.services.settings.redirect_origins) or "/")


@get("/flows/-/configure/{stage_pk:str}/")
async def configure(request: WebRequest, stage_pk: FromPath[str], device: Changed = "") -> Response[Any]:
    """Sets up a stage's authenticator for whoever has just proved who he is; or changes the number of one."""
    own = f"/flows/-/configure/{stage_pk}/"
    found = await freshly_proven(request, f"{own}?device={device_number(device)}" if device else own)
    if isinstance(found, Redirect):
        return found
    visit, user = found
    house = house_of(request)
    snapshot = house.services.configuration.snapshot
    stage = snapshot.get(stage_pk, StageSettings)
    flow = snapshot.get(getattr(stage, "configure_flow", None), Flow)
    if flow is None:
        raise NotFound("There is nothing to set up here.")
    context = Context(proven=True)
    if device:
        changed = await house.services.database.read(find_own, user, SMSDevice.device_class, device_number(device))
        context.replaces = changed.id
    await house.executor.begin(visit, flow.slug, context)
    return redirect(f"/if/flow/{flow.slug}/")
