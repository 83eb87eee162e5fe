"""Deliveries, the newest first: `/if/admin/messages/`."""

from collections.abc import Sequence

from sqlalchemy import Connection

from watchword.gateways.registry import GATEWAYS
from watchword.money import MICROS
from watchword.phone import countries
from watchword.stages.authenticator_sms.settings import SMSSettings
from watchword.storage.deliveries import Delivery, count_some_deliveries, newest_deliveries
from watchword.storage.user_lists import usernames_of
from watchword.web.csv_export import Cells
from watchword.web.pages.console.asking import Asked
from watchword.web.pages.console.control import Option
from watchword.web.pages.console.delivery_words import (
    CATEGORIES,
    PURPOSES,
    came_back,
    country,
    duration,
    gateway,
    outcome,
    purpose,
    why,
)
from watchword.web.pages.console.desk import Desk
from watchword.web.pages.console.links import MESSAGES
from watchword.web.pages.console.people.addresses import user_url
from watchword.web.pages.console.records import Kind
from watchword.web.pages.console.tables import Cell

KEPT = "Messages stay until somebody deletes them from the database. Their texts and codes are not kept with them."

OUTCOMES = (Option("sent", "Sent"), Option("failed", "Failed"))


def _ask(conn: Connection, asked: Asked, desk: Desk) -> None:
    asked.exact("provider_id")
    asked.choice("outcome", "Outcome", OUTCOMES, "outcome")
    reasons = [Option(category, words.capitalize()) for category, words in CATEGORIES.items()]
    asked.choice("reason", "Reason", reasons, "category")
    asked.whether("code", "Its code", "Came back", "Did not come back", "confirmed")
    asked.choice("purpose", "What for", [Option(*one) for one in PURPOSES.items()], "purpose")
    asked.choice("gateway", "Gateway", [Option(kind, cls.label) for kind, cls in GATEWAYS.items()], "gateway")
    stages = sorted((Option(stage.pk, stage.name) for stage in desk.snapshot.all(SMSSettings)), key=lambda one: one[1])
    asked.choice("stage", "Stage", stages, "stage_pk")
    asked.choice("country", "Country", [Option(one.region, one.name) for one in countries()], "country")
    asked.user(conn)
    asked.days()


def _rows(conn: Connection, deliveries: Sequence[Delivery], desk: Desk) -> list[tuple[Cell, ...]]:
    names = usernames_of(conn, [one.user_id for one in deliveries])
    return [_row(one, names, desk) for one in deliveries]


def _row(one: Delivery, names: dict[int, str], desk: Desk) -> tuple[Cell, ...]:
    failed, soon = one.outcome == "failed", came_back(one)
    return (
        Cell(when=one.created, exact=True, url=f"{MESSAGES}{one.id}/", note=purpose(one.purpose)),
        Cell(outcome(one), note=f"code entered {soon}" if soon else why(one), look="bad" if failed else "good"),
        Cell(one.masked.replace(" ", "\N{NO-BREAK SPACE}") or "Number not kept", note=country(one.country)),
        user_cell(one.user_id, names),
        Cell(gateway(one.gateway), note=stage_name(one, desk)),
        Cell(str(one.segments)),
        Cell(duration(one.duration_ms)),
    )


def user_cell(user_id: int | None, names: dict[int, str]) -> Cell:
    if user_id is None:
        return Cell()
    name = names.get(user_id)
    return Cell(name, url=user_url(user_id)) if name else Cell(f"User {user_id}", note="deleted")


def stage_name(delivery: Delivery, desk: Desk) -> str:
    stage = desk.snapshot.get(delivery.stage_pk, SMSSettings)
    return stage.name if stage else "a deleted stage" if delivery.stage_pk else ""


def _cells(conn: Connection, deliveries: Sequence[Delivery], desk: Desk) -> list[Cells]:
    names = usernames_of(conn, [one.user_id for one in deliveries])
    return [
        (
            one.id,
            one.created,
            one.outcome,
            one.category,
            one.purpose,
            one.masked,
            one.country,
            one.user_id,
            names.get(one.user_id or 0),
            one.gateway,
            stage_name(one, desk),
            one.provider_id,
            one.status,
            one.error_code,
            one.segments,
            one.duration_ms,
            one.confirmed,
            None if one.segment_price is None else one.segment_price * one.segments / MICROS,
            one.currency,
            one.answer,
        )
        for one in deliveries
    ]


MESSAGES_KIND = Kind[Delivery](
    slug="messages",
    title="Messages",
    lede="Every attempt to send a message, the newest first, and what became of it.",
    noun="message",
    nouns="messages",
    none="No message was sent yet.",
    kept=KEPT,
    search_label="The provider’s id",
    columns=("When (UTC)", "Outcome", "To", "User", "Gateway", "Segments", "Took"),
    file_columns=(
        "id",
        "when",
        "outcome",
        "reason",
        "purpose",
        "number",
        "country",
        "user_id",
        "username",
        "gateway",
        "stage",
        "provider_id",
        "http_status",
        "error_code",
        "segments",
        "milliseconds",
        "confirmed",
        "cost",
        "currency",
        "answer",
    ),
    ask=_ask,
    read=lambda conn, sought, _: newest_deliveries(conn, sought),
    count=lambda conn, sought, _: count_some_deliveries(conn, sought),
    rows=_rows,
    cells=_cells,
)
