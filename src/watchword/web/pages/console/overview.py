"""The console's first page: what is missing, whether messages go out, and what went wrong last."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from litestar import Response
from litestar.response import Redirect
from sqlalchemy import Connection

from watchword.model.flow import FlowStageBinding
from watchword.settings import Settings
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage
from watchword.storage.deliveries import count_deliveries
from watchword.storage.events import page_of_events
from watchword.storage.listing import Condition, Wanted
from watchword.web.pages.console.desk import Desk, desk_of
from watchword.web.pages.console.rendering import render_overview
from watchword.web.pages.console.sections import CONSOLE, FLOWS, STAGES_OF_FLOWS, edit_url, kind_name
from watchword.web.pages.console.shown import Overview, Todo, Traffic
from watchword.web.types import WebRequest

SPANS = {"Last day": timedelta(days=1), "Last week": timedelta(days=7), "Last month": timedelta(days=30)}

PROBLEMS = (
    "sms_send_failed",
    "policy_exception",
    "property_mapping_exception",
    "configuration_error",
    "system_exception",
)
SHOWN_PROBLEMS = 5
RECENT = timedelta(days=7)


async def show(request: WebRequest) -> Response[Any]:
    desk = await desk_of(request)
    if isinstance(desk, Redirect):
        return desk
    shown = await desk.services.database.read(_overview, desk)
    return desk.answer(render_overview(await desk.page(CONSOLE), shown))


def _overview(conn: Connection, desk: Desk) -> Overview:
    now = desk.services.clock()
    traffic = []
    for span, length in SPANS.items():
        counted = count_deliveries(conn, now - length)
        traffic.append(Traffic(span=span, sent=counted.get("sent", 0), failed=counted.get("failed", 0)))
    conditions = (Condition("action", "in", PROBLEMS), Condition("created", "after", now - RECENT))
    _, problems = page_of_events(conn, Wanted(conditions=conditions, order="-created", limit=SHOWN_PROBLEMS))
    return Overview(todos=tuple(_todos(desk)), traffic=tuple(traffic), problems=tuple(problems))


def _todos(desk: Desk) -> Iterator[Todo]:
    stages = list(desk.snapshot.all(AuthenticatorSMSStage))
    making = f"{STAGES_OF_FLOWS.url}new/{kind_name(AuthenticatorSMSStage)}/"
    if not any(stage.provider in ("twilio", "generic") for stage in stages):
        why = "Until a stage has Twilio or another gateway, nobody gets a real message."
        yield Todo(title="No gateway yet", why=why, url=making, deed="Make an SMS stage")
    placed = {binding.stage for binding in desk.snapshot.all(FlowStageBinding)}
    for stage in stages:
        if stage.pk not in placed:
            why = f"“{stage.name}” stands in no flow, so nobody can add a phone with it."
            yield Todo(title="A stage without a flow", why=why, url=FLOWS.url, deed="Choose a flow")
        elif stage.configure_flow is None and stage.provider in ("twilio", "generic"):
            why = f"“{stage.name}” has no configuration flow, so it is missing on people’s own pages."
            yield Todo(title="Hidden from users", why=why, url=edit_url(stage), deed="Choose its flow")
    yield from _settings(desk.services.settings)


def _settings(settings: Settings) -> Iterator[Todo]:
    if not settings.public_url:
        why = "Set WATCHWORD_PUBLIC_URL to this server’s address: messages and links name it, whoever asks."
        yield Todo(title="Public URL unset", why=why)
