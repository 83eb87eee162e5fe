"""One group and its members, who come and go: `/if/admin/groups/ID/`."""

from typing import Any
from urllib.parse import quote

import msgspec
from litestar import Response
from sqlalchemy import Connection

from watchword.administration import groups as deeds
from watchword.errors import FieldsInvalid
from watchword.flows.executor import REAUTHENTICATE
from watchword.model.usage import row_uses
from watchword.storage.groups import Group, children_of, get_group, granting_superusers
from watchword.storage.user_lists import Sought, count_users, list_users
from watchword.storage.users import User, identify_user
from watchword.web.pages.answers import redirect, with_next
from watchword.web.pages.console.controls import told
from watchword.web.pages.console.desk import Desk
from watchword.web.pages.console.paging import Pages, pages_of, read_page
from watchword.web.pages.console.people.addresses import GROUPS, group_url, user_url
from watchword.web.pages.console.people.asked import MAX_SEARCH
from watchword.web.pages.console.people.confirming import Confirm, Cost, confirm_page
from watchword.web.pages.console.people.doors import freshly
from watchword.web.pages.console.people.people_words import called
from watchword.web.pages.console.people.persons import group_named, user_named
from watchword.web.pages.console.people.row_forms import attempt, text_of
from watchword.web.pages.console.sections import page_url
from watchword.web.pages.console.shown import Row
from watchword.web.pages.console.tables import Cell, Table
from watchword.web.pages.render import Page, render

NOBODY = "There is nobody of this user name or e-mail address."
OWN = "This is you. Unless another group makes you a superuser, you lose your own rights to administer."
MEMBERS = "Whoever is in no other group for superusers loses the rights to administer."


class GroupShown(msgspec.Struct, frozen=True, kw_only=True):
    """`adding` is what was typed to add somebody, with what was wrong with it."""

    group: Group
    url: str
    granting: bool
    above: Row | None
    below: tuple[Row, ...]
    uses: tuple[Row, ...]
    members: Table
    pages: Pages
    search: str
    adding: str = ""
    errors: tuple[str, ...] = ()


async def show(desk: Desk) -> Response[Any]:
    return await _answer(desk, desk.query("add"), ())


async def add(desk: Desk) -> Response[Any]:
    """Whoever makes somebody a superuser has to have proved who he is; the name that was typed waits in the address."""
    group = await desk.services.database.read(lambda conn: group_named(desk, conn))
    name = text_of(await desk.form(), "member").strip()[:MAX_SEARCH].replace("\x00", "")
    if group.pk in await desk.services.database.read(granting_superusers) and not freshly(desk):
        return redirect(with_next(REAUTHENTICATE, f"{group_url(group)}?add={quote(name, safe='')}"))
    try:
        user = await attempt(desk, {}, lambda conn: _join(conn, desk, group, name))
    except FieldsInvalid as error:
        return await _answer(desk, name, error.sentences)
    return await desk.done(f"{user.username} is in {group.name}.", group_url(group))


async def ask_to_remove(desk: Desk) -> Response[Any]:
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
    body = await confirm_page(desk, _remove_url(group, user), group_url(group), confirm)
    return desk.answer(body, 400 if errors else 200)


async def _answer(desk: Desk, adding: str, errors: tuple[str, ...]) -> Response[Any]:
    shown = await desk.services.database.read(_shown, desk, adding, errors)
    page = await desk.page(shown.url, GROUPS)
    return desk.answer(render_group(page, shown), 400 if errors else 200)


def render_group(page: Page, shown: GroupShown) -> str:
    return render("admin/group.html", page=page, shown=shown, problems=bool(shown.errors))


def _shown(conn: Connection, desk: Desk, adding: str, errors: tuple[str, ...]) -> GroupShown:
    group, search = group_named(desk, conn), desk.query("search")[:MAX_SEARCH].strip()
    sought = Sought(group=group.pk, search=search)

    def read(limit: int, offset: int) -> tuple[int, list[User]]:
        return count_users(conn, sought), list_users(conn, sought, limit=limit, offset=offset)

    number, total, members = read_page(read, desk.query("page"))
    above = get_group(conn, group.parent_pk) if group.parent_pk else None
    uses = row_uses(desk.snapshot.objects(), "group", group.pk)
    return GroupShown(
        group=group,
        url=group_url(group),
        granting=group.pk in granting_superusers(conn),
        above=_row(above) if above else None,
        below=tuple(map(_row, children_of(conn, group.pk))),
        uses=tuple(Row(name=told(use.user, desk.snapshot), url=page_url(use.user), about="") for use in uses),
        members=Table(
            label="Members",
            columns=("Member", "State", "Change"),
            rows=tuple(_cells(group, user) for user in members),
        ),
        pages=pages_of(group_url(group), number, total, {"search": search}),
        search=search,
        adding=adding,
        errors=errors,
    )


def _cells(group: Group, user: User) -> tuple[Cell, ...]:
    state = Cell("Active") if user.is_active else Cell("Inactive", look="bad")
    return (
        Cell(user.username, url=user_url(user.id), note=called(user)),
        state,
        Cell("Take out", url=_remove_url(group, user)),
    )


def _remove_url(group: Group, user: User) -> str:
    return f"{group_url(group)}members/{user.id}/remove/"


def _row(group: Group) -> Row:
    return Row(name=group.name, url=group_url(group), about="")
