"""Somebody's password is set by an administrator: `/if/admin/users/ID/password/`."""

from typing import Any

from litestar import Response

from watchword.administration import users as deeds
from watchword.administration.users import PasswordForm
from watchword.errors import FieldsInvalid
from watchword.model.input import read_fields
from watchword.passwords import MIN_LENGTH, hash_in_thread
from watchword.storage.users import User
from watchword.web.pages.console.control import Control, Fieldset
from watchword.web.pages.console.desk import Desk
from watchword.web.pages.console.people.addresses import user_url
from watchword.web.pages.console.people.persons import user_named
from watchword.web.pages.console.people.row_forms import Errors, answer_form, control, sentences, text_of
from watchword.web.pages.console.shown import Form

DIFFER = "These two are not the same."


async def ask(desk: Desk) -> Response[Any]:
    user = await desk.services.database.read(lambda conn: user_named(desk, conn))
    return await _form(desk, user, {})


async def save(desk: Desk) -> Response[Any]:
    user = await desk.services.database.read(lambda conn: user_named(desk, conn))
    form = await desk.form()
    try:
        password = read_fields(PasswordForm, {"password": text_of(form, "password")})["password"]
        if text_of(form, "again") != password:
            raise FieldsInvalid({"again": [DIFFER]})
    except FieldsInvalid as error:
        return await _form(desk, user, error.errors)
    own = desk.visit.session.id if user.id == desk.user.id else None
    hashed, now = await hash_in_thread(password), desk.services.clock()
    await desk.services.database.run(deeds.set_password, user, hashed, by=desk.author, now=now, spared_session=own)
    return await desk.done(f"The password of {user.username} was set.", user_url(user.id))


async def _form(desk: Desk, user: User, errors: Errors) -> Response[Any]:
    spared = " but this one" if user.id == desk.user.id else ""
    first = control(PasswordForm, "password", "secret", {}, errors, help=f"{MIN_LENGTH} characters or more.")
    again = Control(
        name="again",
        title="The same again",
        help="",
        kind="secret",
        required=True,
        errors=sentences(errors, "again"),
    )
    form = Form(
        title=f"Set the password of {user.username}",
        lede=f"The old one no longer works, and every session{spared} ends. Devices and tokens stay.",
        fieldsets=(Fieldset(title="", help="", controls=(first, again)),),
        button="Set password",
    )
    return await answer_form(desk, f"{user_url(user.id)}password/", user_url(user.id), form, errors)
