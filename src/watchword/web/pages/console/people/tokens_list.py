"""All tokens: `/if/admin/tokens/`."""

from datetime import datetime
from typing import Any

from litestar import Response
from sqlalchemy import Connection

from watchword.storage.listing import Condition, Wanted
from watchword.storage.tokens import Token, page_of_tokens
from watchword.storage.user_lists import usernames_of
from watchword.web.pages.console.control import Option
from watchword.web.pages.console.desk import Desk
from watchword.web.pages.console.paging import pages_of, read_page
from watchword.web.pages.console.people.addresses import TOKENS, token_url, user_url
from watchword.web.pages.console.people.asked import Asked
from watchword.web.pages.console.people.people_words import INTENTS
from watchword.web.pages.console.rendering import render_listing
from watchword.web.pages.console.tables import Cell, Listing, Table

_COLUMNS = ("Token", "User", "For", "Expires", "Last used")
_ENDS = (Option("over", "Expired"), Option("never", "Never expire"))


async def show(desk: Desk) -> Response[Any]:
    asked = Asked(desk)
    search = asked.search()
    intent = asked.choice("intent", "For", [Option(name, text) for name, text in INTENTS.items()])
    ends = asked.choice("ends", "Expiry", _ENDS)
    now = desk.services.clock()
    conditions = (
        *([Condition("intent", "is", intent)] if intent else []),
        *([Condition("expiring", "is", ends == "over")] if ends else []),
        *([Condition("expires", "before", now)] if ends == "over" else []),
    )
    listing = await desk.services.database.read(_listing, asked, conditions, search, desk.query("page"), now)
    return desk.answer(render_listing(await desk.page(TOKENS), listing))


def _listing(
    conn: Connection, asked: Asked, conditions: tuple[Condition, ...], search: str, wanted: str, now: datetime
) -> Listing:
    def read(limit: int, offset: int) -> tuple[int, list[Token]]:
        page = Wanted(conditions=conditions, order="identifier", limit=limit, offset=offset)
        return page_of_tokens(conn, page, search=search)

    number, total, tokens = read_page(read, wanted)
    owners = usernames_of(conn, [token.user_id for token in tokens])
    return Listing(
        title="Tokens",
        lede="Keys for programs. One says who calls, and may do what its user may do.",
        noun="token",
        nouns="tokens",
        url=TOKENS,
        table=Table(
            label="Tokens",
            columns=_COLUMNS,
            rows=tuple(_row(token, owners.get(token.user_id, ""), now) for token in tokens),
        ),
        pages=pages_of(TOKENS, number, total, asked.given),
        search=search,
        search_label="Identifier, description or user",
        filters=tuple(asked.filters),
        narrowed=asked.narrowed,
        makes=(Option(f"{TOKENS}new/", "New token"),),
    )


def _row(token: Token, owner: str, now: datetime) -> tuple[Cell, ...]:
    over = token.expiring and token.expires is not None and token.expires <= now
    ends = token.expires if token.expiring else None
    return (
        Cell(token.identifier, url=token_url(token), note=token.description),
        Cell(owner, url=user_url(token.user_id)),
        Cell(INTENTS.get(token.intent, token.intent)),
        Cell(when=ends, note="Expired" if over else "") if ends else Cell("Never"),
        Cell(when=token.last_used) if token.last_used else Cell("Never"),
    )
