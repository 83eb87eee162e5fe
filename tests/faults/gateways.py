"""What can go wrong with a gateway, as the administrator reads of it."""

import socket
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from tests.doubles.gateway import GatewayDouble
from tests.faults.scene import Scene, configure
from watchword.gateways.errors import SENTENCES, TRY_AGAIN

LATER = SENTENCES["throttled"]


class World(NamedTuple):
    """What a fault may touch. `elsewhere` fails the test where anything reaches it."""

    scene: Scene
    elsewhere: GatewayDouble
    impostor: GatewayDouble
    """Speaks HTTPS, with a certificate that nobody vouches for."""

    @property
    def double(self) -> GatewayDouble:
        return self.scene.double


Break = Callable[[World], Awaitable[None] | None]


class Fault(NamedTuple):
    """What is broken, and what the administrator reads of it; `reached` says whether the message got that far."""

    name: str
    breaks: Break
    category: str
    detail: str
    status: int | None = None
    sentence: str = TRY_AGAIN
    reached: bool = True


async def refuse(world: World) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    await configure(world.scene.house, f"http://127.0.0.1:{port}")


async def trust_nobody(world: World) -> None:
    await configure(world.scene.house, world.impostor.url)


def says(name: str, *arguments: Any) -> Break:
    return lambda world: world.double.behave(name, *arguments)


def answers(status: int) -> Break:
    return says("echo_status", status)


FAULTS = (
    Fault("refuses", refuse, "network", "no connection can be made", reached=False),
    Fault("has a bad certificate", trust_nobody, "network", "its certificate is not trusted", reached=False),
    Fault("resets mid-answer", says("half_then_reset"), "network", "its answer broke off"),
    Fault("closes mid-answer", says("close"), "network", "its answer broke off"),
    Fault("stalls", says("stall"), "network", "did not answer in time"),
    Fault("drips", says("drip"), "network", "did not answer in time"),
    Fault("redirects to a file", says("redirect", "file:///etc/passwd"), "configuration", "Status 302", 302),
    Fault("redirects within", lambda world: world.double.behave("redirect", f"{world.elsewhere.url}/latest"),
          "configuration", "Status 302", 302),
    Fault("redirects to a private address", says("redirect", "http://169.254.169.254/"), "configuration", "302", 302),
    Fault("answers 100 MB", says("huge", 100_000_000), "network", "is over 1000000 bytes", 200),
    Fault("answers bad gzip", says("bad_gzip"), "network", "cannot be unpacked"),
    Fault("400", answers(400), "gateway", "Status 400", 400),
    Fault("401", answers(401), "configuration", "Status 401", 401),
    Fault("429", answers(429), "throttled", "Status 429", 429, LATER),
    Fault("500", answers(500), "gateway", "Status 500", 500),
)  # fmt: skip


async def break_it(world: World, fault: Fault) -> None:
    breaking = fault.breaks(world)
    if breaking is not None:
        await breaking


async def mend(world: World) -> None:
    world.double.reset()
    await configure(world.scene.house, world.double.url)
