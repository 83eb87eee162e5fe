"""Deliveries: one attempt each to send one message, and what became of it. Numbers are masked."""

from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, bindparam, exists, insert, select, update

from watchword.money import Price
from watchword.scrub import mask_numbers
from watchword.storage.newest import Newest, Sought, Stretch
from watchword.storage.prepared import Prepared, given
from watchword.storage.rows import Row, every, first, pick
from watchword.storage.tables import codes, deliveries

ANSWER_KEPT = 2_000
"""Characters of a gateway's answer."""


class Delivery(Row, frozen=True, kw_only=True):
    """`gateway` is its kind; `status` the provider's HTTP status, `provider_id` its name for the message, `error_code`
    its name for what went wrong, `answer` what it said, without secrets, codes and numbers.

    `code_id` is None where no code was sent, and `confirmed` where it has not come back; the code itself is deleted
    after a day. `segment_price` is in millionths of the currency, and None where nobody had said what it is.
    """

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
    error_code: str | None = None
    answer: str | None = None
    segments: int = 1
    duration_ms: int = 0
    code_id: int | None = None
    confirmed: datetime | None = None
    segment_price: int | None = None
    currency: str | None = None


_RECORD = Prepared(
    insert(deliveries)
    .values(given(*(name for name in Delivery.__struct_fields__ if name != "id")))
    .returning(deliveries.c.id)
)
_STATE_OF_CODE = Prepared(select(codes.c.state).where(codes.c.id == bindparam("code_id")).with_for_update(read=True))
_CONFIRM = Prepared(update(deliveries).where(deliveries.c.code_id == bindparam("code")).values(given("confirmed")))


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
    error_code: int | str | None = None,
    answer: str = "",
    segments: int = 1,
    duration_ms: int = 0,
    code_id: int | None = None,
    price: Price | None = None,
) -> int:
    """Returns the id. `answer` has been scrubbed by its gateway; numbers that it named of its own are masked. `price`
    is that of one segment.
    """
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
        "error_code": None if error_code is None else str(error_code),
        "answer": mask_numbers(answer)[:ANSWER_KEPT] or None,
        "segments": segments,
        "duration_ms": duration_ms,
        "code_id": code_id,
        "confirmed": now if code_id is not None and _came_back(conn, code_id) else None,
        "segment_price": price.micros if price else None,
        "currency": price.currency if price else None,
    }
    return int(_RECORD.scalar(conn, **values))


def _came_back(conn: Connection, code_id: int) -> bool:
    """A handset may have the message before the gateway has answered. The lock is for PostgreSQL: whoever uses the
    code up at this moment either is seen here, or sees the delivery.
    """
    return bool(_STATE_OF_CODE.scalar(conn, code_id=code_id) == "used")


def confirm_delivery(conn: Connection, code_id: int, now: datetime) -> None:
    """To be called where the code is used up, in the same transaction."""
    _CONFIRM.run(conn, code=code_id, confirmed=now)


def was_sent(conn: Connection, stage_pk: str) -> bool:
    """Whether a stage's gateway ever took a message."""
    sent = exists().where(deliveries.c.stage_pk == stage_pk, deliveries.c.outcome == "sent")
    return bool(conn.execute(select(sent)).scalar_one())


def list_deliveries(conn: Connection, *, user_id: int | None = None, limit: int = 100) -> list[Delivery]:
    """The newest first; of one user, or all."""
    listed = pick(deliveries, Delivery).order_by(deliveries.c.id.desc()).limit(limit)
    return every(conn, listed if user_id is None else listed.where(deliveries.c.user_id == user_id), Delivery)


_NEWEST = Newest(deliveries, narrow=("user_id", "provider_id"))


def newest_deliveries(conn: Connection, sought: Sought) -> Stretch[Delivery]:
    return _NEWEST.stretch(conn, Delivery, sought)


def count_some_deliveries(conn: Connection, sought: Sought) -> int | None:
    """As `Newest.how_many`."""
    return _NEWEST.how_many(conn, sought)


def get_delivery(conn: Connection, delivery_id: int) -> Delivery | None:
    return first(conn, pick(deliveries, Delivery).where(deliveries.c.id == delivery_id), Delivery)
