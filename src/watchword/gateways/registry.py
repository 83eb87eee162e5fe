"""Every gateway by its kind."""

from collections.abc import Collection
from typing import Any

from watchword.errors import SettingsInvalid
from watchword.gateways.base import Gateway
from watchword.gateways.console.gateway import ConsoleGateway
from watchword.gateways.demo.gateway import DemoGateway
from watchword.gateways.generic.gateway import GenericGateway
from watchword.gateways.memory.gateway import MemoryGateway
from watchword.gateways.twilio.gateway import TwilioGateway

GATEWAYS: dict[str, type[Gateway[Any]]] = {
    "console": ConsoleGateway,
    "demo": DemoGateway,
    "generic": GenericGateway,
    "memory": MemoryGateway,
    "twilio": TwilioGateway,
}


def refuse_fakes(kinds: Collection[str], *, demo: bool) -> None:
    """Raises `SettingsInvalid` where a gateway that sends nothing would be used in earnest.

    `kinds` are those that stages use; one that is not known is the model's to refuse.
    """
    fakes = sorted(kind for kind in set(kinds) if kind in GATEWAYS and GATEWAYS[kind].fake)
    if fakes and not demo:
        raise SettingsInvalid(
            f"A stage uses the gateway {', '.join(fakes)}, which sends nothing: start with --demo, "
            "or give the stage a real gateway (twilio or generic)."
        )
