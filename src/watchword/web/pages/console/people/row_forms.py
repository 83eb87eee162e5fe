"""Forms of users, groups and tokens: made of the same descriptions that the API's fields have."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

import msgspec
from litestar import Response
from sqlalchemy import Connection

from watchword.administration.superusers import keep_own_rights
from watchword.administration.versions import one_at_a_time
from watchword.errors import FieldsInvalid
from watchword.flows.executor import REAUTHENTICATE
from watchword.model.fields import fields_of
from watchword.storage.groups import granting_superusers, list_groups
from watchword.web.pages.answers import with_next
from watchword.web.pages.console.control import Control, Kind, Option
from watchword.web.pages.console.desk import Desk
from watchword.web.pages.console.people.doors import freshly
from watchword.web.pages.console.rendering import render_form
from watchword.web.pages.console.shown import Form

R = TypeVar("R")

Errors = Mapping[str, Any]
Typed = Mapping[str, Sequence[str]]

NOT_PROVEN = "prove"
"""The field under which a form says that somebody has to prove first who he is."""
PROVE = "Confirm first that it is you: this hands out rights to administer. Then save it within five minutes."

UNDERSTOOD = "I know that I lose my own rights to administer"


def control(
    form: type[msgspec.Struct], name: str, kind: Kind, given: Mapping[str, Any], errors: Errors, **more: Any
) -> Control:
    """With the title and the help of the form's field, unless `more` names others."""
    info = next(info for info in fields_of(form) if info.name == name)
    value = given.get(name)
    described = {"title": info.title, "help": info.help, "required": info.required and kind != "switch"}
    return Control(
        name=name,
        kind=kind,
        value="" if kind in ("secret", "switch", "choices") else in_text(value),
        values=tuple(value) if kind == "choices" and value else (),
        on=kind == "switch" and value is True,
        errors=sentences(errors, name),
        **{**described, **more},
    )


def own_control(errors: Errors) -> tuple[Control, ...]:
    """To be ticked by whoever takes his own rights away; it is there once he was told."""
    said = sentences(errors, "own")
    return (Control(name="own", title=UNDERSTOOD, help="", kind="switch", errors=said),) if said else ()


def in_text(value: Any) -> str:
    """As it stands in a field: objects as JSON, moments in UTC, of a list its only value."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M")
    if isinstance(value, dict):
        return msgspec.json.format(msgspec.json.encode(value, order="deterministic"), indent=2).decode()
    return str(value[0]) if isinstance(value, list) and value else "" if isinstance(value, list) else str(value)


def text_of(form: Typed, name: str) -> str:
    """The last that was sent, with ends of lines as one character (browsers send two: HTML, 4.10.21.6)."""
    return form.get(name, [""])[-1].replace("\r\n", "\n")


def chosen(form: Typed, name: str) -> list[str]:
    return [value for value in form.get(name, []) if value]


def object_of(form: Typed, name: str) -> Any:
    """The JSON that was typed; what is none stays the text that it is, and is refused, and shown again."""
    text = text_of(form, name)
    try:
        return msgspec.json.decode(text.strip() or "{}")
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return text


def sentences(errors: Errors, name: str) -> tuple[str, ...]:
    """Of a list, what is wrong with each of its values together."""
    said = errors.get(name, ())
    return tuple(line for lines in said.values() for line in lines) if isinstance(said, Mapping) else tuple(said)


async def answer_form(desk: Desk, action: str, back: str, form: Form, errors: Errors) -> Response[Any]:
    """What is wrong with the whole stands in front, also what is said of fields that the form leaves out."""
    shown = {control.name for group in form.fieldsets for control in group.controls}
    whole = tuple(line for name in errors if name not in shown for line in sentences(errors, name))
    prove = with_next(REAUTHENTICATE, back) if NOT_PROVEN in errors else ""
    told = msgspec.structs.replace(form, errors=whole, wrong=bool(errors), back=back, prove=prove)
    return desk.answer(render_form(await desk.page(action, back), told), 400 if errors else 200)


async def attempt(desk: Desk, form: Typed, work: Callable[[Connection], R]) -> R:
    """Does it in one unit of work. Raises `FieldsInvalid`."""
    return await desk.services.database.run(guarded(desk, form, work))


def guarded(desk: Desk, form: Typed, work: Callable[[Connection], R]) -> Callable[[Connection], R]:
    """The same work, which fails where somebody would lose his own rights by it and was not told: raises
    `FieldsInvalid`.
    """

    def done(conn: Connection) -> R:
        one_at_a_time(conn)
        result = work(conn)
        if not form.get("own"):
            keep_own_rights(conn, desk.user)
        return result

    return done


def require_proof(desk: Desk) -> None:
    """Raises `FieldsInvalid` where somebody has not proved for five minutes who he is: what he typed stays."""
    if not freshly(desk):
        raise FieldsInvalid({NOT_PROVEN: [PROVE]})


async def group_options(desk: Desk) -> tuple[Option, ...]:
    """By name, and with what a group makes of its members."""

    def read(conn: Connection) -> tuple[Option, ...]:
        granting = granting_superusers(conn)
        groups = sorted(list_groups(conn), key=lambda group: group.name.casefold())
        return tuple(
            Option(group.pk, f"{group.name} (superusers)" if group.pk in granting else group.name) for group in groups
        )

    return await desk.services.database.read(read)
