"""What goes through the gateways, counted: how much, what came of it, and what it cost."""

from datetime import datetime

from sqlalchemy import BigInteger, ColumnElement, Connection, Select, cast, func, or_, select

from watchword.storage.rows import Row, every, first
from watchword.storage.statements import Step, beginning
from watchword.storage.tables import deliveries

OF_THE_NUMBER = ("number", "abuse")
"""Categories of failures that say nothing about the stage: another number may be reached."""

_of = deliveries.c


class Tally(Row, frozen=True, kw_only=True):
    """Messages that are alike: of one hour or day, by one gateway, to one country, at prices in one currency.

    `coded` are those whose code could come back: notices and test messages have none, nor has what was sent before
    deliveries knew their codes. `cost` is in millionths of the currency, and 0 where nobody had said what a segment
    costs: there is no currency then.
    """

    beginning: datetime
    gateway: str
    country: str | None
    currency: str | None
    sent: bool
    coded: bool
    messages: int
    confirmed: int
    segments: int
    cost: int


class Failing(Row, frozen=True, kw_only=True):
    """How many messages failed since the last that was sent, and when the first and the last of them did."""

    count: int
    since: datetime
    last: datetime


def tallies(conn: Connection, since: datetime, until: datetime, step: Step) -> list[Tally]:
    """Before `until`, the oldest first; hours and days in which nothing happened are left out."""
    kinds = {
        "beginning": beginning(conn, _of.created, step),
        "gateway": _of.gateway,
        "country": _of.country,
        "currency": _of.currency,
        # A code that came back was sent, even where the gateway took too long to say so.
        "sent": or_(_of.outcome == "sent", _of.confirmed.is_not(None)),
        "coded": _of.code_id.is_not(None),
    }
    counted = select(
        *(kind.label(name) for name, kind in kinds.items()),
        func.count().label("messages"),
        func.count(_of.confirmed).label("confirmed"),
        _sum(_of.segments).label("segments"),
        _sum(_of.segments * _of.segment_price).label("cost"),
    ).where(_of.created >= since, _of.created < until)
    # By name: repeated, an expression would have parameters of its own, and be another one to PostgreSQL.
    return every(conn, counted.group_by(*kinds).order_by("beginning"), Tally)


def _sum(of: ColumnElement[int]) -> ColumnElement[int]:
    return cast(func.coalesce(func.sum(of), 0), BigInteger)


def failing(conn: Connection, stage_pk: str, since: datetime) -> Failing | None:
    """None where nothing failed after the stage's last success; failures of the number do not count."""
    return first(conn, _failing(stage_pk, since), Failing)


def _failing(stage_pk: str, since: datetime) -> Select[int, datetime, datetime]:
    of_stage = _of.stage_pk == stage_pk
    success = select(func.coalesce(func.max(_of.id), 0)).where(of_stage, _of.outcome == "sent").scalar_subquery()
    blamed = or_(_of.category.is_(None), _of.category.not_in(OF_THE_NUMBER))
    failed = (of_stage, _of.outcome == "failed", _of.id > success, _of.created >= since, blamed)
    counted = select(
        func.count().label("count"), func.min(_of.created).label("since"), func.max(_of.created).label("last")
    )
    return counted.where(*failed).having(func.count() > 0)
