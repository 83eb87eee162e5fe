"""Every gateway, ready to send, with a way to read what arrived and a way to make it fail."""

import contextlib
import io
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

import pytest

from tests.doubles.gateway import GatewayDouble
from tests.people import OWNER
from watchword.gateways.base import GatewaySettings
from watchword.gateways.console.settings import ConsoleSettings
from watchword.gateways.demo.settings import DemoSettings
from watchword.gateways.errors import SendError
from watchword.gateways.generic.settings import GenericSettings
from watchword.gateways.http import HttpClient
from watchword.gateways.memory.settings import MemorySettings
from watchword.gateways.message import Message
from watchword.gateways.sender import Sender
from watchword.gateways.twilio.settings import TwilioSettings

NUMBER = OWNER.number
CODE = "042917"
TEXT = f"Your code for sms.example.org is {CODE}. It is valid for 5 minutes.\n\n@sms.example.org #{CODE}"
FROM = "+12024561111"

ACCOUNT = "AC0123456789abcdef0123456789abcdef"
TOKEN = "the+token/of=the gateway"
PASSWORD = 'the:pässword/of "the" gateway'
URL_KEY = "a-key-in-the-address"

WORDS_OF_A_PROVIDER = "account suspended by carrier 4711"
"""What a failing gateway says; a visitor must never read it."""


def message(**changes: Any) -> Message:
    return Message(**{"to": NUMBER, "sender": FROM, "text": TEXT, "code": CODE, **changes})


def twilio_settings(url: str, **changes: Any) -> TwilioSettings:
    return TwilioSettings(**{"account_sid": ACCOUNT, "auth": TOKEN, "base_url": url, **changes})


def generic_settings(url: str, **changes: Any) -> GenericSettings:
    """`url` is that of the double."""
    settings = {"url": f"{url}/send?key={URL_KEY}", "auth": TOKEN, "auth_password": PASSWORD}
    return GenericSettings(**{**settings, **changes})


REAL: dict[str, Callable[[str], GatewaySettings]] = {"generic": generic_settings, "twilio": twilio_settings}
"""Those that speak HTTP: their settings, by the address of the double."""


async def failure(sender: Sender, settings: GatewaySettings, sent: Message | None = None) -> SendError:
    with pytest.raises(SendError) as raised:
        await sender.send(settings, sent or message())
    return raised.value


class Arrived(NamedTuple):
    to: str
    text: str


class Carrier(NamedTuple):
    settings: GatewaySettings
    sender: Sender
    arrived: Callable[[], list[Arrived]]
    """Oldest first."""
    set_broken: Callable[[bool], None]
    """A broken one says `WORDS_OF_A_PROVIDER`."""


class StoppableClock:
    def __init__(self) -> None:
        self.stopped = False

    def __call__(self) -> datetime:
        if self.stopped:
            raise RuntimeError(WORDS_OF_A_PROVIDER)
        return datetime(2026, 5, 1, 12, tzinfo=UTC)


def twilio(http: HttpClient, double: GatewayDouble) -> Carrier:
    def arrived() -> list[Arrived]:
        forms = [dict(parse_qsl(request.body.decode(), strict_parsing=True)) for request in double.requests]
        return [Arrived(form["To"], form["Body"]) for form in forms]

    return Carrier(twilio_settings(double.url), Sender(http), arrived, lambda broken: _set_broken(double, broken))


def generic(http: HttpClient, double: GatewayDouble) -> Carrier:
    def arrived() -> list[Arrived]:
        bodies = [json.loads(request.body) for request in double.requests]
        return [Arrived(body["To"], body["Message"]) for body in bodies]

    return Carrier(generic_settings(double.url), Sender(http), arrived, lambda broken: _set_broken(double, broken))


def _set_broken(double: GatewayDouble, broken: bool) -> None:
    if broken:
        double.behave("status", 500, WORDS_OF_A_PROVIDER.encode())
    else:
        double.reset()


class Terminal(io.StringIO):
    """Keeps line ends as they are written, and can break."""

    def __init__(self) -> None:
        super().__init__(newline="")
        self.broken = False

    def write(self, text: str) -> int:
        if self.broken:
            raise BrokenPipeError(WORDS_OF_A_PROVIDER)
        return super().write(text)


def console(http: HttpClient) -> Carrier:
    terminal = Terminal()
    with contextlib.redirect_stdout(terminal):
        sender = Sender(http, demo=True)

    def arrived() -> list[Arrived]:
        _, *parts = re.split(r"^To (\+[0-9]+): ", terminal.getvalue(), flags=re.MULTILINE)
        return [Arrived(to, text.removesuffix("\n")) for to, text in zip(parts[::2], parts[1::2], strict=True)]

    def set_broken(broken: bool) -> None:
        terminal.broken = broken

    return Carrier(ConsoleSettings(), sender, arrived, set_broken)


def demo(http: HttpClient) -> Carrier:
    clock = StoppableClock()
    sender = Sender(http, demo=True, clock=clock)

    def set_broken(broken: bool) -> None:
        clock.stopped = broken

    return Carrier(DemoSettings(), sender, lambda: [Arrived(kept.to, kept.text) for kept in sender.inbox()], set_broken)


def memory(http: HttpClient) -> Carrier:
    sender = Sender(http, demo=True)

    def set_broken(broken: bool) -> None:
        sender.memory.failing = SendError("gateway", WORDS_OF_A_PROVIDER) if broken else None

    return Carrier(
        MemorySettings(), sender, lambda: [Arrived(kept.to, kept.text) for kept in sender.memory.outbox], set_broken
    )
