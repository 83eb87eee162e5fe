"""The pages of the guided set-up with some text wherever text can stand."""

from msgspec import structs

from tests.unit.web.pages.guide_samples import checking
from watchword.web.pages.console.control import Checking, Control, Fieldset
from watchword.web.pages.console.fact import Fact
from watchword.web.pages.console.overview_shown import Todo
from watchword.web.pages.console.shown import Row
from watchword.web.pages.console.start.rendering import (
    render_end,
    render_first_flow,
    render_gateway,
    render_message,
)
from watchword.web.pages.console.start.shown import (
    EndStep,
    FlowStep,
    Frame,
    GatewayStep,
    Mark,
    MessageStep,
    Place,
)
from watchword.web.pages.render import Page


def frame(text: str, number: int) -> Frame:
    marks = (
        Mark(text, "/if/admin/start/gateway/", True, number == 1),
        Mark(text, "/if/admin/start/flow/", False, number == 2),
    )
    return Frame(number=number, title=text, marks=marks, back="/a/", next="/b/", done=number == 1)


def start_pages(on: Page, text: str, wrong: str | None, controls: tuple[Control, ...]) -> dict[str, str]:
    row, todo = Row(name=text, url="/a/", about=text), Todo(title=text, why=text, url="/a/", deed=text)
    gateway = GatewayStep(
        stage=text,
        name=text,
        fieldsets=(
            Fieldset(
                title=text, help=text, controls=controls, checking=Checking(url="/a/") if wrong else checking(text)
            ),
        ),
        others=(row,),
        full="/a/",
        errors=(wrong,) if wrong else (),
        wrong=bool(wrong),
        version="v",
    )
    flow = FlowStep(
        stage=text,
        title=controls[1],
        asks="prompt",
        places=(Place("DE", text, 49, True), Place("FR", text, 33, False)),
        errors={"regions": (wrong,), "asks": (wrong,)} if wrong else {},
    )
    message = MessageStep(stage=text, name=text, gateway=text, number=controls[1])
    told = structs.replace(message, sent=True, facts=(Fact(text, text),), answer=(Fact(text, text, code=True),))
    end = EndStep(there=(row,), run="/if/flow/slug/", todos=(todo, structs.replace(todo, url="")))
    first, second = frame(text, 1), frame(text, 2)
    return {
        "console: start, gateway": render_gateway(on, first, gateway),
        "console: start, flow": render_first_flow(on, second, flow),
        "console: start, flow that is there": render_first_flow(on, first, structs.replace(flow, flow=row, errors={})),
        "console: start, message": render_message(on, second, message),
        "console: start, message sent": render_message(on, first, told),
        "console: start, message not sent": render_message(on, second, structs.replace(told, sent=False)),
        "console: start, end": render_end(on, first, end),
    }
