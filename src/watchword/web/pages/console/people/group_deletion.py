"""A group is deleted, after a page that says what its members and the configuration lose."""

from typing import Any

from litestar import Response
from sqlalchemy import Connection

from watchword.administration import groups as deeds
from watchword.administration.objects import of_others
from watchword.administration.rows import remove_row
from watchword.errors import ConfigurationInvalid, FieldsInvalid
from watchword.storage.groups import Group, children_of, granting_superusers, member_counts
from watchword.web.pages.console.desk import Desk
from watchword.web.pages.console.people.addresses import GROUPS, group_url
from watchword.web.pages.console.people.confirming import Confirm, Cost, confirm_page
from watchword.web.pages.console.people.group_members import MEMBERS
from watchword.web.pages.console.people.named_by import lost_with
from watchword.web.pages.console.people.people_words import counted
from watchword.web.pages.console.people.persons import group_named
from watchword.web.pages.console.people.row_forms import Typed, guarded


async def ask(desk: Desk) -> Response[Any]:
    group = await desk.services.database.read(lambda conn: group_named(desk, conn))
    return await _page(desk, group)


async def do(desk: Desk) -> Response[Any]:
    group = await desk.services.database.read(lambda conn: group_named(desk, conn))
    form = await desk.form()
    try:
        await _delete(desk, group, form)
    except FieldsInvalid as error:
        return await _page(desk, group, error)
    return await desk.done(f"{group.name} was deleted.", GROUPS)


async def _delete(desk: Desk, group: Group, form: Typed) -> None:
    now = desk.services.clock()

    def work(conn: Connection) -> None:
        deeds.remove(conn, group_named(desk, conn), by=desk.author, now=now)

    try:
        await remove_row(desk.services, "group", group.pk, guarded(desk, form, work), by=desk.author)
    except ConfigurationInvalid as error:
        raise of_others(error) from None


async def _page(desk: Desk, group: Group, error: FieldsInvalid | None = None) -> Response[Any]:
    """That one's own rights go is said once it was tried: they may come from another group as well."""
    own = error.errors.get("own", ()) if error else ()
    confirm = Confirm(
        title=f"Delete {group.name}?",
        cost=await desk.services.database.read(_cost, desk, group),
        own=" ".join(own),
        button="Delete",
        errors=() if own or not error else error.sentences,
    )
    body = await confirm_page(desk, f"{group_url(group)}delete/", group_url(group), confirm)
    return desk.answer(body, 400 if error else 200)


def _cost(conn: Connection, desk: Desk, group: Group) -> Cost:
    members = member_counts(conn, [group.pk]).get(group.pk, 0)
    below = ", ".join(child.name for child in children_of(conn, group.pk))
    lost = lost_with(desk.snapshot, "group", group.pk)
    warnings = (MEMBERS if group.pk in granting_superusers(conn) else "", lost.warning)
    means = (
        "This cannot be undone. Expressions that ask for the group by its name find nobody in it.",
        f"{counted(members, 'member stays a user', 'members stay users')}, without it." if members else "",
        f"Below it, and then below none: {below}." if below else "",
    )
    return Cost(
        means=tuple(text for text in means if text),
        gone=lost.gone,
        emptied=lost.emptied,
        blocked=lost.blocked,
        warning=" ".join(text for text in warnings if text),
    )
