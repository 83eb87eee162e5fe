"""The first step: what carries the messages, by the few fields that a gateway needs."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from litestar import Response
from litestar.response import Redirect

from watchword.administration.objects import change_object, create_object
from watchword.errors import NON_FIELD, FieldsInvalid, NotFound
from watchword.model.base import ConfigObject, new_pk
from watchword.model.fields import secret_fields
from watchword.model.input import UUID, read_fields
from watchword.model.snapshot import Snapshot
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage
from watchword.web.pages.answers import redirect
from watchword.web.pages.console.checking import checked_as_typed
from watchword.web.pages.console.control import Checking, Fieldset
from watchword.web.pages.console.controls import fieldsets, initial
from watchword.web.pages.console.desk import OVERTAKEN, Desk, desk_of
from watchword.web.pages.console.guidance import Advice, as_kept, as_typed, check_at, with_guidance
from watchword.web.pages.console.option_words import option_label
from watchword.web.pages.console.sections import STAGES_OF_FLOWS, edit_url, new_url
from watchword.web.pages.console.shown import Row
from watchword.web.pages.console.start.rendering import render_gateway
from watchword.web.pages.console.start.shown import GatewayStep
from watchword.web.pages.console.start.state import NEW, URL, State, frame_of, state_of
from watchword.web.pages.console.typed import typed
from watchword.web.types import WebRequest

HERE = f"{URL}gateway/"
CHECK = f"{HERE}check/"
NEEDED = ("provider", "account_sid", "from_number", "auth_type", "api_key_sid", "auth", "auth_password")
NAME, FRIENDLY_NAME = "sms", "Phone, by text message"

Given = Mapping[str, Any]
Errors = Mapping[str, Sequence[str]]


async def show(request: WebRequest) -> Response[Any]:
    desk = await desk_of(request)
    if isinstance(desk, Redirect):
        return desk
    state = await state_of(desk, desk.query("stage"))
    stage = state.stage
    given = msgspec.structs.asdict(stage) if stage else initial(AuthenticatorSMSStage)
    advice = as_kept(stage, desk.visit.host) if stage else {}
    return await _page(desk, state, stage.pk if stage else new_pk(), given, {}, advice)


async def save(request: WebRequest) -> Response[Any]:
    """A form for a new one brings the pk that it is to get: sent twice, it makes one."""
    desk = await desk_of(request)
    if isinstance(desk, Redirect):
        return desk
    pk, given, version = _read(await desk.form())
    try:
        await _put(desk, pk, given, version)
    except FieldsInvalid as error:
        seen = "" if OVERTAKEN in error.errors.get(NON_FIELD, ()) else version
        return await _again(desk, pk, given, error.errors, seen)
    return redirect((await state_of(desk, pk)).url("flow"))


async def check(request: WebRequest) -> Response[Any]:
    """Asks the gateway with what is typed, and keeps nothing."""
    desk = await desk_of(request)
    if isinstance(desk, Redirect):
        return desk
    pk, given, version = _read(await desk.form())
    errors, checked = await checked_as_typed(desk, desk.snapshot.get(pk, AuthenticatorSMSStage), given)
    return await _again(desk, pk, given, errors, version, checked)


def _read(form: Mapping[str, Sequence[str]]) -> tuple[str, Given, str]:
    """The pk, what stands in the fields, and which state of it was seen. Raises `NotFound` for what is no pk."""
    pk = form.get("stage", [""])[-1].lower()
    if not UUID.fullmatch(pk):
        raise NotFound("There is no such gateway.")
    given = {name: value for name, value in typed(AuthenticatorSMSStage, form).items() if name in NEEDED}
    return pk, given, form.get("version", [""])[-1]


async def _put(desk: Desk, pk: str, given: Given, version: str) -> None:
    """Raises `FieldsInvalid`, and `NotFound` where the pk is something else's."""
    cls, snapshot = AuthenticatorSMSStage, desk.snapshot
    if snapshot.get(pk, cls):

        def check(present: ConfigObject) -> None:
            if version and version != desk.version(present):
                raise FieldsInvalid.whole(OVERTAKEN)

        await change_object(desk.services, cls, pk, read_fields(cls, given, partial=True), by=desk.author, check=check)
        return
    if snapshot.get(pk, ConfigObject) or version:
        raise NotFound("There is no such gateway any more. It may have been deleted.")
    named = {"name": _free_name(snapshot), "friendly_name": FRIENDLY_NAME}
    await create_object(desk.services, cls, {"pk": pk, **read_fields(cls, {**named, **given})}, by=desk.author)


def _free_name(snapshot: Snapshot) -> str:
    taken = {getattr(obj, "name", "") for obj in snapshot.objects()}
    return next(
        name for number in range(1, len(taken) + 2) if (name := f"{NAME}-{number}" if number > 1 else NAME) not in taken
    )


async def _again(
    desk: Desk, pk: str, given: Given, errors: Errors, version: str, checked: Checking | None = None
) -> Response[Any]:
    """The form as it was filled in."""
    known = desk.snapshot.get(pk, AuthenticatorSMSStage)
    state = await state_of(desk, known.pk if known else NEW)
    advice = as_typed(AuthenticatorSMSStage, given, checked)
    return await _page(desk, state, pk, given, errors, advice, version=version, checked=checked)


async def _page(
    desk: Desk,
    state: State,
    pk: str,
    given: Given,
    errors: Errors,
    advice: Advice,
    *,
    version: str = "",
    checked: Checking | None = None,
) -> Response[Any]:
    stage, cls = state.stage, AuthenticatorSMSStage
    stored = frozenset(name for name in secret_fields(cls) if stage and getattr(stage, name))
    sets = _needed(fieldsets(cls, given, await desk.choices(), errors, stored=stored))
    shown = GatewayStep(
        stage=pk,
        name=stage.name if stage else "",
        fieldsets=with_guidance(sets, advice, check_at(CHECK, checked)),
        others=tuple(_others(state)),
        full=edit_url(stage) if stage else new_url(STAGES_OF_FLOWS, cls),
        errors=tuple(line for field, lines in errors.items() if field not in NEEDED for line in lines),
        wrong=bool(errors) and checked is None,
        version=version or (desk.version(stage) if stage else ""),
    )
    return desk.answer(render_gateway(await desk.page(HERE), frame_of(state, "gateway"), shown), 400 if errors else 200)


def _needed(sets: Sequence[Fieldset]) -> Sequence[Fieldset]:
    kept = [
        msgspec.structs.replace(one, controls=tuple(control for control in one.controls if control.name in NEEDED))
        for one in sets
    ]
    return [one for one in kept if one.controls]


def _others(state: State) -> Sequence[Row]:
    """What the set-up could be about instead."""
    rows = [Row(name=one.name, url=f"{HERE}?stage={one.pk}", about=option_label(one.provider)) for one in state.others]
    return [*rows, Row(name="A new gateway", url=f"{HERE}?stage={NEW}", about="")] if state.stage else rows
