"""The console gateway: prints each message where the server was started."""

import sys
from typing import ClassVar, TextIO

from watchword.gateways.base import Gateway
from watchword.gateways.console.settings import ConsoleSettings
from watchword.gateways.message import Message, Receipt


class ConsoleGateway(Gateway[ConsoleSettings]):
    kind: ClassVar[str] = "console"
    label: ClassVar[str] = "Console (for development)"
    fake: ClassVar[bool] = True

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout

    async def send(self, settings: ConsoleSettings, message: Message) -> Receipt:  # noqa: ARG002 - the same for all
        print(f"To {message.to}: {message.text}", file=self._stream, flush=True)
        return Receipt()
