"""One group and its members: `/if/admin/groups/ID/`."""

from typing import Any

import msgspec
from litestar import Response
from sqlalchemy import Connection

from watchword.storage.groups import Group, children_of, get_group, granting_superusers
from watchword.storage.user_lists import Sought, count_users, list_users
from watchword.storage.users import User
from watchword.web.pages.console.desk import Desk
from watchword.web.pages.console.paging import Pages, pages_of, read_page
from watchword.web.pages.console.people.addresses import GROUPS, group_url, member_url, user_url
from watchword.web.pages.console.people.asked import MAX_SEARCH
from watchword.web.pages.console.people.named_by import uses_of
from watchword.web.pages.console.people.people_words import called
from watchword.web.pages.console.people.persons import group_named
from watchword.web.pages.console.shown import Row
from watchword.web.pages.console.tables import Cell, Table
from watchword.web.pages.render import Page, render


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
    return await answer(desk, desk.query("add"), ())


async def answer(desk: Desk, adding: str, errors: tuple[str, ...]) -> Response[Any]:
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
    return GroupShown(
        group=group,
        url=group_url(group),
        granting=group.pk in granting_superusers(conn),
        above=_row(above) if above else None,
        below=tuple(map(_row, children_of(conn, group.pk))),
        uses=uses_of(desk.snapshot, "group", group.pk),
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
        Cell("Take out", url=f"{member_url(group, user.id)}remove/"),
    )


def _row(group: Group) -> Row:
    return Row(name=group.name, url=group_url(group), about="")
