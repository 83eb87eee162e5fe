"""All lanes of a process: one for each gateway and account, made when it is first needed."""

import hmac
import secrets
import time
from collections.abc import Callable

import msgspec

from watchword.gateways.base import GatewaySettings
from watchword.gateways.lane import Lane, Limits, Observer
from watchword.metrics.sends import SendMetrics

KEPT = 256
"""Lanes: far more than stages that one installation has, and few enough to forget about."""


class Lanes:
    """A lane belongs to an address and credentials: whoever mends them begins anew, without waiting for a rest to end.
    They are remembered as a keyed digest, so that no secret outlives its stage here.
    """

    def __init__(
        self,
        limits: Limits,
        metrics: SendMetrics,
        *,
        observer: Observer | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.limits = limits
        self._observer = observer
        self._metrics = metrics
        self._now = now
        self._key = secrets.token_bytes(32)
        self._lanes: dict[bytes, Lane] = {}

    def of(self, settings: GatewaySettings) -> Lane:
        key = self._digest(settings)
        lane = self._lanes.pop(key, None)
        if lane is None:
            self._forget()
            lane = Lane(settings.kind, self.limits, self._metrics, observer=self._observer, now=self._now)
        self._lanes[key] = lane  # at the end: the first is the one used longest ago
        return lane

    def known(self, settings: GatewaySettings) -> Lane | None:
        """None where nothing was sent by it, or long ago."""
        return self._lanes.get(self._digest(settings))

    def __len__(self) -> int:
        return len(self._lanes)

    def _digest(self, settings: GatewaySettings) -> bytes:
        said = repr((settings.kind, *msgspec.structs.astuple(settings)))
        return hmac.digest(self._key, said.encode(), "sha256")

    def _forget(self) -> None:
        """The one used longest ago of those that nothing is under way in."""
        if len(self._lanes) < KEPT:
            return
        key = next((key for key, lane in self._lanes.items() if lane.idle), None)
        if key is not None:
            lane = self._lanes.pop(key)
            if lane.resting:
                self._metrics.rests(lane.kind, -1)
