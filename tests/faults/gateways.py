"""What can go wrong with a gateway, as the administrator reads of it."""

import socket
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from tests.doubles.gateway import GatewayDouble
from tests.faults.scene import Scene, configure
from watchword.gateways.errors import SENTENCES, TRY_AGAIN

LATER = SENTENCES["throttled"]
NO_HTTP = "its answer is not HTTP"


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


async def shake_no_hands(world: World) -> None:
    """It takes the connection, and speaks no TLS: the double waits for a line that never ends."""
    await configure(world.scene.house, world.double.url.replace("http:", "https:"))


def says(name: str, *arguments: Any) -> Break:
    return lambda world: world.double.behave(name, *arguments)


def raw(head: str, body: bytes = b"{}", status: str = "200 OK") -> Break:
    """`head` without its status and last line."""
    return says("raw", f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body)


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
    Fault("takes a connection and is silent", shake_no_hands, "network", "did not answer in time", reached=False),
    Fault("answers 100 for ever", says("preliminary"), "network", "did not answer in time"),
    Fault("never ends its answer", says("chunks"), "network", "did not answer in time"),
    Fault("sends a bad chunk", raw("Transfer-Encoding: chunked\r\n", b"zz\r\nab\r\n"), "network", NO_HTTP),
    Fault("names two lengths", raw("Content-Length: 2\r\nContent-Length: 3\r\n"), "network", NO_HTTP),
    Fault("says more than it announced", raw("Content-Length: 1\r\n", b'{"id": "m-1"}'), "network", NO_HTTP),
    Fault("sends a header of a megabyte", raw(f"X: {'x' * 1_000_000}\r\nContent-Length: 2\r\n"), "network", NO_HTTP),
    Fault("sends 10,000 headers", raw("X: y\r\n" * 10_000 + "Content-Length: 2\r\n"), "network", NO_HTTP),
    Fault("answers no number", raw("Content-Length: 2\r\n", status="abc"), "network", NO_HTTP),
    Fault("speaks HTTP/2 only", says("raw", b"\0\0\x12\4\0\0\0\0\0"), "network", NO_HTTP),
    Fault("wants another protocol", raw("", b"", "101 Switching"), "network", "no final one", 101),
    Fault("redirects nowhere", raw("Content-Length: 0\r\n", b"", "302 Found"), "configuration", "Status 302", 302),
    Fault("999", answers(999), "gateway", "Status 999", 999),
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
