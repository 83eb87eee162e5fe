"""Where the guided set-up begins and ends: the first step that is open, and what there is in the end."""

from collections.abc import Iterator
from typing import Any

from litestar import Response
from litestar.response import Redirect

from watchword.model.default_flow import default_of
from watchword.model.snapshot import Snapshot
from watchword.stages.authenticator_validate.stage import AuthenticatorValidateStage
from watchword.web.pages.answers import redirect
from watchword.web.pages.console.desk import Desk, desk_of
from watchword.web.pages.console.option_words import option_label
from watchword.web.pages.console.overview_shown import Todo
from watchword.web.pages.console.sections import edit_url, page_url
from watchword.web.pages.console.shown import Row
from watchword.web.pages.console.start.rendering import render_end
from watchword.web.pages.console.start.shown import EndStep
from watchword.web.pages.console.start.state import URL, State, frame_of, state_of
from watchword.web.types import WebRequest

HERE = f"{URL}end/"


async def begin(request: WebRequest) -> Response[Any]:
    """At the first step that is not done."""
    desk = await desk_of(request)
    if isinstance(desk, Redirect):
        return desk
    state = await state_of(desk, desk.query("stage"))
    return redirect(state.url(next((part for part, done in state.done.items() if not done), "end")))


async def show(request: WebRequest) -> Response[Any]:
    desk = await desk_of(request)
    if isinstance(desk, Redirect):
        return desk
    state = await state_of(desk, desk.query("stage"))
    shown = EndStep(
        there=tuple(_there(desk, state)),
        run=f"/if/flow/{state.flow.slug}/" if state.flow else "",
        todos=tuple(_todos(desk, state)),
    )
    return desk.answer(render_end(await desk.page(HERE), frame_of(state, "end"), shown))


def _there(desk: Desk, state: State) -> Iterator[Row]:
    if state.stage:
        yield Row(name=f"The gateway “{state.stage.name}”", url=edit_url(state.stage), about=_gateway(state))
    if state.flow:
        yield Row(
            name=f"The flow “{state.flow.title}”",
            url=page_url(state.flow),
            about=f"/if/flow/{state.flow.slug}/, and a link on everybody’s own page",
        )
    if asking := _asking(desk.snapshot):
        about = "whoever has added a phone is asked for a code when signing in"
        yield Row(name=f"The second factor “{asking.name}”", url=edit_url(asking), about=about)


def _gateway(state: State) -> str:
    carrier = option_label(state.stage.provider) if state.stage else ""
    return f"{carrier}; a message went out" if state.sent else f"{carrier}; no message went out yet"


def _asking(snapshot: Snapshot) -> AuthenticatorValidateStage | None:
    """Where signing in asks for a code that came by message."""
    flow = default_of(snapshot, "authentication")
    bindings = snapshot.stage_bindings(flow.pk) if flow else ()
    steps = (snapshot.get(binding.stage, AuthenticatorValidateStage) for binding in bindings)
    return next((step for step in steps if step and "sms" in step.device_classes), None)


def _todos(desk: Desk, state: State) -> Iterator[Todo]:
    if state.stage is None:
        why = "Until there is one, nobody gets a message."
        yield Todo(title="No gateway yet", why=why, url=state.url("gateway"), deed="Choose a gateway")
    elif state.flow is None:
        why = "Until there is one, nobody can add a phone."
        yield Todo(title="No flow yet", why=why, url=state.url("flow"), deed="Make the first flow")
    elif not state.sent:
        why = "A wrong value shows when the first message goes out: better to you than to a visitor."
        yield Todo(title="Not tried yet", why=why, url=state.url("message"), deed="Send yourself a message")
    if asking := _asking(desk.snapshot):
        if asking.not_configured_action == "skip":
            why = "Whoever has added no phone signs in with the password alone. “Without an authenticator” decides."
            yield Todo(title="The second factor is optional", why=why, url=edit_url(asking), deed="Change it")
    else:
        why = "Add an Authenticator Validation Stage to the sign-in, behind the password."
        yield Todo(title="Signing in asks for no code", why=why, url="/if/admin/flows/", deed="Choose the sign-in flow")
    if not desk.services.settings.public_url:
        why = "Set WATCHWORD_PUBLIC_URL to this server’s address before others use it: messages and links name it."
        yield Todo(title="Public URL unset", why=why)
