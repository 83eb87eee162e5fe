"""The console's pages of what happened, with some text wherever text can stand."""

from datetime import UTC, datetime

from msgspec import structs

from watchword.web.pages.console.asking import Question
from watchword.web.pages.console.control import Option
from watchword.web.pages.console.records_shown import Ending, Happened, Known, Record, Records
from watchword.web.pages.console.rendering import render_ending, render_record, render_records
from watchword.web.pages.console.tables import Cell, Table
from watchword.web.pages.render import Page

MOMENT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def records(text: str, wrong: str | None) -> Records:
    options = (Option("", text), Option("a", text))
    choice = Question(name="outcome", label=text, kind="choice", value="a", options=options)
    return Records(
        title=text,
        lede=text,
        nouns=text,
        none=text,
        kept=text,
        url="/if/admin/messages/",
        table=Table(
            label=text,
            columns=(text, text, text),
            rows=(
                (Cell(when=MOMENT, exact=True, url="/a/", note=text), Cell(text, look="bad"), Cell()),
                (Cell(when=MOMENT, exact=True), Cell(text, url="/b/"), Cell(text, note=text)),
            ),
        ),
        questions=(
            choice,
            Question(name="username", label=text, value=text, help=text, errors=(wrong,) if wrong else ()),
            Question(name="from", label=text, kind="day", value="2026-03-01"),
        ),
        narrowed=True,
        search=text,
        search_label=text,
        file="/a/csv/",
        counted=text,
        older="/a/?before=7",
        newest="/a/",
        deeds=(Option("/a/", text),),
        wrong=bool(wrong),
    )


def record(text: str) -> Record:
    fact = Known(label=text, text=text)
    return Record(
        title=text,
        lede=text,
        facts=(
            fact,
            Known(label=text, text=text, url="/a/"),
            Known(label=text, text=text, url="https://example.org/", outside=True),
            Known(label=text, text=text, code=True),
        ),
        tone="warning",
        told=text,
        verdict=(fact,),
        details=(Known(label=text, parts=(fact, Known(label=text, parts=(fact,)))),),
        answer=text,
        no_answer=text,
        events=(Happened(text, text, "/a/"),),
    )


def records_pages(on: Page, text: str, wrong: str | None) -> dict[str, str]:
    listed = structs.replace(records(text, wrong), wrong=False)
    empty = structs.replace(listed, table=Table(label=text, columns=(text,)), older="", newest="", deeds=())
    bare = structs.replace(record(text), answer=None, verdict=(), details=(), events=(), tone="success")
    asked = Ending(title=text, button=text, facts=(Known(label=text, text=text),), means=(text, text), own=text)
    return {
        "console: records": render_records(on, listed),
        "console: records looked through": render_records(on, structs.replace(listed, looked_at="10,000")),
        "console: records asked wrongly": render_records(on, records(text, wrong)),
        "console: no records": render_records(on, structs.replace(empty, search="", narrowed=False)),
        "console: none that fits": render_records(on, empty),
        "console: none yet found": render_records(on, structs.replace(empty, looked_at="10,000", older="/a/")),
        "console: record": render_record(on, record(text)),
        "console: bare record": render_record(on, bare),
        "console: ending": render_ending(on, asked),
        "console: ending of others": render_ending(on, structs.replace(asked, own="")),
    }
