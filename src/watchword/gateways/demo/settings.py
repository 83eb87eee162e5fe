"""The demo gateway needs nothing."""

from typing import ClassVar

from watchword.gateways.base import GatewaySettings


class DemoSettings(GatewaySettings, frozen=True, kw_only=True):
    kind: ClassVar[str] = "demo"
