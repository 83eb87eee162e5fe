"""The doctor: `/if/admin/doctor/`. Nothing is examined before the button is pressed, as gateways are asked by it."""

from typing import Any
from urllib.parse import urlsplit

from litestar import Response
from litestar.response import Redirect

from watchword.administration.doctor.from_within import examine_from_within
from watchword.errors import Throttled
from watchword.web.pages.console.desk import Desk, desk_of
from watchword.web.pages.console.doctor_shown import Examined, examined
from watchword.web.pages.console.links import DOCTOR
from watchword.web.pages.console.rendering import render_doctor
from watchword.web.state import house_of
from watchword.web.types import WebRequest


async def show(request: WebRequest) -> Response[Any]:
    desk = await desk_of(request)
    if isinstance(desk, Redirect):
        return desk
    return desk.answer(render_doctor(await desk.page(DOCTOR), Examined()))


async def examine(request: WebRequest) -> Response[Any]:
    desk = await desk_of(request)
    if isinstance(desk, Redirect):
        return desk
    form = await desk.form()
    offline = form.get("ask", [""])[-1] != "true"
    try:
        report = await examine_from_within(
            desk.services, by=desk.author, offline=offline, seen_at=_seen_at(desk), demo=house_of(request).demo
        )
    except Throttled as error:
        refused = Examined(ask=not offline, refused=error.message)
        return desk.answer(render_doctor(await desk.page(DOCTOR), refused), error.status)
    page = await desk.page(DOCTOR)
    return desk.answer(render_doctor(page, examined(report, desk.snapshot, offline)))


def _seen_at(desk: Desk) -> str:
    """By the browser's own word: the `Host` may be one that a proxy put in its place."""
    try:
        return urlsplit(desk.request.headers.get("origin", "")).hostname or ""
    except ValueError:
        return ""
