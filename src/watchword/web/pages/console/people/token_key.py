"""The key of a new token, shown once: `/if/admin/tokens/ID/key/`."""

from typing import Any

import msgspec
from litestar import Response
from sqlalchemy import Connection

from watchword.administration.tokens import view_key
from watchword.storage.sessions import update_session_data
from watchword.storage.tokens import Token
from watchword.web.pages.console.desk import Desk
from watchword.web.pages.console.people.addresses import TOKENS, token_url
from watchword.web.pages.console.people.persons import token_named
from watchword.web.pages.console.people.token_forms import SHOWN_ONCE
from watchword.web.pages.render import Page, render


class KeyShown(msgspec.Struct, frozen=True, kw_only=True):
    """`key` is "" where it was shown already."""

    identifier: str
    url: str
    key: str


async def show(desk: Desk) -> Response[Any]:
    shown = await desk.services.database.run(_shown, desk)
    page = await desk.page(shown.url, TOKENS)
    return desk.answer(render_key(page, shown))


def render_key(page: Page, shown: KeyShown) -> str:
    return render("admin/key.html", page=page, shown=shown)


def _shown(conn: Connection, desk: Desk) -> KeyShown:
    token = token_named(desk, conn)
    return KeyShown(identifier=token.identifier, url=token_url(token), key=_key(conn, desk, token))


def _key(conn: Connection, desk: Desk, token: Token) -> str:
    """Once, to whoever made it in this session; an event says that somebody saw it."""
    if desk.visit.session.data.get(SHOWN_ONCE) != token.pk:
        return ""
    update_session_data(conn, desk.visit.session.id, {SHOWN_ONCE: ""})
    return view_key(conn, desk.services.keyring, token, by=desk.author, now=desk.services.clock())
