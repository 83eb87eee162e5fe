"""What still has to be set up, or has stopped working, and where that is mended."""

from collections.abc import Iterator, Mapping

from watchword.flows.limits import in_words
from watchword.model.default_flow import default_of
from watchword.model.flow import Flow, FlowStageBinding
from watchword.model.snapshot import Snapshot
from watchword.settings import Settings
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage
from watchword.stages.user_login import UserLoginStage
from watchword.storage.traffic import Failing
from watchword.web.pages.console.overview_shown import Todo
from watchword.web.pages.console.sections import CONSOLE, FLOWS, STAGES_OF_FLOWS, edit_url, kind_name, page_url
from watchword.web.pages.console.traffic import pretends
from watchword.web.pages.words import moment

IN_A_ROW = 3
"""So many failures, and no success after them, are no accident."""


def todos(
    snapshot: Snapshot,
    settings: Settings,
    failing: Mapping[str, Failing],
    resting: Mapping[str, int],
    *,
    demo: bool,
    locale: str,
) -> Iterator[Todo]:
    """What hurts most comes first. `failing` is by the uuid of the stage, and so is `resting`, in seconds."""
    stages = sorted(snapshot.all(AuthenticatorSMSStage), key=lambda stage: stage.name)
    yield from _signing_in(snapshot)
    for stage in stages:
        if (seconds := resting.get(stage.pk)) is not None:
            yield _rests(stage, seconds)
        elif (run := failing.get(stage.pk)) and run.count >= IN_A_ROW:
            yield _broken(stage, run, locale)
    if not any(is_real(stage) for stage in stages):
        why = "Until a stage has Twilio or another gateway, nobody gets a real message."
        yield Todo(title="No gateway yet", why=why, url=f"{CONSOLE}start/", deed="Set one up, step by step")
    placed = {binding.stage for binding in snapshot.all(FlowStageBinding)}
    for stage in stages:
        yield from _stage(stage, stage.pk in placed, demo)
    if not settings.public_url:
        why = "Set WATCHWORD_PUBLIC_URL to this server’s address: messages and links name it, whoever asks."
        yield Todo(title="Public URL unset", why=why)


def is_real(stage: AuthenticatorSMSStage) -> bool:
    return not pretends(stage.provider)


def _signing_in(snapshot: Snapshot) -> Iterator[Todo]:
    flow = default_of(snapshot, "authentication")
    if flow is None:
        why = "There is no flow for signing in, so nobody who is signed out gets in again."
        making = f"{FLOWS.url}new/{kind_name(Flow)}/"
        yield Todo(title="Nobody can sign in", why=why, url=making, deed="Make one, designated “Signing in”")
        return
    steps = [snapshot.get(binding.stage, UserLoginStage) for binding in snapshot.stage_bindings(flow.pk)]
    if not any(steps):
        why = f"“{flow.name}” is the flow for signing in, but without a User Login Stage nobody is signed in by it."
        yield Todo(title="Nobody can sign in", why=why, url=page_url(flow), deed="Add the stage to the flow")


def _broken(stage: AuthenticatorSMSStage, run: Failing, locale: str) -> Todo:
    why = f"The last {run.count:,} messages of “{stage.name}” all failed, since {moment(run.since, locale)}."
    return Todo(
        title="Messages do not go out", why=why, url=f"{STAGES_OF_FLOWS.url}{stage.pk}/try/", deed="Send a test message"
    )


def _rests(stage: AuthenticatorSMSStage, seconds: int) -> Todo:
    soon = f"in {in_words(seconds)}" if seconds else "now"
    why = f"The gateway of “{stage.name}” failed again and again, and rests. The next message tries it, {soon}."
    return Todo(title="A gateway rests", why=why, url=f"{CONSOLE}events/?action=gateway_resting", deed="See why")


def _stage(stage: AuthenticatorSMSStage, placed: bool, demo: bool) -> Iterator[Todo]:
    if not demo and not is_real(stage):
        why = f"“{stage.name}” only tries things out: nobody gets a message, and the next start will be refused."
        yield Todo(title="A gateway that sends nothing", why=why, url=edit_url(stage), deed="Choose a real gateway")
    if not placed:
        why = f"“{stage.name}” stands in no flow, so nobody can add a phone with it."
        yield Todo(title="A stage without a flow", why=why, url=FLOWS.url, deed="Choose a flow")
    elif stage.configure_flow is None and is_real(stage):
        why = f"“{stage.name}” has no configuration flow, so it is missing on people’s own pages."
        yield Todo(title="Hidden from users", why=why, url=edit_url(stage), deed="Choose its flow")
