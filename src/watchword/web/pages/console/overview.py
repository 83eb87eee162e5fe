"""The console's first page: what is missing, whether codes arrive and what they cost, and what went wrong."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from litestar import Response
from litestar.response import Redirect
from sqlalchemy import Connection

from watchword.flows.services import Services
from watchword.stages.authenticator_sms.carriers import carrier_of
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage
from watchword.storage.events import EventRow, recent_events
from watchword.storage.traffic import Failing, failing
from watchword.web.pages.console.desk import Desk, desk_of
from watchword.web.pages.console.overview_shown import Overview, Unpriced
from watchword.web.pages.console.problems import PROBLEMS, READ, RECENT, problems
from watchword.web.pages.console.rendering import render_overview
from watchword.web.pages.console.sections import CONSOLE, edit_url
from watchword.web.pages.console.shares import shares
from watchword.web.pages.console.spans import spans
from watchword.web.pages.console.todos import is_real, todos
from watchword.web.pages.console.traffic import DAYS, read_traffic
from watchword.web.state import house_of
from watchword.web.types import WebRequest

SHOWN_PROBLEMS = 5


class Trouble(NamedTuple):
    """`failing` is by the uuid of the stage."""

    failing: dict[str, Failing]
    events: list[EventRow]


async def show(request: WebRequest) -> Response[Any]:
    desk = await desk_of(request)
    if isinstance(desk, Redirect):
        return desk
    page = await desk.page(CONSOLE)
    return desk.answer(render_overview(page, await _overview(desk, page.locale)))


async def _overview(desk: Desk, locale: str) -> Overview:
    services, snapshot, now = desk.services, desk.snapshot, desk.services.clock()
    stages = sorted(snapshot.all(AuthenticatorSMSStage), key=lambda stage: stage.name)
    trouble = await services.database.read(_trouble, [stage.pk for stage in stages], now)
    traffic = await read_traffic(services.database, now)
    found = problems(trouble.events, snapshot, now)
    demo = house_of(desk.request).demo
    return Overview(
        todos=tuple(
            todos(snapshot, services.settings, trouble.failing, _resting(services, stages), demo=demo, locale=locale)
        ),
        spans=spans(traffic, now, locale),
        shares=shares(traffic.days, locale),
        unpriced=tuple(
            Unpriced(stage.name, f"{edit_url(stage)}#f-segment_price")
            for stage in stages
            if stage.price is None and is_real(stage)
        ),
        problems=tuple(found[:SHOWN_PROBLEMS]),
        more=len(found[SHOWN_PROBLEMS:]),
    )


def _resting(services: Services, stages: list[AuthenticatorSMSStage]) -> dict[str, int]:
    """Of the process that answers: each has its own view of a gateway."""
    rests = ((stage.pk, services.sender.rest_of(carrier_of(stage, services.settings))) for stage in stages)
    return {pk: seconds for pk, seconds in rests if seconds is not None}


def _trouble(conn: Connection, stages: list[str], now: datetime) -> Trouble:
    month = now - timedelta(days=DAYS)
    broken = {pk: found for pk in stages if (found := failing(conn, pk, month))}
    return Trouble(broken, recent_events(conn, PROBLEMS, now - RECENT, each=READ))
