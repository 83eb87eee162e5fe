"""A token is deleted, after a page that says what that means."""

from typing import Any

from litestar import Response

from watchword.administration import tokens as deeds
from watchword.web.pages.console.desk import Desk
from watchword.web.pages.console.people.addresses import TOKENS, token_url
from watchword.web.pages.console.people.confirming import Confirm, Cost, confirm_page
from watchword.web.pages.console.people.persons import token_named

MEANS = "Its key counts no more, at once: programs that call with it are refused. This cannot be undone."


async def ask(desk: Desk) -> Response[Any]:
    token = await desk.services.database.read(lambda conn: token_named(desk, conn))
    confirm = Confirm(title=f"Delete {token.identifier}?", cost=Cost((MEANS,)), button="Delete")
    return desk.answer(await confirm_page(desk, f"{token_url(token)}delete/", token_url(token), confirm))


async def do(desk: Desk) -> Response[Any]:
    token = await desk.services.database.read(lambda conn: token_named(desk, conn))
    await desk.form()
    now = desk.services.clock()
    await desk.services.database.run(lambda conn: deeds.remove(conn, token, by=desk.author, now=now))
    return await desk.done(f"{token.identifier} was deleted.", TOKENS)
