"""All groups: `/if/admin/groups/`."""

from typing import Any

from litestar import Response
from sqlalchemy import Connection

from watchword.storage.groups import Group, get_group, granting_superusers, member_counts, page_of_groups
from watchword.storage.listing import Wanted
from watchword.web.pages.console.control import Option
from watchword.web.pages.console.desk import Desk
from watchword.web.pages.console.paging import pages_of, read_page
from watchword.web.pages.console.people.addresses import GROUPS, group_url
from watchword.web.pages.console.people.asked import Asked
from watchword.web.pages.console.rendering import render_listing
from watchword.web.pages.console.tables import Cell, Listing, Table

_COLUMNS = ("Group", "Members", "Rights", "Above it")


async def show(desk: Desk) -> Response[Any]:
    asked = Asked(desk)
    search = asked.search()
    listing = await desk.services.database.read(_listing, asked, search, desk.query("page"))
    return desk.answer(render_listing(await desk.page(GROUPS), listing))


def _listing(conn: Connection, asked: Asked, search: str, wanted: str) -> Listing:
    terms = (search,) if search else ()

    def read(limit: int, offset: int) -> tuple[int, list[Group]]:
        return page_of_groups(conn, Wanted(terms=terms, order="name", limit=limit, offset=offset))

    number, total, groups = read_page(read, wanted)
    counts, granting = member_counts(conn, [group.pk for group in groups]), granting_superusers(conn)
    rows = tuple(_row(conn, group, counts.get(group.pk, 0), group.pk in granting) for group in groups)
    return Listing(
        title="Groups",
        lede="People who are meant together. Policies ask for them, and a group can make its members superusers.",
        noun="group",
        nouns="groups",
        url=GROUPS,
        table=Table(label="Groups", columns=_COLUMNS, rows=rows),
        pages=pages_of(GROUPS, number, total, asked.given),
        search=search,
        search_label="Name",
        narrowed=asked.narrowed,
        makes=(Option(f"{GROUPS}new/", "New group"),),
    )


def _row(conn: Connection, group: Group, members: int, granting: bool) -> tuple[Cell, ...]:
    above = get_group(conn, group.parent_pk) if group.parent_pk else None
    inherited = "By the group above it" if granting and not group.is_superuser else ""
    return (
        Cell(group.name, url=group_url(group)),
        Cell(str(members)),
        Cell("Superusers" if granting else "", note=inherited),
        Cell(above.name, url=group_url(above)) if above else Cell(),
    )
