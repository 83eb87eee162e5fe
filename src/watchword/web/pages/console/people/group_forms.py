"""Groups are made and changed: `/if/admin/groups/new/` and `/if/admin/groups/ID/edit/`."""

from collections.abc import Mapping
from typing import Any

from litestar import Response
from sqlalchemy import Connection

from watchword.administration import groups as deeds
from watchword.administration.groups import GroupForm
from watchword.administration.versions import version_of
from watchword.errors import FieldsInvalid
from watchword.model.input import read_fields
from watchword.storage.groups import Group, granting_superusers
from watchword.web.pages.console.control import Fieldset
from watchword.web.pages.console.controls import NOTHING
from watchword.web.pages.console.desk import OVERTAKEN, Desk
from watchword.web.pages.console.people.addresses import GROUPS, group_url
from watchword.web.pages.console.people.persons import group_named
from watchword.web.pages.console.people.row_forms import (
    Errors,
    Typed,
    answer_form,
    attempt,
    chosen,
    control,
    group_options,
    object_of,
    own_control,
    require_proof,
    text_of,
)
from watchword.web.pages.console.shown import Form

NEW = f"{GROUPS}new/"

_FIELDS = ("name", "is_superuser", "parents", "attributes")


async def new(desk: Desk) -> Response[Any]:
    return await _new_form(desk, {"attributes": {}}, {})


async def create(desk: Desk) -> Response[Any]:
    form = await desk.form()
    given = _typed(form)
    try:
        values = read_fields(GroupForm, given)
        made = await attempt(desk, form, lambda conn: _make(conn, desk, values))
    except FieldsInvalid as error:
        return await _new_form(desk, given, error.errors)
    return await desk.done(f"{made.name} was made.", group_url(made))


async def edit(desk: Desk) -> Response[Any]:
    group = await desk.services.database.read(lambda conn: group_named(desk, conn))
    return await _edit_form(desk, group, _state(group), {})


async def save(desk: Desk) -> Response[Any]:
    group = await desk.services.database.read(lambda conn: group_named(desk, conn))
    form = await desk.form()
    given = _typed(form)
    try:
        values = read_fields(GroupForm, given, partial=True)
        changed = await attempt(desk, form, lambda conn: _change(conn, desk, values, text_of(form, "version")))
    except FieldsInvalid as error:
        return await _edit_form(desk, group, given, error.errors)
    return await desk.done(f"{changed.name} was saved.", group_url(group))


def _make(conn: Connection, desk: Desk, values: Mapping[str, Any]) -> Group:
    made = deeds.create(conn, values, by=desk.author, now=desk.services.clock())
    _may_grant(conn, desk, made, False)
    return made


def _change(conn: Connection, desk: Desk, values: Mapping[str, Any], version: str) -> Group:
    """A form that is sent twice has nothing to change the second time."""
    group = group_named(desk, conn)
    present = _state(group)
    changed = {name: value for name, value in values.items() if value != present[name]}
    if not changed:
        return group
    if version != _version(desk, group):
        raise FieldsInvalid.whole(OVERTAKEN)
    granted = group.pk in granting_superusers(conn)
    after = deeds.change(conn, group, changed, by=desk.author, now=desk.services.clock())
    _may_grant(conn, desk, after, granted)
    return after


def _may_grant(conn: Connection, desk: Desk, group: Group, granted: bool) -> None:
    """After a change: rights to administer are handed out by whoever has just proved who he is. Raises
    `FieldsInvalid`.
    """
    if not granted and group.pk in granting_superusers(conn):
        require_proof(desk)


def _state(group: Group) -> dict[str, Any]:
    """What stands in the form."""
    return {
        "name": group.name,
        "is_superuser": group.is_superuser,
        "parents": [group.parent_pk] if group.parent_pk else [],
        "attributes": group.attributes,
    }


def _version(desk: Desk, group: Group) -> str:
    return version_of(desk.services.keyring, group)


def _typed(form: Typed) -> dict[str, Any]:
    return {
        "name": text_of(form, "name"),
        "is_superuser": "is_superuser" in form,
        "parents": chosen(form, "parents"),
        "attributes": object_of(form, "attributes"),
    }


async def _new_form(desk: Desk, given: Mapping[str, Any], errors: Errors) -> Response[Any]:
    form = Form(
        title="New group",
        lede="Members are added once it is there.",
        fieldsets=await _fields(desk, given, errors, ""),
        button="Create",
    )
    return await answer_form(desk, NEW, GROUPS, form, errors)


async def _edit_form(desk: Desk, group: Group, given: Mapping[str, Any], errors: Errors) -> Response[Any]:
    form = Form(
        title=f"Edit {group.name}",
        lede="",
        fieldsets=await _fields(desk, given, errors, group.pk),
        version=_version(desk, group),
        remove=f"{group_url(group)}delete/",
    )
    return await answer_form(desk, f"{group_url(group)}edit/", group_url(group), form, errors)


async def _fields(desk: Desk, given: Mapping[str, Any], errors: Errors, own_pk: str) -> tuple[Fieldset, ...]:
    others = [option for option in await group_options(desk) if option.value != own_pk]
    first = (
        control(GroupForm, "name", "text", given, errors),
        control(GroupForm, "parents", "choice", given, errors, options=(NOTHING, *others)),
    )
    rights = (control(GroupForm, "is_superuser", "switch", given, errors), *own_control(errors))
    more = (control(GroupForm, "attributes", "code", given, errors, help="A JSON object. Expressions see it."),)
    return (
        Fieldset(title="", help="", controls=first),
        Fieldset(title="What is allowed", help="", controls=rights),
        Fieldset(title="More", help="", controls=more),
    )
