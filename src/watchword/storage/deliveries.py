"""Deliveries: one attempt each to send one message, and what became of it. Numbers are masked."""

from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, func, insert, select

from watchword.storage.rows import Row, every, pick
from watchword.storage.tables import deliveries


class Delivery(Row, frozen=True, kw_only=True):
    """`gateway` is its kind; `status` the provider's HTTP status, `provider_id` its name for the message."""

    id: int
    created: datetime
    gateway: str
    stage_pk: str | None = None
    user_id: int | None = None
    country: str | None = None
    masked: str = ""
    purpose: str = ""
    outcome: Literal["sent", "failed"]
    category: str | None = None
    provider_id: str | None = None
    status: int | None = None
    segments: int = 1
    duration_ms: int = 0


def record_delivery(
    conn: Connection,
    *,
    now: datetime,
    gateway: str,
    outcome: Literal["sent", "failed"],
    masked: str = "",
    purpose: str = "",
    stage_pk: str | None = None,
    user_id: int | None = None,
    country: str | None = None,
    category: str | None = None,
    provider_id: str | None = None,
    status: int | None = None,
    segments: int = 1,
    duration_ms: int = 0,
) -> int:
    """Returns the id."""
    values = {
        "created": now,
        "gateway": gateway,
        "outcome": outcome,
        "masked": masked,
        "purpose": purpose,
        "stage_pk": stage_pk,
        "user_id": user_id,
        "country": country,
        "category": category,
        "provider_id": provider_id,
        "status": status,
        "segments": segments,
        "duration_ms": duration_ms,
    }
    return int(conn.execute(insert(deliveries).values(values).returning(deliveries.c.id)).scalar_one())


def count_deliveries(conn: Connection, since: datetime) -> dict[str, int]:
    """How many there were since then, by outcome; what did not happen is left out."""
    counted = select(deliveries.c.outcome, func.count()).where(deliveries.c.created >= since)
    return {row[0]: row[1] for row in conn.execute(counted.group_by(deliveries.c.outcome))}


def list_deliveries(conn: Connection, *, user_id: int | None = None, limit: int = 100) -> list[Delivery]:
    """The newest first; of one user, or all."""
    listed = pick(deliveries, Delivery).order_by(deliveries.c.id.desc()).limit(limit)
    return every(conn, listed if user_id is None else listed.where(deliveries.c.user_id == user_id), Delivery)
