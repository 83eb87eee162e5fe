"""The sender: hands each message to its gateway, within a deadline, and lets nothing but `SendError` out."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import structlog
from prometheus_client import CollectorRegistry

from watchword.clock import Clock, system_clock
from watchword.gateways.base import Gateway, GatewaySettings
from watchword.gateways.check import Check, no_answer
from watchword.gateways.console.gateway import ConsoleGateway
from watchword.gateways.demo.gateway import DemoGateway, DemoMessage
from watchword.gateways.errors import SendError
from watchword.gateways.exchange import Client, too_late
from watchword.gateways.generic.gateway import GenericGateway
from watchword.gateways.lane import Limits, Observer
from watchword.gateways.lanes import Lanes
from watchword.gateways.memory.gateway import MemoryGateway
from watchword.gateways.message import Message, Receipt
from watchword.gateways.twilio.gateway import TwilioGateway
from watchword.metrics.labels import UNKNOWN, country_label
from watchword.metrics.sends import SENT, SendMetrics
from watchword.pacing import Pace
from watchword.traces import NO_TRACES, Traces

log = structlog.get_logger(__name__)

T = TypeVar("T")

_AFTERWARDS = "sent"
"""The line in which those stand whose gateway has answered."""


class Sender:
    """Holds one gateway of each kind. Without `limits` a visitor waits as long as the HTTP client does at most. With
    `demo` the gateways that send nothing may be used. `observer` is told when a gateway rests, is well again, or has a
    full queue; `now` is in seconds, of a clock that nobody sets. `pace` is the one that requests begin by: where a
    gateway answers thousands in one moment, those go on in their turn too.
    """

    def __init__(
        self,
        http: Client,
        *,
        demo: bool = False,
        limits: Limits | None = None,
        clock: Clock = system_clock,
        now: Callable[[], float] = time.monotonic,
        observer: Observer | None = None,
        metrics: SendMetrics | None = None,
        traces: Traces = NO_TRACES,
        pace: Pace | None = None,
    ) -> None:
        self._metrics = metrics or SendMetrics(CollectorRegistry())
        self._traces = traces
        self._pace = pace or Pace()
        self.memory = MemoryGateway()
        self._demo = DemoGateway(clock)
        self._fakes = demo
        self.limits = limits or Limits(deadline=http.timeout)
        self._lanes = Lanes(self.limits, self._metrics, observer=observer, now=now)
        gateways: list[Gateway[Any]] = [
            ConsoleGateway(),
            self._demo,
            self.memory,
            GenericGateway(http, clock),
            TwilioGateway(http),
        ]
        self._gateways = {gateway.kind: gateway for gateway in gateways}

    def inbox(self, number: str | None = None) -> list[DemoMessage]:
        """What the demo gateway received: for one number (E.164), or all; oldest first."""
        return self._demo.inbox(number)

    async def close(self) -> None:
        for gateway in self._gateways.values():
            await gateway.close()

    async def send(self, settings: GatewaySettings, message: Message) -> Receipt:
        """Raises `SendError` and, but for a cancellation, nothing else."""
        try:
            receipt = await self._told(settings, message)
        except SendError:
            await self._pace.turn(_AFTERWARDS)
            raise
        await self._pace.turn(_AFTERWARDS)
        return receipt

    async def _told(self, settings: GatewaySettings, message: Message) -> Receipt:
        kind = settings.kind if settings.kind in self._gateways else UNKNOWN
        country = country_label(message.country)
        span = self._traces.span("send", "client", gateway=kind, country=country)
        with span as told, self._metrics.sending(kind, country) as sending:
            try:
                receipt = await self._carried(settings, message)
                sending.outcome = SENT
            except SendError as error:
                sending.outcome = error.category
                raise
            finally:
                told.say(outcome=sending.outcome)
        return receipt

    async def check(self, settings: GatewaySettings) -> Check:
        """Whatever there is to say; raises nothing but for a cancellation."""
        try:
            gateway = self._gateway(settings.kind)
            return await self._bounded(settings.kind, gateway.check(settings), self.limits.deadline)
        except SendError as error:
            return Check((no_answer(error),), error.category)

    def rest_of(self, settings: GatewaySettings) -> int | None:
        """Seconds for which nothing is handed to this gateway, 0 where the next message is its probe; None where it is
        well, as far as this process knows.
        """
        lane = self._lanes.known(settings)
        return lane.seconds_left if lane and lane.resting else None

    async def _carried(self, settings: GatewaySettings, message: Message) -> Receipt:
        """Raises `SendError`. Those that send nothing have no lane."""
        gateway = self._gateway(settings.kind)

        async def hand_over(seconds: float) -> Receipt:
            return await self._bounded(settings.kind, gateway.send(settings, message), seconds)

        if gateway.fake:
            return await hand_over(self.limits.deadline)
        return await self._lanes.of(settings).carry(settings, hand_over)

    async def _bounded(self, kind: str, work: Awaitable[T], seconds: float) -> T:
        """Raises `SendError`."""
        try:
            async with asyncio.timeout(seconds):
                return await work
        except SendError:
            raise
        except TimeoutError:
            raise too_late() from None
        except Exception as error:  # noqa: BLE001 - whatever a gateway does wrong, the visitor can try again
            # Only the kind of error: its text may hold what was sent.
            log.error("gateway_failed", gateway=kind, error=type(error).__name__)
            raise SendError("gateway", f"The gateway failed: {type(error).__name__}.", retry_elsewhere=True) from None

    def _gateway(self, kind: str) -> Gateway[Any]:
        gateway = self._gateways.get(kind)
        if gateway is None:
            raise SendError("configuration", f"There is no gateway {kind!r}.", permanent=True)
        if gateway.fake and not self._fakes:
            raise SendError("configuration", f"The {kind} gateway sends nothing outside --demo.", permanent=True)
        return gateway
