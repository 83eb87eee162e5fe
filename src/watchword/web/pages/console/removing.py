"""Deleting what can be configured: first a page that says what goes with it."""

from typing import Any

from litestar import Response
from litestar.response import Redirect
from sqlalchemy import Connection

from watchword.administration.objects import delete_object
from watchword.errors import FieldsInvalid
from watchword.model.base import ConfigObject, StageSettings
from watchword.model.flow import Flow, FlowStageBinding
from watchword.model.policy import PolicyBinding
from watchword.model.snapshot import Snapshot
from watchword.model.usage import removal
from watchword.storage.authenticators import count_authenticators_at
from watchword.storage.device_classes import DEVICE_CLASSES
from watchword.web.pages.console.controls import told
from watchword.web.pages.console.desk import Desk, desk_of
from watchword.web.pages.console.rendering import render_loss
from watchword.web.pages.console.sections import FLOWS, Section, edit_url
from watchword.web.pages.console.shown import Loss
from watchword.web.types import WebRequest


async def ask(section: Section, request: WebRequest) -> Response[Any]:
    desk = await desk_of(request)
    return desk if isinstance(desk, Redirect) else await _asked(desk, section, desk.find(section))


async def remove(section: Section, request: WebRequest) -> Response[Any]:
    desk = await desk_of(request)
    if isinstance(desk, Redirect):
        return desk
    found, form = desk.find(section), await desk.form()
    back, name = after(found, section, desk.snapshot), told(found, desk.snapshot)
    try:
        await delete_object(
            desk.services, type(found), found.pk, by=desk.author, check=lambda _: None, force="force" in form
        )
    except FieldsInvalid as error:
        return await _asked(desk, section, found, error.sentences)
    return await desk.done(f"{name} was {words(found)[1]}.", back)


async def _asked(desk: Desk, section: Section, found: ConfigObject, errors: tuple[str, ...] = ()) -> Response[Any]:
    snapshot = desk.snapshot
    going = removal({obj.pk: obj for obj in snapshot.objects()}, found.pk)
    loss = Loss(
        name=told(found, snapshot),
        noun=section.noun,
        verb=words(found)[0],
        gone=tuple(_named(obj, snapshot) for obj in going.removed if obj.pk != found.pk),
        emptied=tuple(_named(obj, snapshot) for obj in going.changed),
        blocked=tuple(_named(use.user, snapshot) for use in going.blocked),
        devices=await desk.services.database.read(_devices, found),
        errors=errors,
    )
    page = await desk.page(f"{section.url}{found.pk}/delete/", desk.back(None, edit_url(found)))
    return desk.answer(render_loss(page, loss), 400 if errors else 200)


def words(found: ConfigObject) -> tuple[str, str]:
    """What is done to it, and was: a step is taken out of its flow, and its stage stays."""
    return ("Remove", "removed") if isinstance(found, FlowStageBinding | PolicyBinding) else ("Delete", "deleted")


def after(found: ConfigObject, section: Section, snapshot: Snapshot) -> str:
    """Where to go on when it is gone: to the flow that it belonged to, or to the list."""
    target = found.target if isinstance(found, FlowStageBinding | PolicyBinding) else ""
    step = snapshot.get(target, FlowStageBinding)
    flow = snapshot.get(step.target if step else target, Flow)
    return f"{FLOWS.url}{flow.pk}/" if flow else section.url if section.listed else FLOWS.url


def _named(obj: ConfigObject, snapshot: Snapshot) -> str:
    return f"{obj.verbose_name} “{told(obj, snapshot)}”"


def _devices(conn: Connection, found: ConfigObject) -> int:
    if not isinstance(found, StageSettings):
        return 0
    return sum(count_authenticators_at(conn, cls, found.pk) for cls in DEVICE_CLASSES.values())
