"""Whoever works at the console, and what every page there needs."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from litestar import Response
from litestar.response import Redirect
from sqlalchemy import Connection

from watchword.administration.author import Author
from watchword.administration.versions import version_of
from watchword.errors import FieldsInvalid, NotFound
from watchword.flows.services import Services
from watchword.flows.visit import Visit
from watchword.model.base import ConfigObject
from watchword.model.input import UUID
from watchword.model.snapshot import Snapshot
from watchword.storage.groups import list_groups
from watchword.storage.users import User
from watchword.web.bodies import read_form_lists
from watchword.web.csrf import check_form
from watchword.web.pages.administrator import administrator
from watchword.web.pages.answers import html, leave_notice, page_of, redirect, take_notices
from watchword.web.pages.console.controls import Choices
from watchword.web.pages.console.sections import CONSOLE, Section
from watchword.web.pages.console.who import suggested
from watchword.web.pages.render import Page
from watchword.web.sessions import cookies_for
from watchword.web.state import house_of
from watchword.web.types import WebRequest

OVERTAKEN = "Somebody changed this while you had it open. Look at it as it is now, and make your change again."


class Desk(NamedTuple):
    request: WebRequest
    visit: Visit
    user: User

    @property
    def services(self) -> Services:
        return house_of(self.request).services

    @property
    def snapshot(self) -> Snapshot:
        return self.services.configuration.snapshot

    @property
    def author(self) -> Author:
        return Author(self.user, self.visit.address)

    async def page(self, action: str, cancel_url: str = CONSOLE) -> Page:
        notices = await take_notices(self.request, self.visit)
        return page_of(self.request, self.visit, action=action, cancel_url=cancel_url, notices=notices)

    def answer(self, body: str, status: int = 200) -> Response[Any]:
        return html(body, status=status, cookies=cookies_for(self.request, self.visit))

    async def done(self, notice: str, to: str) -> Response[Any]:
        """Says so on the next page, so that reloading it does nothing again."""
        await leave_notice(self.request, self.visit, notice)
        return redirect(to)

    async def form(self) -> dict[str, list[str]]:
        """Raises `CsrfFailed`, and what reading raises."""
        form = await read_form_lists(self.request)
        check_form(self.request, self.visit, {name: values[-1] for name, values in form.items()})
        return form

    def query(self, name: str) -> str:
        """The last value of a parameter, without NUL."""
        return str(self.request.query_params.get(name, "")).replace("\x00", "")[:500]

    def back(self, form: dict[str, list[str]] | None = None, default: str = CONSOLE) -> str:
        """Where to go on to: a page of the console that was asked for, or else the default."""
        wanted = (form or {}).get("back", [""])[-1] or self.query("back")
        is_ours = wanted.startswith(CONSOLE) and "\\" not in wanted and wanted.isprintable()
        return wanted if is_ours else default

    def find(self, section: Section) -> ConfigObject:
        """What the address names; raises `NotFound`."""
        pk = str(self.request.path_params["pk"])
        found = self.snapshot.get(pk.lower(), section.family) if UUID.fullmatch(pk) else None
        if found is None:
            raise NotFound(f"There is no such {section.noun}. It may have been deleted.")
        return found

    async def choices(self) -> Choices:
        groups, users = await self.services.database.read(_people)
        return Choices(self.snapshot, groups, users, house_of(self.request).demo)

    def version(self, obj: ConfigObject) -> str:
        """The state of an object that a page shows."""
        return version_of(self.services.keyring, obj.model, obj)

    def require_version(self, obj: ConfigObject, form: dict[str, list[str]]) -> None:
        """Raises `FieldsInvalid` where an object is not as it was when the form was opened."""
        if form.get("version", [""])[-1] != self.version(obj):
            raise FieldsInvalid.whole(OVERTAKEN)


def _people(conn: Connection) -> tuple[Sequence[tuple[str, str]], tuple[str, ...]]:
    return [(group.pk, group.name) for group in list_groups(conn)], suggested(conn)


async def desk_of(request: WebRequest) -> Desk | Redirect:
    """Or the way to sign in, which leads back here. Raises `Forbidden` for whoever is no superuser."""
    found = await administrator(request)
    return found if isinstance(found, Redirect) else Desk(request, *found)
