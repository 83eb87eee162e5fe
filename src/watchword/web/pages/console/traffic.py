"""What went through the gateways in the last month, read in pieces, and summed up."""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from watchword.gateways.registry import GATEWAYS
from watchword.storage.database import Database
from watchword.storage.statements import Step
from watchword.storage.traffic import Tally, tallies

STEPS: dict[Step, timedelta] = {"hour": timedelta(hours=1), "day": timedelta(days=1)}
HOURS, DAYS = 24, 30
DAYS_AT_ONCE = 5
"""SQLite counts in the event loop, where a busy gateway's whole month would keep visitors waiting."""


class Traffic(NamedTuple):
    """The last day by hour, and the last month by day."""

    hours: list[Tally]
    days: list[Tally]


class Cost(NamedTuple):
    """Millionths of a currency: what all messages cost, what one code that came back did, if any came back."""

    currency: str
    micros: int
    per_code: Decimal | None


class Sums(NamedTuple):
    """`codes` are what was sent and could come back; `unpriced` are segments of which nobody knows what they cost."""

    sent: int
    failed: int
    codes: int
    confirmed: int
    segments: int
    unpriced: int
    costs: tuple[Cost, ...]

    @property
    def total(self) -> int:
        return self.sent + self.failed


def beginnings(now: datetime, step: Step, count: int) -> list[datetime]:
    """Of the last hours or days in UTC, this one included; the oldest first."""
    hour = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    this = hour.replace(hour=0) if step == "day" else hour
    return [this - number * STEPS[step] for number in range(count)][::-1]


async def read_traffic(database: Database, now: datetime) -> Traffic:
    since, until = beginnings(now, "hour", HOURS)[0], beginnings(now, "day", 1)[0] + STEPS["day"]
    hours = await database.read(tallies, since, until, "hour")
    days: list[Tally] = []
    for first in beginnings(now, "day", DAYS)[::DAYS_AT_ONCE]:
        await asyncio.sleep(0)  # lets others in
        days += await database.read(tallies, first, first + DAYS_AT_ONCE * STEPS["day"], "day")
    return Traffic(hours, days)


def pretends(gateway: str) -> bool:
    """Whether it sends nothing, and so costs nothing."""
    return gateway in GATEWAYS and GATEWAYS[gateway].fake


def sums(tallied: Iterable[Tally]) -> Sums:
    every = list(tallied)
    sent = [tally for tally in every if tally.sent]
    coded = [tally for tally in sent if tally.coded]
    return Sums(
        sent=sum(tally.messages for tally in sent),
        failed=sum(tally.messages for tally in every if not tally.sent),
        codes=sum(tally.messages for tally in coded),
        confirmed=sum(tally.confirmed for tally in coded),
        segments=sum(tally.segments for tally in sent),
        unpriced=sum(tally.segments for tally in sent if tally.currency is None and not pretends(tally.gateway)),
        costs=tuple(_cost(sent, currency) for currency in sorted({tally.currency for tally in sent if tally.currency})),
    )


def _cost(sent: list[Tally], currency: str) -> Cost:
    """A code that came back pays for those that did not, but for no notice and no test."""
    paid = [tally for tally in sent if tally.currency == currency]
    coded = [tally for tally in paid if tally.coded]
    confirmed = sum(tally.confirmed for tally in coded)
    per_code = Decimal(sum(tally.cost for tally in coded)) / confirmed if confirmed else None
    return Cost(currency, sum(tally.cost for tally in paid), per_code)
