"""Asks the gateways of all stages, each once: several checks go by what they answered."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from watchword.clock import Clock
from watchword.gateways.base import GatewaySettings
from watchword.gateways.check import Check
from watchword.gateways.sender import Sender
from watchword.settings import Settings
from watchword.stages.authenticator_sms.carriers import carrier_of
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage


class Answered(NamedTuple):
    """`stages` share a gateway's address and credentials; `began` and `ended` are by our clock."""

    stages: tuple[AuthenticatorSMSStage, ...]
    check: Check
    began: datetime
    ended: datetime

    @property
    def drift(self) -> timedelta | None:
        """How far our clock is ahead of the gateway's, as far as its answer proves it: it came within the question, and
        names whole seconds. None where it does not say.
        """
        theirs = self.check.their_time
        if theirs is None:
            return None
        if theirs + timedelta(seconds=1) < self.began:
            return self.began - theirs - timedelta(seconds=1)
        return min(self.ended - theirs, timedelta(0))


class Asked:
    """Asks when it is first needed."""

    def __init__(
        self, sender: Sender, settings: Settings, clock: Clock, stages: Sequence[AuthenticatorSMSStage]
    ) -> None:
        self._sender = sender
        self._settings = settings
        self._clock = clock
        self._stages = stages
        self._answers: list[Answered] | None = None

    async def answers(self) -> list[Answered]:
        if self._answers is None:
            alike: dict[GatewaySettings, list[AuthenticatorSMSStage]] = defaultdict(list)
            for stage in self._stages:
                alike[carrier_of(stage, self._settings)].append(stage)
            asking = (self._ask(carrier, tuple(stages)) for carrier, stages in alike.items())
            self._answers = list(await asyncio.gather(*asking))
        return self._answers

    async def _ask(self, carrier: GatewaySettings, stages: tuple[AuthenticatorSMSStage, ...]) -> Answered:
        began = self._clock()
        check = await self._sender.check(carrier)
        return Answered(stages, check, began, self._clock())
