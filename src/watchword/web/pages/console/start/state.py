"""How far the set-up is: read from what there is, and kept nowhere else."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple
from urllib.parse import urlencode

from watchword.administration.first_flow import flow_of
from watchword.model.flow import Flow
from watchword.model.snapshot import Snapshot
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage
from watchword.storage.deliveries import was_sent
from watchword.web.pages.console.desk import Desk
from watchword.web.pages.console.sections import CONSOLE
from watchword.web.pages.console.start.shown import Frame, Mark
from watchword.web.pages.console.todos import is_real
from watchword.web.state import house_of

URL = f"{CONSOLE}start/"
NEW = "new"

PARTS = {"gateway": "Gateway", "flow": "First flow", "message": "Test message", "end": "Done"}


class State(NamedTuple):
    """`stage` is the one that the set-up is about, and `others` are those that it could be about."""

    stage: AuthenticatorSMSStage | None
    others: Sequence[AuthenticatorSMSStage]
    flow: Flow | None
    sent: bool
    making: bool = False

    @property
    def done(self) -> dict[str, bool]:
        ready = self.stage is not None
        return {
            "gateway": ready,
            "flow": self.flow is not None,
            "message": self.sent,
            "end": ready and self.flow is not None and self.sent,
        }

    def url(self, part: str) -> str:
        """Of one step, about the same stage."""
        named = self.stage.pk if self.stage else NEW if self.making else ""
        return f"{URL}{part}/" + (f"?{urlencode({'stage': named})}" if named else "")


async def state_of(desk: Desk, wanted: str = "") -> State:
    """`wanted` is a stage's pk, or `NEW`; without one it is the first, and those that really send come first."""
    stages = sorted(
        gateways(desk.snapshot, demo=house_of(desk.request).demo),
        key=lambda stage: (not is_real(stage), stage.name.casefold()),
    )
    named = next((stage for stage in stages if stage.pk == wanted), None)
    making = wanted == NEW or not stages
    stage = named or (None if making else stages[0])
    sent = bool(stage and await desk.services.database.read(was_sent, stage.pk))
    flow = flow_of(desk.snapshot, stage) if stage else None
    return State(stage, [one for one in stages if one is not stage], flow, sent, making)


def gateways(snapshot: Snapshot, *, demo: bool) -> Iterator[AuthenticatorSMSStage]:
    """Those that send, and in the demo all."""
    return (stage for stage in snapshot.all(AuthenticatorSMSStage) if demo or is_real(stage))


def frame_of(state: State, here: str) -> Frame:
    """What frames a step's page."""
    names = list(PARTS)
    at, done = names.index(here), state.done
    return Frame(
        number=at + 1,
        title=PARTS[here],
        marks=tuple(Mark(PARTS[name], state.url(name), done[name], name == here) for name in names),
        back=state.url(names[at - 1]) if at else "",
        next=state.url(names[at + 1]) if at + 1 < len(names) else "",
        done=done[here],
    )
