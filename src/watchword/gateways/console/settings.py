"""The console gateway needs nothing."""

from typing import ClassVar

from watchword.gateways.base import GatewaySettings


class ConsoleSettings(GatewaySettings, frozen=True, kw_only=True):
    kind: ClassVar[str] = "console"
