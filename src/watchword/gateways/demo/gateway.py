"""The demo gateway: keeps the newest messages in the memory of its process."""

from collections import deque
from datetime import datetime
from typing import ClassVar

import msgspec

from watchword.clock import Clock, system_clock
from watchword.gateways.base import Gateway
from watchword.gateways.demo.settings import DemoSettings
from watchword.gateways.message import Message, Receipt

KEPT = 100


class DemoMessage(msgspec.Struct, frozen=True, kw_only=True):
    """A message as the handset shows it."""

    to: str
    sender: str
    text: str
    code: str
    time: datetime

    def __repr__(self) -> str:
        """Never shows number, code or text."""
        return f"DemoMessage(sender={self.sender!r})"

    def __rich_repr__(self) -> list[tuple[str, str]]:
        """For tracebacks made by rich, which would show every field."""
        return [("sender", self.sender)]


class DemoGateway(Gateway[DemoSettings]):
    kind: ClassVar[str] = "demo"
    label: ClassVar[str] = "Demo handset"
    fake: ClassVar[bool] = True

    def __init__(self, clock: Clock = system_clock) -> None:
        self._clock = clock
        self._kept: deque[DemoMessage] = deque(maxlen=KEPT)
        self._count = 0

    async def send(self, settings: DemoSettings, message: Message) -> Receipt:  # noqa: ARG002 - the same for all
        kept = DemoMessage(
            to=message.to, sender=message.sender, text=message.text, code=message.code, time=self._clock()
        )
        self._kept.append(kept)
        self._count += 1
        return Receipt(provider_id=f"demo-{self._count}")

    def inbox(self, number: str | None = None) -> list[DemoMessage]:
        """Of the newest hundred those to one number (E.164), or all; oldest first."""
        return [message for message in self._kept if number in (None, message.to)]
