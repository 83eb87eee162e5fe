"""All users: `/if/admin/users/`, and the same list as a file."""

from collections.abc import Sequence
from typing import Any

from litestar import Response
from sqlalchemy import Connection

from watchword.storage.device_lists import Owned, devices_owned
from watchword.storage.groups import group_names_of
from watchword.storage.user_lists import Sought, count_users, list_users, superusers_among, users_after
from watchword.storage.users import User
from watchword.web.csv_export import BATCH, Cells, batches_of
from watchword.web.pages.console.control import Option
from watchword.web.pages.console.desk import Desk
from watchword.web.pages.console.exporting import export
from watchword.web.pages.console.paging import address, pages_of, read_page
from watchword.web.pages.console.people.addresses import USERS, user_url
from watchword.web.pages.console.people.asked import Asked
from watchword.web.pages.console.people.people_words import called, counted, owned_in_words
from watchword.web.pages.console.rendering import render_listing
from watchword.web.pages.console.tables import Cell, Listing, Table

CSV = f"{USERS}csv/"

_COLUMNS = ("User", "State", "Devices", "Last sign-in")
_FILE_COLUMNS = (
    "id",
    "uuid",
    "user name",
    "name",
    "e-mail address",
    "active",
    "superuser",
    "type",
    "path",
    "groups",
    "phones",
    "authenticator apps",
    "recovery codes",
    "locked or disabled devices",
    "joined",
    "last sign-in",
    "password set",
)


class Told:
    """What a list says of some users besides their own rows: read once for all of them."""

    def __init__(self, conn: Connection, users: Sequence[User]) -> None:
        ids = [user.id for user in users]
        self.superusers = superusers_among(conn, ids)
        self.owned = devices_owned(conn, ids)
        self.groups = group_names_of(conn, ids)

    def owned_by(self, user: User) -> Owned:
        return self.owned.get(user.id, Owned({}))


async def show(desk: Desk) -> Response[Any]:
    asked = Asked(desk)
    sought = _sought(asked)
    listing = await desk.services.database.read(_listing, asked, sought, desk.query("page"))
    return desk.answer(render_listing(await desk.page(USERS), listing))


async def save(desk: Desk) -> Response[Any]:
    asked = Asked(desk)
    sought = _sought(asked)

    async def read(last: tuple[User, Told] | None) -> list[tuple[User, Told]]:
        return await desk.services.database.read(_batch, sought, last[0].id if last else 0)

    return await export(desk, "users", _FILE_COLUMNS, batches_of(read, _cells), asked.given)


def _sought(asked: Asked) -> Sought:
    return Sought(
        search=asked.search(),
        active=asked.flag("active", "State", "Active", "Inactive"),
        superuser=asked.flag("superuser", "Rights", "Superusers", "No superusers"),
        confirmed_phone=asked.flag("phone", "Phone", "With a phone", "Without a phone"),
        locked=asked.flag("locked", "Devices", "One is locked", "None is locked"),
    )


def _listing(conn: Connection, asked: Asked, sought: Sought, wanted: str) -> Listing:
    def read(limit: int, offset: int) -> tuple[int, list[User]]:
        return count_users(conn, sought), list_users(conn, sought, limit=limit, offset=offset)

    number, total, users = read_page(read, wanted)
    told = Told(conn, users)
    return Listing(
        title="Users",
        lede="Whoever can sign in: people, and programs with a token.",
        noun="user",
        nouns="users",
        url=USERS,
        table=Table(label="Users", columns=_COLUMNS, rows=tuple(_row(user, told) for user in users)),
        pages=pages_of(USERS, number, total, asked.given),
        search=sought.search,
        search_label="Name or e-mail address",
        filters=tuple(asked.filters),
        narrowed=asked.narrowed,
        makes=(Option(f"{USERS}new/", "New user"),),
        file=address(CSV, asked.given),
    )


def _row(user: User, told: Told) -> tuple[Cell, ...]:
    owned = told.owned_by(user)
    locked = f"{counted(owned.disabled, 'is', 'are')} locked" if owned.disabled else ""
    return (
        Cell(user.username, url=user_url(user.id), note=called(user)),
        Cell(
            "Active" if user.is_active else "Inactive",
            look="" if user.is_active else "bad",
            note="Superuser" if user.id in told.superusers else "",
        ),
        Cell(owned_in_words(owned) or "None", note=locked),
        Cell(when=user.last_login) if user.last_login else Cell("Never"),
    )


def _batch(conn: Connection, sought: Sought, last: int) -> list[tuple[User, Told]]:
    users = users_after(conn, sought, last, limit=BATCH)
    told = Told(conn, users)
    return [(user, told) for user in users]


def _cells(row: tuple[User, Told]) -> Cells:
    user, told = row
    owned = told.owned_by(user)
    return (
        user.id,
        user.uuid,
        user.username,
        user.name,
        user.email,
        user.is_active,
        user.id in told.superusers,
        user.type,
        user.path,
        ", ".join(told.groups.get(user.id, ())),
        *(owned.classes.get(name, 0) for name in ("sms", "totp", "static")),
        owned.disabled,
        user.date_joined,
        user.last_login,
        user.password_changed,
    )
