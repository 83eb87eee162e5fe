"""Tokens are made and changed: `/if/admin/tokens/new/` and `/if/admin/tokens/ID/`."""

from collections.abc import Mapping
from typing import Any

from litestar import Response
from sqlalchemy import Connection

from watchword.administration import tokens as deeds
from watchword.administration.tokens import LIFETIME, TokenForm
from watchword.administration.versions import version_of
from watchword.errors import FieldsInvalid
from watchword.model.input import read_fields
from watchword.storage.sessions import update_session_data
from watchword.storage.tokens import Token
from watchword.storage.users import find_user, get_user
from watchword.web.pages.answers import redirect
from watchword.web.pages.console.control import Control, Fieldset, Option
from watchword.web.pages.console.desk import OVERTAKEN, Desk
from watchword.web.pages.console.people.addresses import TOKENS, token_url
from watchword.web.pages.console.people.people_words import INTENTS
from watchword.web.pages.console.people.persons import token_named
from watchword.web.pages.console.people.row_forms import (
    Errors,
    Typed,
    answer_form,
    control,
    in_text,
    require_proof,
    sentences,
    text_of,
)
from watchword.web.pages.console.shown import Form
from watchword.web.pages.numbers import page_number

NEW = f"{TOKENS}new/"

SHOWN_ONCE = "new_token"
"""In the session: the pk of the token whose key is shown next, once."""

NOBODY = "There is nobody of this user name."

_CHANGEABLE = ("identifier", "description", "expires", "expiring")


async def new(desk: Desk) -> Response[Any]:
    owner = await desk.services.database.read(get_user, page_number(desk.query("user"))) if desk.query("user") else None
    given = {
        "identifier": desk.query("identifier"),
        "user": (owner or desk.user).username,
        "intent": "api",
        "expires": desk.services.clock() + LIFETIME,
        "expiring": True,
    }
    return await _new_form(desk, given, {})


async def create(desk: Desk) -> Response[Any]:
    """The key is shown on the page that follows: whoever sends the form twice does not lose it."""
    form = await desk.form()
    given = _typed(form) | {"user": text_of(form, "user"), "intent": text_of(form, "intent")}
    try:
        require_proof(desk)
        made = await desk.services.database.run(_make, desk, given)
    except FieldsInvalid as error:
        return await _new_form(desk, given, error.errors)
    return redirect(f"{token_url(made)}key/")


async def edit(desk: Desk) -> Response[Any]:
    token = await desk.services.database.read(lambda conn: token_named(desk, conn))
    return await _edit_form(desk, token, _state(token), {})


async def save(desk: Desk) -> Response[Any]:
    token = await desk.services.database.read(lambda conn: token_named(desk, conn))
    form = await desk.form()
    given = _typed(form)
    try:
        changed = await desk.services.database.run(_change, desk, given, text_of(form, "version"))
    except FieldsInvalid as error:
        return await _edit_form(desk, token, given, error.errors)
    return await desk.done(f"{changed.identifier} was saved.", TOKENS)


def _make(conn: Connection, desk: Desk, given: Mapping[str, Any]) -> Token:
    """Everything that is wrong is said at once, of the user too."""
    owner = find_user(conn, username=str(given["user"]).strip().replace("\x00", ""))
    wrong = {} if owner else {"user": [NOBODY]}
    try:
        values = read_fields(TokenForm, {name: value for name, value in given.items() if name != "user"})
    except FieldsInvalid as error:
        raise FieldsInvalid({**error.errors, **wrong}) from None
    if owner is None:
        raise FieldsInvalid(wrong)
    services = desk.services
    made = deeds.create(
        conn, services.keyring, {**values, "user": owner.id}, by=desk.author, superuser=True, now=services.clock()
    )
    update_session_data(conn, desk.visit.session.id, {SHOWN_ONCE: made.pk})
    return made


def _change(conn: Connection, desk: Desk, given: Mapping[str, Any], version: str) -> Token:
    """The form shows minutes: a moment that was not changed keeps its seconds. A token without an end keeps none."""
    token = token_named(desk, conn)
    present = _state(token)
    typed = {name: value for name, value in given.items() if value != in_text(present[name])}
    values = read_fields(TokenForm, typed, partial=True)
    changed = {name: value for name, value in values.items() if value != present[name]}
    if not changed:
        return token
    if version != _version(desk, token):
        raise FieldsInvalid.whole(OVERTAKEN)
    if not present["expiring"]:
        changed.setdefault("expiring", False)
    return deeds.change(conn, token, changed, by=desk.author, superuser=True, now=desk.services.clock())


def _state(token: Token) -> dict[str, Any]:
    """One that is to expire at no time does not expire."""
    state = {name: getattr(token, name) for name in _CHANGEABLE}
    return state | {"expiring": token.expiring and token.expires is not None}


def _version(desk: Desk, token: Token) -> str:
    return version_of(desk.services.keyring, _state(token))


def _typed(form: Typed) -> dict[str, Any]:
    return {
        "identifier": text_of(form, "identifier"),
        "description": text_of(form, "description"),
        "expires": text_of(form, "expires").strip() or None,
        "expiring": "expiring" in form,
    }


async def _new_form(desk: Desk, given: Mapping[str, Any], errors: Errors) -> Response[Any]:
    intents = tuple(Option(name, text) for name, text in INTENTS.items())
    user = Control(
        name="user",
        title="User name",
        help="Whose rights the key has. That never changes.",
        kind="text",
        value=in_text(given.get("user")),
        required=True,
        errors=sentences(errors, "user"),
    )
    whose = (
        control(TokenForm, "identifier", "text", given, errors),
        user,
        control(TokenForm, "intent", "choice", given, errors, options=intents),
    )
    form = Form(
        title="New token",
        lede="Its key is shown once, on the next page.",
        fieldsets=(Fieldset(title="", help="", controls=whose), *_rest(given, errors)),
        button="Create",
    )
    return await answer_form(desk, NEW, TOKENS, form, errors)


async def _edit_form(desk: Desk, token: Token, given: Mapping[str, Any], errors: Errors) -> Response[Any]:
    owner = await desk.services.database.read(get_user, token.user_id)
    used = f"last used {token.last_used:%Y-%m-%d %H:%M} UTC" if token.last_used else "not used yet"
    name = owner.username if owner else ""
    whose = (control(TokenForm, "identifier", "text", given, errors),)
    form = Form(
        title=token.identifier,
        lede=f"A token of {name}, for {INTENTS.get(token.intent, token.intent)}: {used}. Its key is not shown again.",
        fieldsets=(Fieldset(title="", help="", controls=whose), *_rest(given, errors)),
        version=_version(desk, token),
        remove=f"{token_url(token)}delete/",
    )
    return await answer_form(desk, token_url(token), TOKENS, form, errors)


def _rest(given: Mapping[str, Any], errors: Errors) -> tuple[Fieldset, ...]:
    ends = (
        control(TokenForm, "expiring", "switch", given, errors, help="Without it, the key counts until it is deleted."),
        control(TokenForm, "expires", "moment", given, errors, help="In UTC. A day from now, where it is left empty."),
    )
    what = (control(TokenForm, "description", "area", given, errors),)
    return (Fieldset(title="How long", help="", controls=ends), Fieldset(title="More", help="", controls=what))
