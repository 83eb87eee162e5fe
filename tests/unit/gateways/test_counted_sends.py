"""The sender counts and traces every message, whatever its gateway does, and nothing else."""

import asyncio
from typing import Any, ClassVar

import pytest
from prometheus_client import CollectorRegistry

from tests.people import OWNER
from tests.unit.gateways.make import CODE, TEXT, message
from tests.unit.metrics.scraped import value
from tests.unit.traces.spans import KeptTraces
from watchword.gateways.base import GatewaySettings
from watchword.gateways.breaker import IN_A_ROW
from watchword.gateways.errors import SendError
from watchword.gateways.http import HttpClient
from watchword.gateways.lane import Limits
from watchword.gateways.memory.settings import MemorySettings
from watchword.gateways.sender import Sender
from watchword.metrics.sends import SendMetrics

SENT = message(country="DE")


class Desk:
    """A sender, and what it said of itself."""

    def __init__(self, **settings: Any) -> None:
        self.registry, self.traces = CollectorRegistry(), KeptTraces()
        given = {"demo": True, **settings}
        self.sender = Sender(HttpClient(), metrics=SendMetrics(self.registry), traces=self.traces, **given)

    def counted(self, outcome: str, gateway: str = "memory", country: str = "DE") -> float:
        return value(self.registry, "watchword_sends_total", gateway=gateway, country=country, outcome=outcome)

    @property
    def span(self) -> dict[str, Any]:
        (span,) = self.traces.spans
        assert span.name == "send"
        return dict(span.attributes or {})


async def test_a_message_that_was_taken() -> None:
    desk = Desk()
    await desk.sender.send(MemorySettings(), SENT)
    assert desk.counted("sent") == 1
    assert desk.span == {"watchword.gateway": "memory", "watchword.country": "DE", "watchword.outcome": "sent"}
    kept = desk.traces.spans[0].to_json()
    assert not any(secret in kept for secret in (OWNER.number, CODE, TEXT))


async def test_a_message_that_was_not_by_its_category() -> None:
    desk = Desk()
    desk.sender.memory.failing = SendError("route", f"no way to {OWNER.number}")
    with pytest.raises(SendError):
        await desk.sender.send(MemorySettings(), SENT)
    assert (desk.counted("route"), desk.counted("sent")) == (1, 0)
    assert (desk.span["watchword.outcome"], desk.span["error.type"]) == ("route", "SendError")
    assert OWNER.number not in desk.traces.spans[0].to_json()


async def test_one_that_took_too_long_and_one_that_was_broken_off(monkeypatch: pytest.MonkeyPatch) -> None:
    async def hangs(*_: object) -> None:
        await asyncio.get_running_loop().create_future()

    desk = Desk(limits=Limits(deadline=0.01))
    monkeypatch.setattr(desk.sender.memory, "send", hangs)
    with pytest.raises(SendError):
        await desk.sender.send(MemorySettings(), SENT)
    assert desk.counted("network") == 1
    desk = Desk()
    monkeypatch.setattr(desk.sender.memory, "send", hangs)
    task = asyncio.create_task(desk.sender.send(MemorySettings(), SENT))
    await asyncio.sleep(0)
    assert value(desk.registry, "watchword_sends_in_flight", gateway="memory") == 1
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert (desk.counted("cancelled"), value(desk.registry, "watchword_sends_in_flight", gateway="memory")) == (1, 0)


async def test_a_kind_that_there_is_not_makes_no_name_of_its_own() -> None:
    class Strange(GatewaySettings, frozen=True):
        kind: ClassVar[str] = OWNER.number

    desk = Desk()
    with pytest.raises(SendError):
        await desk.sender.send(Strange(), SENT)
    assert desk.counted("configuration", gateway="unknown") == 1


async def test_a_message_whose_country_nobody_knows_and_one_to_no_country() -> None:
    desk = Desk()
    await desk.sender.send(MemorySettings(), message())
    await desk.sender.send(MemorySettings(), message(country="001"))
    assert (desk.counted("sent", country="unknown"), desk.counted("sent", country="other")) == (1, 1)


async def test_a_check_of_a_gateway_is_no_message() -> None:
    desk = Desk()
    await desk.sender.check(MemorySettings())
    assert (desk.counted("sent"), desk.traces.spans) == (0, [])


async def test_a_gateway_that_only_pretends_never_rests() -> None:
    desk = Desk()
    desk.sender.memory.failing = SendError("network", "")
    for _ in range(3 * IN_A_ROW):
        with pytest.raises(SendError):
            await desk.sender.send(MemorySettings(), SENT)
    assert desk.sender.rest_of(MemorySettings()) is None
    desk.sender.memory.failing = None
    await desk.sender.send(MemorySettings(), SENT)
