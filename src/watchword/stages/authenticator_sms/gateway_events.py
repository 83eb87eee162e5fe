"""When a gateway rests, is well again or has a full queue, administrators are told, in one event each time."""

from typing import Any

import structlog

from watchword.clock import Clock
from watchword.errors import WatchwordError
from watchword.flows.background import Background
from watchword.flows.configuration import Configuration
from watchword.gateways.lane import Change
from watchword.model.snapshot import Snapshot
from watchword.settings import Settings
from watchword.stages.authenticator_sms.carriers import carrier_of
from watchword.stages.authenticator_sms.settings import SMSSettings
from watchword.storage.database import Database
from watchword.storage.events import write_event

log = structlog.get_logger(__name__)

ACTIONS = {"rests": "gateway_resting", "well": "gateway_well", "full": "gateway_full"}


class GatewayEvents:
    """Called by the sender: writes in the background, for no message waits for it or fails by it."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        configuration: Configuration,
        background: Background,
        clock: Clock,
    ) -> None:
        self._settings = settings
        self._database = database
        self._configuration = configuration
        self._background = background
        self._clock = clock

    def __call__(self, change: Change) -> None:
        stages = stages_of(change, self._configuration.snapshot, self._settings)
        self._background.start(self._write(ACTIONS[change.state], _message(change), _context(change, stages)))

    async def _write(self, action: str, message: str, context: dict[str, Any]) -> None:
        now = self._clock()
        try:
            await self._database.run(
                lambda conn: write_event(conn, action=action, now=now, message=message, context=context)
            )
        except WatchwordError as error:
            log.error("gateway_event_lost", action=action, reason=error.code)


def stages_of(change: Change, snapshot: Snapshot, settings: Settings) -> list[SMSSettings]:
    """Those that send by this gateway, by their names."""
    alike = (stage for stage in snapshot.all(SMSSettings) if carrier_of(stage, settings) == change.settings)
    return sorted(alike, key=lambda stage: stage.name)


def _message(change: Change) -> str:
    match change.state:
        case "rests":
            return f"The {change.settings.kind} gateway rests: it failed again and again"
        case "well":
            return f"The {change.settings.kind} gateway is well again"
        case "full":
            return f"Too many messages wait for the {change.settings.kind} gateway"


def _context(change: Change, stages: list[SMSSettings]) -> dict[str, Any]:
    about: dict[str, Any] = {"gateway": change.settings.kind, "stages": [stage.name for stage in stages]}
    if stages:
        about |= {"stage": stages[0].name, "pk": stages[0].pk}
    match change.state:
        case "rests":
            cause = {"failures": change.failures, "category": change.cause, "detail": change.detail}
            return {**about, "seconds": change.seconds, **cause}
        case "full":
            return {**about, "under_way": change.at_once, "waiting": change.waiting}
    return about
