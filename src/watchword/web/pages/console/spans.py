"""The last day, week and month as the first page shows them: a plot by hour or day, the sums, and what it cost."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from babel import Locale
from babel.dates import format_skeleton, format_time
from babel.numbers import format_percent

from watchword.money import as_text
from watchword.storage.statements import Step
from watchword.storage.traffic import Tally
from watchword.web.pages.console.overview_shown import Fact, Span
from watchword.web.pages.console.plot import Counts, plot
from watchword.web.pages.console.traffic import DAYS, HOURS, Sums, Traffic, beginnings, sums


class Extent(NamedTuple):
    name: str
    title: str
    step: Step
    bars: int


EXTENTS = (
    Extent("day", f"Last {HOURS} hours", "hour", HOURS),
    Extent("week", "Last 7 days", "day", 7),
    Extent("month", f"Last {DAYS} days", "day", DAYS),
)


def spans(traffic: Traffic, now: datetime, locale: str) -> tuple[Span, ...]:
    return tuple(_span(extent, traffic, now, locale) for extent in EXTENTS)


def _span(extent: Extent, traffic: Traffic, now: datetime, locale: str) -> Span:
    moments = beginnings(now, extent.step, extent.bars)
    tallied = traffic.hours if extent.step == "hour" else traffic.days
    counted = list(_counts(moments, tallied, extent.step, locale))
    total = sums(tally for tally in tallied if tally.beginning >= moments[0])
    return Span(
        name=extent.name,
        title=extent.title,
        every=extent.step,
        total=total.total,
        summary=f"{extent.title}: {total.sent:,} sent, {total.confirmed:,} confirmed, {total.failed:,} failed.",
        facts=tuple(_facts(total, locale)),
        plot=plot(counted),
        first=counted[0].label,
        last=counted[-1].label,
    )


def _counts(moments: list[datetime], tallied: Iterable[Tally], step: Step, locale: str) -> Iterator[Counts]:
    by_moment: dict[datetime, list[Tally]] = defaultdict(list)
    for tally in tallied:
        by_moment[tally.beginning].append(tally)
    for moment in moments:
        found = sums(by_moment[moment])
        yield Counts(_label(moment, step, locale), found.sent, found.confirmed, found.failed)


def _label(moment: datetime, step: Step, locale: str) -> str:
    """As "2:00 PM" or "Mar 1"."""
    language = Locale.parse(locale, sep="-")
    text: str = (
        format_time(moment, "short", locale=language)
        if step == "hour"
        else format_skeleton("MMMd", moment, locale=language)
    )
    return text


def _facts(total: Sums, locale: str) -> Iterator[Fact]:
    yield Fact("Sent", f"{total.sent:,}")
    yield Fact("Failed", f"{total.failed:,}", bad=total.failed > 0)
    if total.codes:
        share = percent(total.confirmed, total.codes, locale)
        yield Fact("Confirmed", f"{total.confirmed:,} of {total.codes:,} ({share})")
    if total.segments:
        known = [as_text(cost.micros, cost.currency, locale) for cost in total.costs]
        yield Fact("Segments", f"{total.segments:,}")
        yield Fact("Cost", " + ".join(known) or ("Not known" if total.unpriced else "Nothing"))
    if total.unpriced and total.costs:
        yield Fact("Segments without a price", f"{total.unpriced:,}")
    if each := [as_text(cost.per_code, cost.currency, locale) for cost in total.costs if cost.per_code is not None]:
        yield Fact("A confirmed code costs", " or ".join(each))


def percent(part: int, whole: int, locale: str) -> str:
    """Rounded down, so that "100%" means all of them."""
    text: str = format_percent(part * 1000 // whole / 1000, "#,##0.#%", locale=Locale.parse(locale, sep="-"))
    return text
