"""The memory gateway needs nothing."""

from typing import ClassVar

from watchword.gateways.base import GatewaySettings


class MemorySettings(GatewaySettings, frozen=True, kw_only=True):
    kind: ClassVar[str] = "memory"
