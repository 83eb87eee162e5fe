"""Users are made and changed: `/if/admin/users/new/` and `/if/admin/users/ID/edit/`.

Whether somebody is active is not changed by the form: what that costs is told on a page of its own.
"""

from collections.abc import Mapping, Sequence
from typing import Any, get_args

from litestar import Response
from sqlalchemy import Connection

from watchword.administration import users as deeds
from watchword.administration.users import PasswordForm, UserForm, UserType
from watchword.administration.versions import version_of
from watchword.errors import FieldsInvalid
from watchword.model.input import read_fields
from watchword.passwords import MIN_LENGTH, hash_in_thread
from watchword.storage.groups import direct_groups_of, granting_superusers
from watchword.storage.users import User
from watchword.web.pages.console.control import Control, Fieldset, Option
from watchword.web.pages.console.desk import OVERTAKEN, Desk
from watchword.web.pages.console.option_words import option_label
from watchword.web.pages.console.people.addresses import USERS, user_url
from watchword.web.pages.console.people.persons import user_named
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
    sentences,
    text_of,
)
from watchword.web.pages.console.shown import Form

NEW = f"{USERS}new/"

_TEXTS = ("username", "name", "email", "path", "type")
_FIELDS = (*_TEXTS, "groups", "attributes")
_INITIAL = {"is_active": True, "path": "users", "type": "internal", "attributes": {}, "groups": []}


async def new(desk: Desk) -> Response[Any]:
    asked = {name: desk.query(name) for name in ("username", "name", "email") if desk.query(name)}
    return await _new_form(desk, {**_INITIAL, **asked}, {})


async def create(desk: Desk) -> Response[Any]:
    form = await desk.form()
    given, password = _typed(form) | {"is_active": "is_active" in form}, text_of(form, "password")
    try:
        values = read_fields(UserForm, given)
        hashed = await _hashed(password) if password else None
        made = await attempt(desk, form, lambda conn: _make(conn, desk, values, hashed))
    except FieldsInvalid as error:
        return await _new_form(desk, given, error.errors)
    return await desk.done(f"{made.username} was made.", user_url(made.id))


async def edit(desk: Desk) -> Response[Any]:
    user, given = await desk.services.database.read(_state, desk)
    return await _edit_form(desk, user, given, {})


async def save(desk: Desk) -> Response[Any]:
    user, present = await desk.services.database.read(_state, desk)
    form = await desk.form()
    given = _typed(form)
    try:
        values = read_fields(UserForm, given, partial=True)
        changed = await attempt(desk, form, lambda conn: _change(conn, desk, values, text_of(form, "version")))
    except FieldsInvalid as error:
        return await _edit_form(desk, user, {**present, **given}, error.errors)
    return await desk.done(f"{changed.username} was saved.", user_url(user.id))


def _make(conn: Connection, desk: Desk, values: Mapping[str, Any], hashed: str | None) -> User:
    _may_grant(conn, desk, values.get("groups", []))
    made = deeds.create(conn, values, by=desk.author, now=desk.services.clock())
    if hashed:
        deeds.set_password(conn, made, hashed, by=desk.author, now=desk.services.clock())
    return made


def _change(conn: Connection, desk: Desk, values: Mapping[str, Any], version: str) -> User:
    """What stays as it is, is not asked about: the type of an internal service account may stay, and never be chosen.
    A form that is sent twice has nothing to change the second time.
    """
    user, present = _state(conn, desk)
    changed = {name: value for name, value in values.items() if _differs(name, value, present)}
    if not changed:
        return user
    if version != _version(desk, present):
        raise FieldsInvalid.whole(OVERTAKEN)
    _may_grant(conn, desk, set(changed.get("groups", [])) - set(present["groups"]))
    return deeds.change(conn, user, changed, by=desk.author, now=desk.services.clock())


def _differs(name: str, value: Any, present: Mapping[str, Any]) -> bool:
    return set(value) != set(present[name]) if name == "groups" else bool(value != present[name])


def _may_grant(conn: Connection, desk: Desk, groups: Sequence[str] | set[str]) -> None:
    """Rights to administer are handed out by whoever has just proved who he is: raises `FieldsInvalid`."""
    if granting_superusers(conn) & set(groups):
        require_proof(desk)


def _state(conn: Connection, desk: Desk) -> tuple[User, dict[str, Any]]:
    """The user, and what stands in the form."""
    user = user_named(desk, conn)
    fields = {name: getattr(user, name) for name in _FIELDS if name != "groups"}
    return user, {**fields, "groups": [group.pk for group in direct_groups_of(conn, user.id)]}


def _version(desk: Desk, present: Mapping[str, Any]) -> str:
    return version_of(desk.services.keyring, {name: present[name] for name in _FIELDS})


def _typed(form: Typed) -> dict[str, Any]:
    return {
        **{name: text_of(form, name) for name in _TEXTS},
        "groups": chosen(form, "groups"),
        "attributes": object_of(form, "attributes"),
    }


async def _hashed(password: str) -> str:
    """Raises `FieldsInvalid`."""
    return await hash_in_thread(read_fields(PasswordForm, {"password": password})["password"])


async def _new_form(desk: Desk, given: Mapping[str, Any], errors: Errors) -> Response[Any]:
    password = Control(
        name="password",
        title="Password",
        help=f"{MIN_LENGTH} characters or more. Without one, nobody signs in with a password.",
        kind="secret",
        errors=sentences(errors, "password"),
    )
    signing_in = (control(UserForm, "is_active", "switch", given, errors), password)
    form = Form(
        title="New user",
        lede="",
        fieldsets=(*await _groups(desk, given, errors), Fieldset(title="Signing in", help="", controls=signing_in)),
        button="Create",
    )
    return await answer_form(desk, NEW, USERS, form, errors)


async def _edit_form(desk: Desk, user: User, given: Mapping[str, Any], errors: Errors) -> Response[Any]:
    _, present = await desk.services.database.read(_state, desk)
    form = Form(
        title=f"Edit {user.username}",
        lede="",
        fieldsets=await _groups(desk, given, errors),
        version=_version(desk, present),
        remove=f"{user_url(user.id)}delete/",
    )
    return await answer_form(desk, f"{user_url(user.id)}edit/", user_url(user.id), form, errors)


async def _groups(desk: Desk, given: Mapping[str, Any], errors: Errors) -> tuple[Fieldset, ...]:
    types = [Option(one, option_label(one)) for one in get_args(UserType)]
    first = (
        control(UserForm, "username", "text", given, errors),
        control(UserForm, "name", "text", given, errors, required=False),
        control(UserForm, "email", "text", given, errors),
    )
    rights = (
        control(UserForm, "groups", "choices", given, errors, options=await group_options(desk)),
        *own_control(errors),
    )
    more = (
        control(UserForm, "type", "choice", given, errors, options=tuple(types)),
        control(UserForm, "path", "text", given, errors),
        control(UserForm, "attributes", "code", given, errors, help="A JSON object. Expressions see it."),
    )
    return (
        Fieldset(title="", help="", controls=first),
        Fieldset(title="What is allowed", help="", controls=rights),
        Fieldset(title="More", help="", controls=more),
    )
