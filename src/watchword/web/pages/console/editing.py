"""Making and changing what can be configured, by the form that its fields describe."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from litestar import Response
from litestar.response import Redirect

from watchword.administration.objects import change_object, create_object
from watchword.errors import NON_FIELD, FieldsInvalid, NotFound
from watchword.model.base import ConfigObject
from watchword.model.fields import fields_of, secret_fields
from watchword.model.flow import Flow
from watchword.model.input import read_fields
from watchword.model.usage import uses
from watchword.model.words import first_line, within_a_sentence
from watchword.web.pages.console.code_trials import sample_of
from watchword.web.pages.console.control import Checking
from watchword.web.pages.console.controls import fieldsets, initial, told
from watchword.web.pages.console.desk import OVERTAKEN, Desk, desk_of
from watchword.web.pages.console.guidance import as_kept, as_typed, guided
from watchword.web.pages.console.onward import fulfil, purpose_of
from watchword.web.pages.console.previews import preview_of
from watchword.web.pages.console.rendering import render_form
from watchword.web.pages.console.sections import FLOWS, Section, edit_url, new_url, page_url
from watchword.web.pages.console.shown import Form, Row
from watchword.web.pages.console.trials import Tried
from watchword.web.pages.console.trying import can_be_tried
from watchword.web.pages.console.typed import typed
from watchword.web.pages.console.who import by_name, by_number
from watchword.web.pages.console.workbench import begun, workbench
from watchword.web.types import WebRequest

Errors = Mapping[str, Any]


async def new(section: Section, request: WebRequest) -> Response[Any]:
    desk = await desk_of(request)
    if isinstance(desk, Redirect):
        return desk
    cls = kind_asked_for(section, request)
    named = {info.name for info in fields_of(cls)}
    asked = {name: value for name, value in request.query_params.items() if name in named}
    return await new_form(desk, section, cls, {**initial(cls), **begun(cls, desk.query("example")), **asked}, {})


async def create(section: Section, request: WebRequest) -> Response[Any]:
    desk = await desk_of(request)
    if isinstance(desk, Redirect):
        return desk
    cls, form = kind_asked_for(section, request), await desk.form()
    given = typed(cls, form)
    try:
        values = read_fields(cls, await by_number(desk.services, cls, given))
        made = await create_object(desk.services, cls, values, by=desk.author)
    except FieldsInvalid as error:
        return await new_form(desk, section, cls, given, error.errors, form)
    if onward := await fulfil(desk, made, purpose_of(desk, form)):
        return await desk.done(*onward)
    to = page_url(made) if isinstance(made, Flow) else desk.back(form, page_url(made))
    return await desk.done(f"{_name(made, desk)} was made.", to)


async def edit(section: Section, request: WebRequest) -> Response[Any]:
    desk = await desk_of(request)
    if isinstance(desk, Redirect):
        return desk
    found = desk.find(section)
    return await edit_form(desk, section, found, msgspec.structs.asdict(found), {})


async def save(section: Section, request: WebRequest) -> Response[Any]:
    desk = await desk_of(request)
    if isinstance(desk, Redirect):
        return desk
    found, form = desk.find(section), await desk.form()
    cls, given = type(found), typed(type(found), form)

    def check(present: ConfigObject) -> None:
        desk.require_version(present, form)

    try:
        values = read_fields(cls, await by_number(desk.services, cls, given), partial=True)
        changed = await change_object(desk.services, cls, found.pk, values, by=desk.author, check=check)
    except FieldsInvalid as error:
        return await edit_form(desk, section, found, given, error.errors, form)
    return await desk.done(f"{_name(changed, desk)} was saved.", desk.back(form, page_url(changed)))


def kind_asked_for(section: Section, request: WebRequest) -> type[ConfigObject]:
    cls = section.kind(str(request.path_params["kind"]))
    if cls is None:
        raise NotFound(f"There is no such kind of {section.noun}.")
    return cls


def _name(obj: ConfigObject, desk: Desk) -> str:
    return obj.called if isinstance(obj, Flow) else told(obj, desk.snapshot)


async def new_form(
    desk: Desk,
    section: Section,
    cls: type[ConfigObject],
    given: Mapping[str, Any],
    errors: Errors,
    form: dict[str, list[str]] | None = None,
    tried: Tried | None = None,
    *,
    checked: Checking | None = None,
) -> Response[Any]:
    action, said, purpose = new_url(section, cls), _flat(errors), purpose_of(desk, form)
    into = desk.snapshot.get(purpose.flow, Flow)
    back = desk.back(form, page_url(into) if into else section.url)
    shown = Form(
        title=f"New {within_a_sentence(cls.verbose_name)}",
        lede=first_line(cls),
        fieldsets=fieldsets(
            cls,
            await by_name(desk.services, cls, given),
            await desk.choices(),
            said,
            stored=frozenset(),
            marked=tried.line if tried else None,
        ),
        errors=_of_the_whole(cls, said),
        wrong=bool(said),
        back=back,
        hidden=purpose.hidden,
        preview=await preview_of(desk, cls, given, f"{action}preview/", purpose.flow),
        workbench=workbench(
            cls,
            desk.services.settings,
            sample_of(desk, cls, f"{action}try/", form, tried),
            new=action,
            kept={"back": back, **dict(purpose.hidden)},
        ),
    )
    shown = guided(shown, cls, as_typed(cls, given, checked), f"{action}check/", checked)
    return desk.answer(render_form(await desk.page(action, back), shown), _status(said, tried))


async def edit_form(
    desk: Desk,
    section: Section,
    found: ConfigObject,
    given: Mapping[str, Any],
    errors: Errors,
    form: dict[str, list[str]] | None = None,
    tried: Tried | None = None,
    *,
    checked: Checking | None = None,
) -> Response[Any]:
    cls, said, snapshot = type(found), _flat(errors), desk.snapshot
    stored = frozenset(name for name in secret_fields(cls) if getattr(found, name))
    back = desk.back(form, page_url(found) if isinstance(found, Flow) else section.url if section.listed else FLOWS.url)
    users = [use.user for use in uses(snapshot.objects(), found.pk)]
    shown = Form(
        title=told(found, snapshot),
        lede=first_line(cls),
        fieldsets=fieldsets(
            cls,
            await by_name(desk.services, cls, given),
            await desk.choices(),
            said,
            stored=stored,
            marked=tried.line if tried else None,
        ),
        errors=_of_the_whole(cls, said),
        wrong=bool(said),
        version=_version(desk, found, said, form),
        back=back,
        remove=f"{section.url}{found.pk}/delete/",
        trial=f"{section.url}{found.pk}/try/" if can_be_tried(cls) else "",
        trial_button="Send a test message",
        uses=tuple(Row(name=told(user, snapshot), url=page_url(user), about=user.verbose_name) for user in users),
        preview=await preview_of(desk, cls, given, f"{section.url}{found.pk}/preview/", found.pk),
        workbench=workbench(
            cls, desk.services.settings, sample_of(desk, cls, f"{section.url}{found.pk}/try/", form, tried)
        ),
    )
    advice = as_typed(cls, given, checked) if form else as_kept(found, desk.visit.host)
    shown = guided(shown, cls, advice, f"{section.url}{found.pk}/check/", checked)
    return desk.answer(render_form(await desk.page(edit_url(found), back), shown), _status(said, tried))


def _status(said: Mapping[str, Sequence[str]], tried: Tried | None) -> int:
    return 400 if said or (tried and tried.errors) else 200


def _version(
    desk: Desk, found: ConfigObject, said: Mapping[str, Sequence[str]], form: dict[str, list[str]] | None
) -> str:
    """The one that was seen, until its visitor has been told that there is a newer one."""
    seen = (form or {}).get("version", [""])[-1]
    return seen if seen and OVERTAKEN not in said.get(NON_FIELD, ()) else desk.version(found)


def _flat(errors: Errors) -> dict[str, Sequence[str]]:
    """Of a list, what is wrong with each of its values together."""
    return {
        field: list(said) if isinstance(said, list | tuple) else [line for lines in said.values() for line in lines]
        for field, said in errors.items()
    }


def _of_the_whole(cls: type[ConfigObject], said: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Also what is said of fields that the form leaves out."""
    fields = {info.name: info.title for info in fields_of(cls)}
    whole = [line for name, lines in said.items() if name == NON_FIELD or name not in fields for line in lines]
    return tuple(whole)
