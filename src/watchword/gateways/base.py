"""What every gateway is."""

from abc import ABC, abstractmethod
from typing import Any, ClassVar, Generic, Literal, TypeVar

import msgspec

from watchword.gateways.check import Check, Finding
from watchword.gateways.message import Message, Receipt

SenderKind = Literal["number", "name", "service"]
"""A phone number or short code; an alphanumeric name; a pool that the provider picks a number from."""


class GatewaySettings(msgspec.Struct, frozen=True, kw_only=True):
    """What a gateway needs to know; `kind` picks it."""

    kind: ClassVar[str]

    def secrets(self) -> list[str]:
        """What must never be kept of an answer."""
        return []

    def __repr__(self) -> str:
        """Never shows a value: most are secret."""
        return f"{type(self).__name__}()"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """For tracebacks made by rich, which would show every field."""
        return []


S = TypeVar("S", bound=GatewaySettings)


class Gateway(ABC, Generic[S]):
    """Holds no settings: one instance sends for all stages."""

    kind: ClassVar[str]
    label: ClassVar[str]
    fake: ClassVar[bool] = False
    """Sends nothing; refused outside `--demo`."""
    receipts: ClassVar[bool] = False
    """Says later whether a message arrived."""
    price: ClassVar[bool] = False
    """Says what a message cost."""
    senders: ClassVar[frozenset[SenderKind]] = frozenset()
    """Kinds of sender that can be named; empty where none is needed."""

    @abstractmethod
    async def send(self, settings: S, message: Message) -> Receipt:
        """Sends once, never again by itself: a visitor may get a message twice, but never by our doing.

        Raises `SendError`.
        """

    async def check(self, settings: S) -> Check:  # noqa: ARG002 - those that send nothing need nothing
        """Asks whether a message would be taken, and sends none. Raises `SendError` where there is no answer."""
        return Check((Finding("ok", "This gateway only pretends to send: there is nothing to check."),))

    async def close(self) -> None:
        """Gives back what it holds. The HTTP client is not its own, so most hold nothing."""
        return
