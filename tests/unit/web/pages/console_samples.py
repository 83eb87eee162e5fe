"""The pages of the admin console with some text wherever text can stand."""

from datetime import UTC, datetime

from msgspec import structs

from tests.unit.web.pages.doctor_samples import doctor_pages
from tests.unit.web.pages.figures_samples import overview
from tests.unit.web.pages.guide_samples import checking, guided
from tests.unit.web.pages.records_samples import records_pages
from tests.unit.web.pages.start_samples import start_pages
from watchword.administration.previewing_messages import MessagePreview
from watchword.expressions.reference.entry import Entry, Topic
from watchword.gateways.costly import Costly, Piece
from watchword.gateways.segments import count
from watchword.storage.events import EventRow
from watchword.web.pages.console.code import Code, CodeLine
from watchword.web.pages.console.control import Control, Fieldset, Option
from watchword.web.pages.console.fact import Fact
from watchword.web.pages.console.flow_shown import Adding, FlowShown, Gate, Rule, Step
from watchword.web.pages.console.groups import Meaning
from watchword.web.pages.console.manual.chapters import Link
from watchword.web.pages.console.overview_shown import Overview
from watchword.web.pages.console.paging import Pages
from watchword.web.pages.console.previews import Preview
from watchword.web.pages.console.rendering import (
    render_change,
    render_flow,
    render_form,
    render_history,
    render_list,
    render_listing,
    render_loss,
    render_overview,
    render_trial,
)
from watchword.web.pages.console.shown import (
    ChangeShown,
    Difference,
    Form,
    History,
    Line,
    Listed,
    Loss,
    Past,
    Row,
    Touched,
    Trial,
)
from watchword.web.pages.console.tables import Cell, Filter, Listing, Table
from watchword.web.pages.console.trials import Result, Sample, Tried
from watchword.web.pages.console.workbench import Start, Workbench
from watchword.web.pages.render import Page

MOMENT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
PAGES = Pages(first=51, last=99, total=120, previous="/a/?page=1", next="/a/?page=3")


def controls(text: str, wrong: str | None) -> tuple[Control, ...]:
    """One of each kind."""
    plain = Control(name="name", title=text, help=text, kind="text", value=text, required=True)
    options = (Option("", "—"), Option("a", text))
    failed = structs.replace(plain, name="failed", errors=(wrong,) if wrong else ())
    return (
        plain,
        failed,
        structs.replace(plain, name="auth", kind="secret", value="", stored=True),
        structs.replace(plain, name="order", kind="number", value="7"),
        structs.replace(plain, name="on", kind="switch", on=True),
        structs.replace(plain, name="provider", kind="choice", value="twilio", options=(Option("twilio", text),)),
        structs.replace(plain, name="many", kind="choices", values=("a",), options=options[1:]),
        structs.replace(plain, name="nothing", kind="choices"),
        structs.replace(plain, name="message", kind="area"),
        structs.replace(plain, name="expression", kind="code", code=code(text, wrong)),
        structs.replace(plain, name="placeholder", kind="area", code=Code(switch="on", on=False)),
        structs.replace(plain, name="sid", meanings={"twilio": Meaning(text, text)}, **guided(text)),
        structs.replace(plain, name="token", kind="secret", value="", stored=True, on=True, **guided(text)),
    )


def code(text: str, wrong: str | None) -> Code:
    excerpt = (CodeLine(2, text, False), CodeLine(3, text, True))
    return Code(line=3, excerpt=excerpt) if wrong else Code()


def tried(text: str, wrong: str | None) -> Tried:
    if wrong:
        return Tried(errors={"failed": (wrong,)})
    facts = (Fact(text, text), Fact(text, text, code=True))
    yes = Result(title=text, verdict=text, passed=True, facts=facts)
    return Tried(results=(yes, structs.replace(yes, passed=False)), line=3)


def bench(text: str, wrong: str | None) -> Workbench:
    entry = Entry(shown=text, means=text, example=text, parts=(text, text))
    fields = tuple(structs.replace(one, name=f"try_{one.name}") for one in controls(text, wrong)[:2])
    return Workbench(
        topics=(Topic(title=text, entries=(entry,)), Topic(title=text, entries=(entry,), usable=False)),
        limits=(text, text),
        starts=(Start(text, "/if/admin/policies/new/expressionpolicy/?example=a", text),),
        sample=Sample(lede=text, url="/if/admin/policies/1/try/", controls=fields, tried=tried(text, wrong)),
    )


def form(text: str, wrong: str | None) -> Form:
    return Form(
        title=text,
        lede=text,
        fieldsets=(
            Fieldset(
                title=text,
                help=text,
                controls=controls(text, wrong),
                more=Link("/if/admin/docs/twilio/", text),
            ),
        ),
        errors=(),
        wrong=bool(wrong),
        version="v",
        back="/if/admin/stages/",
        remove="/if/admin/stages/1/delete/",
        trial="/if/admin/stages/1/try/",
        trial_button=text,
        uses=(Row(name=text, url="/if/admin/flows/1/", about=text),),
        hidden=(("flow", text),),
        workbench=bench(text, wrong),
        preview=message_preview(text),
    )


def checked(text: str, *problems: str) -> Form:
    """The form of a gateway, which has no expression to try."""
    asked = form(text, None)
    fieldsets = (structs.replace(asked.fieldsets[0], checking=checking(text, problems)),)
    return structs.replace(asked, fieldsets=fieldsets, workbench=None)


def message_preview(text: str) -> Preview:
    message = MessagePreview(
        sender=text,
        text=text,
        counted=count("–€"),
        pieces=(Piece(text, ""), Piece(text, "forces"), Piece(text, "twice")),
        costly=(Costly("–", text, "forces", True, "nothing"), Costly("€", text, "twice", True, text)),
        unbound=text,
        body=text,
    )
    return Preview(url="/if/admin/stages/1/preview/", lede=text, message=message)


def prompt_preview(text: str) -> Preview:
    field = {"field_key": "one", "label": text, "type": "text", "required": False, "placeholder": text,
             "initial_value": text, "order": 0, "sub_text": text, "choices": None}  # fmt: skip
    hidden = field | {"field_key": "two", "type": "hidden"}
    return Preview(url="/if/admin/prompts/1/preview/", lede=text, title=text, fields=(field, hidden))


def gate(text: str, target: str) -> Gate:
    rules = (
        Rule(name=text, url="/if/admin/rules/1/edit/", enabled=True),
        Rule(name=text, url="/if/admin/rules/2/edit/", enabled=False),
    )
    return Gate(
        target=target,
        whose=text,
        lead=text,
        otherwise=text,
        when=text,
        closed=True,
        rules=rules,
        policies=(Option("1", text),),
        new="/if/admin/policies/new/expressionpolicy/",
        person="/if/admin/rules/new/policybinding/",
    )


def flow(text: str) -> FlowShown:
    named = Control(name="name", title=text, help=text, kind="text", value=text)
    step = Step(
        pk="1",
        name=text,
        icon="prompt",
        kind=text,
        about=(text,),
        stage_url="/if/admin/stages/1/edit/",
        url="/if/admin/steps/1/edit/",
        remove="/if/admin/steps/1/delete/",
        gate=gate(text, "1"),
        timing=(Control(name="on", title=text, help=text, kind="switch", on=True),),
        hidden=(("version", text),),
        before="/if/admin/flows/1/?before=1#add",
        first=True,
        last=False,
    )
    free = structs.replace(gate(text, "2"), closed=False, rules=(), policies=())
    return FlowShown(
        name=text,
        title=text,
        slug="slug",
        designation=text,
        url="/if/admin/flows/1/",
        run="/if/flow/slug/",
        demand=text,
        unmet=text,
        gate=structs.replace(gate(text, "3"), closed=False),
        steps=(step, structs.replace(step, pk="2", icon="deny", first=False, last=True, gate=free)),
        seen="1 2",
        adding=Adding(kinds=(Option("new:1", text),), stages=(Option("1", text),), places=(Option("", text),)),
        naming=(named,),
        version="v",
    )


def listed(text: str) -> Listed:
    return Listed(
        title=text,
        lede=text,
        noun=text,
        url="/if/admin/stages/",
        rows=(Row(name=text, url="/a/", about=text),),
        makes=(Option("/b/", text), Option("/c/", text)),
        search=text,
        pages=PAGES,
    )


def listing(text: str) -> Listing:
    rows = (
        (Cell(text, url="/a/", note=text), Cell(text, look="bad"), Cell(when=MOMENT)),
        (Cell(text, url="/b/"), Cell(text, look="good"), Cell()),
    )
    options = (Option("", text), Option("a", text))
    return Listing(
        title=text,
        lede=text,
        noun=text,
        nouns=text,
        url="/if/admin/users/",
        table=Table(label=text, columns=(text, text, text), rows=rows),
        pages=PAGES,
        search=text,
        search_label=text,
        filters=(Filter(name="state", label=text, value="a", options=options),),
        narrowed=True,
        makes=(Option("/a/", text),),
        file="/a/csv/",
    )


def past(text: str) -> Past:
    return Past(
        number=7,
        when=datetime(2026, 3, 1, 12, 0, tzinfo=UTC),
        author=text,
        summary=text,
        url="/if/admin/history/7/",
    )


def change(text: str, wrong: str | None) -> ChangeShown:
    differences = (
        Difference(title=text, before=text, after=text),
        Difference(title=text, before=text, after=""),
        Difference(title=text, before="", after="", secret=True),
        Difference(title=text, before="", after="", lines=(Line("-", text), Line("+", text), Line(" ", text))),
    )
    touched = Touched(name=text, noun=text, deed="Changed", url="/a/", differences=differences)
    gone = structs.replace(touched, url="", differences=())
    errors = (wrong,) if wrong else ()
    return ChangeShown(past=past(text), touched=(touched, gone), later=(past(text),), newest=False, errors=errors)


def trial(text: str, wrong: str | None) -> Trial:
    return Trial(
        title=text,
        lede=text,
        button=text,
        controls=controls(text, wrong)[:2],
        wrong=bool(wrong),
        passed=None if wrong else True,
        facts=() if wrong else (Fact(text, text), Fact(text, text, code=True)),
        answer=() if wrong else (Fact(text, text), Fact(text, text, code=True)),
        back="/if/admin/policies/1/edit/",
    )


def console_pages(on: Page, text: str, wrong: str | None, event: EventRow) -> dict[str, str]:
    loss = Loss(name=text, noun="stage", verb="Delete", gone=(text,), emptied=(text,), devices=2)
    told = structs.replace(loss, errors=(wrong,) if wrong else ())
    unready = structs.replace(prompt_preview(text), fields=(), notes=(text,))
    pages = {
        "console: overview": render_overview(on, overview(text, event)),
        "console: overview without messages": render_overview(on, Overview(todos=(), spans=())),
        "console: list": render_list(on, listed(text)),
        "console: rows": render_listing(on, listing(text)),
        "console: no rows": render_listing(
            on, structs.replace(listing(text), table=Table(label=text, columns=(text,)), pages=Pages())
        ),
        "console: form": render_form(on, form(text, wrong)),
        "console: checked": render_form(on, checked(text)),
        "console: not checked": render_form(on, checked(text, text, text)),
        "console: form with a prompt": render_form(
            on, structs.replace(form(text, wrong), preview=prompt_preview(text), uses=())
        ),
        "console: form that is not valid yet": render_form(on, structs.replace(form(text, wrong), preview=unready)),
        "console: flow": render_flow(on, structs.replace(flow(text), errors=(wrong,) if wrong else ())),
        "console: loss": render_loss(on, told),
        "console: history": render_history(on, History(changes=(past(text),), pages=PAGES)),
        "console: change": render_change(on, change(text, wrong)),
        "console: trial": render_trial(on, trial(text, wrong)),
        "console: blocked": render_loss(on, structs.replace(loss, blocked=(text,))),
    }
    pages |= start_pages(on, text, wrong, controls(text, wrong))
    return pages | records_pages(on, text, wrong) | doctor_pages(on, text, wrong)
