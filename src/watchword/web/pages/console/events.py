"""The audit trail, the newest first: `/if/admin/events/`."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection

from watchword.events import ACTIONS
from watchword.storage.events import EventRow, count_some_events, newest_events
from watchword.storage.user_lists import usernames_of
from watchword.web.csv_export import Cells
from watchword.web.pages.console.asking import Asked
from watchword.web.pages.console.control import Option
from watchword.web.pages.console.desk import Desk
from watchword.web.pages.console.links import EVENTS
from watchword.web.pages.console.people.addresses import user_url
from watchword.web.pages.console.records import Kind
from watchword.web.pages.console.tables import Cell

KEPT = "Events stay until somebody deletes them from the database; those about a user outlive the user."

_ACRONYMS = {"sms": "SMS"}


def action_label(action: str) -> str:
    """As "SMS send failed"; what an expression made, under its own name."""
    words = action.removeprefix("custom_").replace("_", " ").split()
    text = " ".join(_ACRONYMS.get(word, word) for word in words)
    return text[:1].upper() + text[1:]


def meaning(action: str) -> str:
    return ACTIONS.get(action, "An expression left this event.")


def _ask(conn: Connection, asked: Asked, desk: Desk) -> None:
    asked.terms()
    options = [Option(action, action_label(action)) for action in ACTIONS]
    given = desk.query("action")
    if given.startswith("custom_"):
        options.append(Option(given, f"{action_label(given)} (of an expression)"))
    asked.choice("action", "What", sorted(options, key=lambda one: one.label.casefold()), "action")
    asked.user(conn, or_named="username")
    asked.text("address", "Address", "client_ip")
    asked.days()


def _rows(conn: Connection, events: Sequence[EventRow], _: Desk) -> list[tuple[Cell, ...]]:
    there = usernames_of(conn, [event.user_id for event in events])
    return [
        (
            Cell(when=event.created, exact=True, url=f"{EVENTS}{event.uuid}/"),
            Cell(action_label(event.action)),
            _whose(event, there),
            Cell(event.message or meaning(event.action), note=_by(event)),
            Cell(event.client_ip),
        )
        for event in events
    ]


def _whose(event: EventRow, there: dict[int, str]) -> Cell:
    if event.user_id in there:
        return Cell(event.username, url=user_url(event.user_id or 0))
    return Cell(event.username, note="deleted" if event.username and event.user_id is not None else "")


def _by(event: EventRow) -> str:
    by = event.context.get("by")
    return f"by {by}" if isinstance(by, str) and by != event.username else ""


def _cells(_: Connection, events: Sequence[EventRow], __: Desk) -> list[Cells]:
    return [
        (
            event.uuid,
            event.created,
            event.action,
            event.user_id,
            event.username,
            event.client_ip,
            event.message,
            msgspec.json.encode(event.context).decode(),
        )
        for event in events
    ]


EVENTS_KIND = Kind[EventRow](
    slug="events",
    title="Events",
    lede="Who did what, and what went wrong: the audit trail, the newest first.",
    noun="event",
    nouns="events",
    none="Nothing has happened yet.",
    kept=KEPT,
    search_label="Search all that they say",
    columns=("When (UTC)", "What", "User", "Message", "Address"),
    file_columns=("id", "when", "action", "user_id", "username", "address", "message", "context"),
    ask=_ask,
    read=lambda conn, sought, _: newest_events(conn, sought),
    count=lambda conn, sought, _: count_some_events(conn, sought),
    rows=_rows,
    cells=_cells,
)
