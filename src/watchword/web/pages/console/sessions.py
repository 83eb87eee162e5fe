"""Everybody who is signed in: `/if/admin/sessions/`."""

from collections.abc import Sequence

from sqlalchemy import Connection

from watchword.storage.newest import Sought, Stretch
from watchword.storage.sessions import Session, count_some_sessions, newest_sessions
from watchword.storage.user_lists import usernames_of
from watchword.web.csv_export import Cells
from watchword.web.pages.console.asking import Asked
from watchword.web.pages.console.control import Option
from watchword.web.pages.console.desk import Desk
from watchword.web.pages.console.links import SESSIONS
from watchword.web.pages.console.messages import user_cell
from watchword.web.pages.console.people.addresses import user_url
from watchword.web.pages.console.records import Kind
from watchword.web.pages.console.tables import Cell
from watchword.web.pages.words import browser

KEPT = "A session is deleted within a minute of its end."


def _ask(conn: Connection, asked: Asked, _: Desk) -> None:
    asked.terms()
    asked.user(conn)


def _read(conn: Connection, sought: Sought, desk: Desk) -> Stretch[Session]:
    return newest_sessions(conn, sought, desk.services.clock())


def _count(conn: Connection, sought: Sought, desk: Desk) -> int | None:
    return count_some_sessions(conn, sought, desk.services.clock())


def _rows(conn: Connection, sessions: Sequence[Session], desk: Desk) -> list[tuple[Cell, ...]]:
    names = usernames_of(conn, [one.user_id for one in sessions])
    return [
        (
            user_cell(one.user_id, names),
            Cell(browser(one.user_agent), note="this one" if one.id == desk.visit.session.id else ""),
            Cell(one.address),
            Cell(when=one.created, exact=True),
            Cell(when=one.last_seen, exact=True),
            Cell("End…", url=f"{SESSIONS}{one.id}/end/"),
        )
        for one in sessions
    ]


def _cells(conn: Connection, sessions: Sequence[Session], _: Desk) -> list[Cells]:
    names = usernames_of(conn, [one.user_id for one in sessions])
    return [
        (
            one.id,
            one.user_id,
            names.get(one.user_id or 0),
            browser(one.user_agent),
            one.user_agent,
            one.address,
            one.created,
            one.last_seen,
            one.expires,
        )
        for one in sessions
    ]


def _deeds(asked: Asked) -> tuple[Option, ...]:
    """Where the list is one user's."""
    if asked.user_id is None or asked.wrong:
        return ()
    return (Option(f"{user_url(asked.user_id)}end-sessions/", "End all of this user…"),)


SESSIONS_KIND = Kind[Session](
    slug="sessions",
    title="Sessions",
    lede="Who is signed in, with which browser and from where; the newest first.",
    noun="session",
    nouns="sessions",
    none="Nobody is signed in.",
    kept=KEPT,
    search_label="User name, browser or address",
    columns=("User", "Browser", "Address", "Since (UTC)", "Last seen (UTC)", "Action"),
    file_columns=(
        "id",
        "user_id",
        "username",
        "browser",
        "user_agent",
        "address",
        "since",
        "last_seen",
        "expires",
    ),
    ask=_ask,
    read=_read,
    count=_count,
    rows=_rows,
    cells=_cells,
    deeds=_deeds,
)
