"""Users are activated and deactivated, signed out everywhere and deleted: each on a page that says what that means."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from litestar import Response
from sqlalchemy import Connection

from watchword.administration import users
from watchword.administration.objects import of_others
from watchword.administration.rows import remove_row
from watchword.administration.sessions import end_all
from watchword.errors import ConfigurationInvalid, FieldsInvalid
from watchword.storage.users import User
from watchword.web.pages.console.desk import Desk
from watchword.web.pages.console.people import user_costs as costs
from watchword.web.pages.console.people.addresses import USERS, user_url
from watchword.web.pages.console.people.confirming import Confirm, Cost, confirm_page
from watchword.web.pages.console.people.persons import user_named
from watchword.web.pages.console.people.row_forms import Typed, attempt, guarded

LOCKED_OUT = "This is you. You are signed out at once, and cannot sign in again."


@dataclass(frozen=True, kw_only=True)
class Deed:
    """`title` and `done` have a place for the user name. `cost` tells what it means, `work` does it, and raises
    `FieldsInvalid`.
    """

    path: str
    title: str
    button: str
    done: str
    cost: Callable[[Connection, Desk, User], Cost]
    work: Callable[[Desk, User, Typed], Awaitable[Any]]
    locks_out: bool = False
    """Whether whoever does it to himself loses his own rights."""

    def url(self, user: User) -> str:
        return f"{user_url(user.id)}{self.path}/"


async def ask(deed: Deed, desk: Desk) -> Response[Any]:
    user = await desk.services.database.read(lambda conn: user_named(desk, conn))
    return await _page(deed, desk, user)


async def do(deed: Deed, desk: Desk) -> Response[Any]:
    user = await desk.services.database.read(lambda conn: user_named(desk, conn))
    form = await desk.form()
    try:
        await deed.work(desk, user, form)
    except FieldsInvalid as error:
        return await _page(deed, desk, user, error.sentences)
    back = USERS if deed is DELETE else user_url(user.id)
    return await desk.done(deed.done.format(user.username), back)


async def _page(deed: Deed, desk: Desk, user: User, errors: tuple[str, ...] = ()) -> Response[Any]:
    confirm = Confirm(
        title=deed.title.format(user.username),
        cost=await desk.services.database.read(deed.cost, desk, user),
        own=LOCKED_OUT if deed.locks_out and user.id == desk.user.id else "",
        button=deed.button,
        errors=errors,
    )
    body = await confirm_page(desk, deed.url(user), user_url(user.id), confirm)
    return desk.answer(body, 400 if errors else 200)


async def _delete(desk: Desk, user: User, form: Typed) -> None:
    now = desk.services.clock()

    def work(conn: Connection) -> None:
        users.remove(conn, user_named(desk, conn), by=desk.author, now=now)

    try:
        await remove_row(desk.services, "user", user.id, guarded(desk, form, work), by=desk.author)
    except ConfigurationInvalid as error:
        raise of_others(error) from None


async def _deactivate(desk: Desk, user: User, form: Typed) -> None:
    await _set_active(desk, user, form, False)


async def _activate(desk: Desk, user: User, form: Typed) -> None:
    await _set_active(desk, user, form, True)


async def _set_active(desk: Desk, user: User, form: Typed, active: bool) -> None:
    now, values = desk.services.clock(), {"is_active": active}
    await attempt(desk, form, lambda conn: users.change(conn, user, values, by=desk.author, now=now))


async def _end_sessions(desk: Desk, user: User, _: Typed) -> None:
    spared = desk.visit.session.id if user.id == desk.user.id else None
    now = desk.services.clock()
    await desk.services.database.run(end_all, user.id, by=desk.author, now=now, but=spared)


DELETE = Deed(
    path="delete",
    title="Delete {}?",
    button="Delete",
    done="{} was deleted.",
    cost=costs.of_deleting,
    work=_delete,
    locks_out=True,
)
DEEDS = (
    DELETE,
    Deed(
        path="deactivate",
        title="Deactivate {}?",
        button="Deactivate",
        done="{} was deactivated.",
        cost=costs.of_deactivating,
        work=_deactivate,
        locks_out=True,
    ),
    Deed(
        path="activate",
        title="Activate {}?",
        button="Activate",
        done="{} was activated.",
        cost=costs.of_activating,
        work=_activate,
    ),
    Deed(
        path="end-sessions",
        title="End all sessions of {}?",
        button="End sessions",
        done="The sessions of {} were ended.",
        cost=costs.of_ending_sessions,
        work=_end_sessions,
    ),
)
