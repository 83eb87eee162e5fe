"""The third step: a real message to the administrator's own phone, and what became of it in words."""

from typing import Any

import msgspec
from litestar import Response
from litestar.response import Redirect

from watchword.administration.sending import SendTestForm, SendTestResult, send_test
from watchword.errors import FieldsInvalid, Throttled
from watchword.model.input import read_fields
from watchword.web.pages.console.control import Control
from watchword.web.pages.console.desk import Desk, desk_of
from watchword.web.pages.console.option_words import option_label
from watchword.web.pages.console.sent import answered, explained
from watchword.web.pages.console.start.rendering import render_message
from watchword.web.pages.console.start.shown import MessageStep
from watchword.web.pages.console.start.state import URL, State, frame_of, state_of
from watchword.web.types import WebRequest

HERE = f"{URL}message/"
FIELD = "phone_number"

NUMBER = Control(
    name=FIELD,
    title="Your phone number",
    help="With its country code, as +49 1512 3456789.",
    kind="text",
    required=True,
    longest=50,
)


async def show(request: WebRequest) -> Response[Any]:
    desk = await desk_of(request)
    if isinstance(desk, Redirect):
        return desk
    return await _page(desk, await state_of(desk, desk.query("stage")), NUMBER)


async def send(request: WebRequest) -> Response[Any]:
    desk = await desk_of(request)
    if isinstance(desk, Redirect):
        return desk
    form = await desk.form()
    state = await state_of(desk, form.get("stage", [""])[-1])
    typed = form.get(FIELD, [""])[-1]
    control, result = msgspec.structs.replace(NUMBER, value=typed.replace("\x00", "")), None
    try:
        values = read_fields(SendTestForm, {FIELD: typed})
        if state.stage:
            result = await send_test(desk.services, state.stage, values, by=desk.author, host=desk.visit.host)
    except FieldsInvalid as error:
        control = msgspec.structs.replace(control, errors=error.sentences)
    except Throttled as error:
        control = msgspec.structs.replace(control, errors=(error.message,))
    if result and result.sent and state.stage:
        state = await state_of(desk, state.stage.pk)
    return await _page(desk, state, control, result)


async def _page(desk: Desk, state: State, control: Control, result: SendTestResult | None = None) -> Response[Any]:
    stage = state.stage
    shown = MessageStep(
        stage=stage.pk if stage else "",
        name=stage.name if stage else "",
        gateway=option_label(stage.provider) if stage else "",
        number=control,
        sent=result.sent if result else None,
        facts=explained(result) if result else (),
        answer=answered(result) if result else (),
    )
    page = await desk.page(HERE)
    return desk.answer(render_message(page, frame_of(state, "message"), shown), 400 if control.errors else 200)
