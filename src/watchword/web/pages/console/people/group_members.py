"""People come into a group and go: each removal is asked about on a page of its own."""

from typing import Any
from urllib.parse import quote

from litestar import Response
from sqlalchemy import Connection

from watchword.administration import groups as deeds
from watchword.errors import FieldsInvalid
from watchword.flows.executor import REAUTHENTICATE
from watchword.storage.groups import Group, granting_superusers
from watchword.storage.users import User, identify_user
from watchword.web.pages.answers import redirect, with_next
from watchword.web.pages.console.desk import Desk
from watchword.web.pages.console.people.addresses import group_url, member_url
from watchword.web.pages.console.people.asked import MAX_SEARCH
from watchword.web.pages.console.people.confirming import Confirm, Cost, confirm_page
from watchword.web.pages.console.people.doors import freshly
from watchword.web.pages.console.people.group_page import answer
from watchword.web.pages.console.people.persons import group_named, user_named
from watchword.web.pages.console.people.row_forms import attempt, text_of

NOBODY = "There is nobody of this user name or e-mail address."
OWN = "This is you. Unless another group makes you a superuser, you lose your own rights to administer."
MEMBERS = "Whoever is in no other group for superusers loses the rights to administer."


async def add(desk: Desk) -> Response[Any]:
    """Whoever makes somebody a superuser has to have proved who he is; the name that was typed waits in the address."""
    group = await desk.services.database.read(lambda conn: group_named(desk, conn))
    name = text_of(await desk.form(), "member").strip()[:MAX_SEARCH].replace("\x00", "")
    if group.pk in await desk.services.database.read(granting_superusers) and not freshly(desk):
        return redirect(with_next(REAUTHENTICATE, f"{group_url(group)}?add={quote(name, safe='')}"))
    try:
        user = await attempt(desk, {}, lambda conn: _join(conn, desk, group, name))
    except FieldsInvalid as error:
        return await answer(desk, name, error.sentences)
    return await desk.done(f"{user.username} is in {group.name}.", group_url(group))


async def ask(desk: Desk) -> Response[Any]:
    group, user = await desk.services.database.read(_member, desk)
    return await _asked(desk, group, user, ())


async def remove(desk: Desk) -> Response[Any]:
    group, user = await desk.services.database.read(_member, desk)
    form, now = await desk.form(), desk.services.clock()
    try:
        await attempt(desk, form, lambda conn: deeds.leave(conn, group, user.id, by=desk.author, now=now))
    except FieldsInvalid as error:
        return await _asked(desk, group, user, error.sentences)
    return await desk.done(f"{user.username} is no longer in {group.name}.", group_url(group))


def _join(conn: Connection, desk: Desk, group: Group, name: str) -> User:
    user = identify_user(conn, name, ["username", "email"])
    if user is None:
        raise FieldsInvalid({"member": [NOBODY]})
    deeds.join(conn, group, user.id, by=desk.author, now=desk.services.clock())
    return user


def _member(conn: Connection, desk: Desk) -> tuple[Group, User]:
    """Raises `NotFound`."""
    return group_named(desk, conn), user_named(desk, conn)


async def _asked(desk: Desk, group: Group, user: User, errors: tuple[str, ...]) -> Response[Any]:
    granting = group.pk in await desk.services.database.read(granting_superusers)
    confirm = Confirm(
        title=f"Take {user.username} out of {group.name}?",
        cost=Cost(
            ("Policies that ask for this group no longer find this user in it. You can add the user again.",),
            warning=MEMBERS if granting else "",
        ),
        own=OWN if granting and user.id == desk.user.id else "",
        button="Take out",
        errors=errors,
    )
    body = await confirm_page(desk, f"{member_url(group, user.id)}remove/", group_url(group), confirm)
    return desk.answer(body, 400 if errors else 200)
