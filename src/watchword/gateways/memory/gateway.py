"""The memory gateway: an outbox for tests."""

from typing import ClassVar

from watchword.gateways.base import Gateway
from watchword.gateways.errors import SendError
from watchword.gateways.memory.settings import MemorySettings
from watchword.gateways.message import Message, Receipt


class MemoryGateway(Gateway[MemorySettings]):
    """`failing` is raised by the next sends, until it is None again."""

    kind: ClassVar[str] = "memory"
    label: ClassVar[str] = "Memory (for tests)"
    fake: ClassVar[bool] = True

    def __init__(self) -> None:
        self.outbox: list[Message] = []
        self.failing: SendError | None = None

    async def send(self, settings: MemorySettings, message: Message) -> Receipt:  # noqa: ARG002 - the same for all
        if self.failing:
            raise self.failing
        self.outbox.append(message)
        return Receipt(provider_id=f"memory-{len(self.outbox)}")
