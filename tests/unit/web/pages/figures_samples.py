"""The figures of the first page with some text wherever text can stand."""

from msgspec import structs

from watchword.storage.events import EventRow
from watchword.web.pages.console.overview_shown import (
    Fact,
    Overview,
    Problem,
    Share,
    Shares,
    Span,
    Todo,
    Unpriced,
)
from watchword.web.pages.console.plot import Counts, plot


def span(text: str, name: str = "day", count: int = 24) -> Span:
    """Its bars are of every kind, and one is missing."""
    kinds = ((9, 6, 2), (0, 0, 1), (4, 4, 0), (3, 0, 0), (0, 0, 0))
    counts = [Counts(text, *kinds[number % len(kinds)]) for number in range(count)]
    return Span(
        name=name,
        title=text,
        every="hour",
        total=99,
        summary=text,
        facts=(Fact(text, "12"), Fact(text, text, bad=True)),
        plot=plot(counts),
        first=text,
        last=text,
    )


def overview(text: str, event: EventRow) -> Overview:
    rare = Problem(title=text, fix=text, last=event.created, ago="just now")
    share = Share(name=text, codes=1_234, confirmed=99, rate=8.0, percent="8%", remark=text)
    return Overview(
        todos=(Todo(title=text, why=text, url="/a/", deed=text), Todo(title=text, why=text)),
        spans=(span(text), structs.replace(span(text, "week", 7), total=0), span(text, "month", 30)),
        shares=(
            Shares(title=text, heading="Gateway", rows=(share,)),
            Shares(title=text, heading="Country", rows=(share, structs.replace(share, remark=""))),
        ),
        unpriced=(Unpriced(text, "/if/admin/stages/1/edit/#f-segment_price"),),
        problems=(
            structs.replace(rare, detail=text, url="/a/", deed=text, times="At least 300 times", whom=text),
            rare,
        ),
        more=2,
    )
