"""The pages of the admin console with some text wherever text can stand."""

from datetime import UTC, datetime

from msgspec import structs

from tests.unit.web.pages.figures_samples import overview
from tests.unit.web.pages.guide_samples import checking, guided
from tests.unit.web.pages.start_samples import start_pages
from watchword.expressions.reference.entry import Entry, Topic
from watchword.storage.events import EventRow
from watchword.web.pages.console.code import Code, CodeLine
from watchword.web.pages.console.control import Control, Fieldset, Option
from watchword.web.pages.console.fact import Fact
from watchword.web.pages.console.groups import Meaning
from watchword.web.pages.console.overview_shown import Overview
from watchword.web.pages.console.rendering import (
    render_change,
    render_flow,
    render_form,
    render_history,
    render_list,
    render_loss,
    render_overview,
    render_trial,
)
from watchword.web.pages.console.shown import (
    ChangeShown,
    Difference,
    FlowShown,
    Form,
    History,
    Line,
    Listed,
    Loss,
    Past,
    Row,
    Rule,
    Step,
    Touched,
    Trial,
)
from watchword.web.pages.console.trials import Result, Sample, Tried
from watchword.web.pages.console.workbench import Start, Workbench
from watchword.web.pages.render import Page


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
        fieldsets=(Fieldset(title=text, help=text, controls=controls(text, wrong)),),
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
    )


def checked(text: str, *problems: str) -> Form:
    """The form of a gateway, which has no expression to try."""
    asked = form(text, None)
    fieldsets = (structs.replace(asked.fieldsets[0], checking=checking(text, problems)),)
    return structs.replace(asked, fieldsets=fieldsets, workbench=None)


def flow(text: str) -> FlowShown:
    rules = (
        Rule(name=text, url="/if/admin/rules/1/edit/", enabled=True),
        Rule(name=text, url="/if/admin/rules/2/edit/", enabled=False),
    )
    step = Step(
        pk="1",
        name=text,
        kind=text,
        stage_url="/if/admin/stages/1/edit/",
        url="/if/admin/steps/1/edit/",
        remove="/if/admin/steps/1/delete/",
        rules=rules,
        add_rule="/if/admin/rules/new/policybinding/",
        first=True,
        last=False,
    )
    return FlowShown(
        name=text,
        title=text,
        slug="slug",
        designation=text,
        url="/if/admin/flows/1/",
        run="/if/flow/slug/",
        rules=rules,
        add_rule="/if/admin/rules/new/policybinding/",
        steps=(step, structs.replace(step, pk="2", first=False, last=True, rules=())),
        stages=(Option("1", text),),
        kinds=(Option("/if/admin/stages/new/denystage/", text),),
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
        total=99,
        first=51,
        previous="/a/?page=1",
        next="/a/?page=3",
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
    return {
        "console: overview": render_overview(on, overview(text, event)),
        "console: overview without messages": render_overview(on, Overview(todos=(), spans=())),
        "console: list": render_list(on, listed(text)),
        "console: form": render_form(on, form(text, wrong)),
        "console: checked": render_form(on, checked(text)),
        "console: not checked": render_form(on, checked(text, text, text)),
        "console: flow": render_flow(on, flow(text)),
        "console: loss": render_loss(on, told),
        "console: history": render_history(
            on, History(changes=(past(text),), total=99, first=51, previous="/a/?page=1", next="/a/?page=3")
        ),
        "console: change": render_change(on, change(text, wrong)),
        "console: trial": render_trial(on, trial(text, wrong)),
        "console: blocked": render_loss(on, structs.replace(loss, blocked=(text,))),
    } | start_pages(on, text, wrong, controls(text, wrong))
