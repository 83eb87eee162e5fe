"""The pages of the guided set-up as HTML."""

from watchword.web.pages.console.start.shown import EndStep, FlowStep, Frame, GatewayStep, MessageStep
from watchword.web.pages.render import Page, render


def render_gateway(page: Page, frame: Frame, step: GatewayStep) -> str:
    return render("admin/start/gateway.html", page=page, frame=frame, step=step, problems=step.wrong)


def render_first_flow(page: Page, frame: Frame, step: FlowStep) -> str:
    return render("admin/start/flow.html", page=page, frame=frame, step=step, problems=bool(step.errors))


def render_message(page: Page, frame: Frame, step: MessageStep) -> str:
    return render("admin/start/message.html", page=page, frame=frame, step=step, problems=bool(step.number.errors))


def render_end(page: Page, frame: Frame, step: EndStep) -> str:
    return render("admin/start/end.html", page=page, frame=frame, step=step)
