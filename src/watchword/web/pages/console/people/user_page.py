"""One user: what is known of him, what is his, and what can be done: `/if/admin/users/ID/`."""

from typing import Any, NamedTuple

import msgspec
from litestar import Response
from msgspec import structs
from sqlalchemy import Connection

from watchword.scrub import mask_numbers
from watchword.storage.authenticators import Authenticator
from watchword.storage.device_classes import all_authenticators_of
from watchword.storage.events import EventRow, list_events
from watchword.storage.groups import Group, direct_groups_of, is_superuser
from watchword.storage.sessions import sessions_of
from watchword.storage.tokens import Token, list_tokens
from watchword.storage.users import User
from watchword.web.pages.answers import redirect
from watchword.web.pages.console.desk import Desk
from watchword.web.pages.console.people.addresses import (
    DEVICES,
    TOKENS,
    USERS,
    device_anchor,
    group_url,
    sessions_url,
    token_url,
    user_url,
)
from watchword.web.pages.console.people.named_by import uses_of
from watchword.web.pages.console.people.persons import user_id_named, user_named
from watchword.web.pages.console.shown import Row
from watchword.web.pages.render import DeviceRow, render
from watchword.web.pages.user import row_of

SHOWN_EVENTS = 20


class Kept(NamedTuple):
    """One of his devices: where it stands on the page, and the address that what is done with it begins with."""

    row: DeviceRow
    anchor: str
    url: str


class Person(msgspec.Struct, frozen=True, kw_only=True):
    user: User
    url: str
    is_me: bool
    superuser: bool
    groups: tuple[Row, ...]
    devices: tuple[Kept, ...]
    sessions: int
    sessions_url: str
    tokens: tuple[Row, ...]
    new_token: str
    uses: tuple[Row, ...]
    events: tuple[EventRow, ...]


async def show(desk: Desk) -> Response[Any]:
    person = await desk.services.database.read(_person, desk)
    page = await desk.page(user_url(person.user.id), USERS)
    return desk.answer(render_person(page, person))


async def show_elsewhere(desk: Desk) -> Response[Any]:
    """The devices of one person had a page of their own once."""
    return redirect(user_url(user_id_named(desk)))


def render_person(page: Any, person: Person) -> str:
    return render("admin/user.html", page=page, person=person)


def _person(conn: Connection, desk: Desk) -> Person:
    user = user_named(desk, conn)
    return Person(
        user=user,
        url=user_url(user.id),
        is_me=user.id == desk.user.id,
        superuser=is_superuser(conn, user.id),
        groups=tuple(_group(group) for group in direct_groups_of(conn, user.id)),
        devices=tuple(_kept(device) for device in all_authenticators_of(conn, user.id)),
        sessions=len(sessions_of(conn, user.id, desk.services.clock())),
        sessions_url=sessions_url(user.id),
        tokens=tuple(_token(token) for token in list_tokens(conn, user_id=user.id)),
        new_token=f"{TOKENS}new/?user={user.id}",
        uses=uses_of(desk.snapshot, "user", user.id),
        events=tuple(list_events(conn, user_id=user.id, limit=SHOWN_EVENTS)),
    )


def _group(group: Group) -> Row:
    return Row(name=group.name, url=group_url(group), about="Superusers" if group.is_superuser else "")


def _token(token: Token) -> Row:
    return Row(name=token.identifier, url=token_url(token), about=token.description)


def _kept(device: Authenticator) -> Kept:
    return Kept(
        device_row(device),
        device_anchor(device.device_class, device.id),
        f"{DEVICES}{device.user_id}/{device.device_class}/{device.id}/",
    )


def device_row(device: Authenticator) -> DeviceRow:
    """Its owner may have named it by its number."""
    return structs.replace(row_of(device), name=mask_numbers(device.name))
