"""One request to the executor, as metrics and traces tell of it."""

from collections.abc import Iterator
from contextlib import contextmanager

from watchword.flows.challenge import AccessDenied, Challenge, FlowRedirect
from watchword.flows.run import Run
from watchword.flows.services import Services
from watchword.flows.stage import Stage
from watchword.metrics.steps import Access
from watchword.model.flow import Flow

NO_STAGE = "none"


class Step:
    """`stage` is the type of the stage that was shown, or answered; the executor says so while it knows."""

    def __init__(self) -> None:
        self.stage = NO_STAGE
        self.outcome = "error"

    def at(self, run: Run) -> None:
        stage = run.stage_settings
        self.stage = stage.kind if isinstance(stage, Stage) else NO_STAGE

    def led_to(self, challenge: Challenge) -> Challenge:
        self.outcome = _outcome(challenge)
        return challenge


def _outcome(challenge: Challenge) -> str:
    if isinstance(challenge, FlowRedirect):
        return "finished"
    if isinstance(challenge, AccessDenied):
        return "denied"
    return "invalid" if challenge.response_errors else "asked"


@contextmanager
def taking(services: Services, access: Access, flow: Flow) -> Iterator[Step]:
    step = Step()
    with services.traces.span("step", access=access, designation=flow.designation) as span:
        with services.metrics.steps.taking(access, step):
            yield step
        span.say(stage=step.stage, outcome=step.outcome)
