"""One delivery: what is known of it, what its gateway answered, what that means, and what to do."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from litestar import Response
from litestar.response import Redirect
from sqlalchemy import Connection

from watchword.errors import NotFound
from watchword.gateways.explanations import EXPLANATIONS
from watchword.gateways.hints import dictionary_url, hint_of
from watchword.stages.authenticator_sms.settings import SMSSettings
from watchword.storage.deliveries import Delivery, get_delivery
from watchword.storage.events import EventRow, newest_events
from watchword.storage.listing import Condition
from watchword.storage.newest import Sought
from watchword.storage.users import get_user
from watchword.web.pages.console.asking import id_of
from watchword.web.pages.console.delivery_words import (
    CATEGORIES,
    came_back,
    cost,
    country,
    duration,
    gateway,
    outcome,
    purpose,
    why,
)
from watchword.web.pages.console.desk import Desk, desk_of
from watchword.web.pages.console.links import EVENTS, MESSAGES
from watchword.web.pages.console.messages import stage_name
from watchword.web.pages.console.people.addresses import user_url
from watchword.web.pages.console.records_shown import Happened, Known, Record
from watchword.web.pages.console.rendering import render_record
from watchword.web.pages.console.sections import edit_url
from watchword.web.pages.words import moment
from watchword.web.types import WebRequest

AROUND = timedelta(minutes=5)
"""An event is written right after its delivery; so far apart the two can be."""

TAKEN = "The gateway took the message. Whether it arrived is for the gateway to know."
ARRIVED = "The message arrived: its code was entered {}."
"""With a place for when."""


async def show(request: WebRequest) -> Response[Any]:
    desk = await desk_of(request)
    if isinstance(desk, Redirect):
        return desk
    shown = await desk.services.database.read(_record, desk)
    return desk.answer(render_record(await desk.page(MESSAGES, MESSAGES), shown))


def _record(conn: Connection, desk: Desk) -> Record:
    number = id_of(str(desk.request.path_params["number"]))
    one = get_delivery(conn, number) if number is not None else None
    if one is None:
        raise NotFound("There is no such message.")
    sent, arrived = one.outcome == "sent", came_back(one)
    return Record(
        title=f"Message {one.id}: {outcome(one).lower()}" + (f", {why(one)}" if why(one) else ""),
        lede=f"{purpose(one.purpose)}, {moment(one.created, 'en')}.",
        tone="success" if sent or arrived else "warning",
        told=ARRIVED.format(arrived) if arrived else TAKEN if sent else "",
        verdict=() if sent else tuple(_verdict(one)),
        facts=tuple(_facts(conn, one, desk)),
        answer=one.answer,
        no_answer="None was kept: it said nothing, or the message did not get as far.",
        events=tuple(_happened(conn, one)),
    )


def _verdict(one: Delivery) -> Iterator[Known]:
    category = next((known for known in CATEGORIES if known == one.category), None)
    if category is None:
        return
    explanation, hint = EXPLANATIONS[category], hint_of(one.gateway, one.error_code, one.status)
    yield Known(label="What it means", text=explanation.meaning)
    if hint:
        yield Known(label="More closely", text=hint)
    yield Known(label="Whose move it is", text=explanation.move)
    yield Known(label="What to do", text=explanation.fix)


def _facts(conn: Connection, one: Delivery, desk: Desk) -> Iterator[Known]:
    yield Known(label="To", text=one.masked or "Number not kept")
    if one.country:
        yield Known(label="Country", text=country(one.country))
    if one.user_id is not None:
        user = get_user(conn, one.user_id)
        yield Known(
            label="User",
            text=user.username if user else f"User {one.user_id}, deleted",
            url=user_url(user.id) if user else "",
        )
    stage = desk.snapshot.get(one.stage_pk, SMSSettings)
    yield Known(label="Gateway", text=gateway(one.gateway))
    if one.stage_pk:
        yield Known(label="Stage", text=stage_name(one, desk), url=edit_url(stage) if stage else "")
    if one.provider_id:
        yield Known(label="The provider’s id", text=one.provider_id, code=True)
    if one.status is not None:
        yield Known(label="HTTP status", text=str(one.status))
    if one.error_code:
        address = dictionary_url(one.gateway, one.error_code)
        yield Known(label="The provider’s error code", text=one.error_code, url=address, outside=bool(address))
    yield Known(label="Segments", text=str(one.segments))
    if price := cost(one):
        yield Known(label="Cost", text=price)
    yield Known(label="Took", text=duration(one.duration_ms))


def _happened(conn: Connection, one: Delivery) -> Iterator[Happened]:
    conditions = (
        Condition("action", "is", "sms_send_failed"),
        Condition("context", "holds", {"delivery": one.id}),
    )
    near = Sought(conditions=conditions, since=one.created - AROUND, until=one.created + AROUND, limit=5)
    for event in newest_events(conn, near).rows:
        yield happened(event)


def happened(event: EventRow) -> Happened:
    return Happened(event.message or event.action, moment(event.created, "en"), f"{EVENTS}{event.uuid}/")
