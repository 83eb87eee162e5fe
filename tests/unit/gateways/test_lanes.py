"""Lanes: one for each address and account, few of them, and without anybody's secrets."""

import gc
from typing import Any

import pytest
from msgspec import structs
from prometheus_client import CollectorRegistry

from tests.unit.gateways.make import GENERIC, TWILIO
from tests.unit.gateways.ticking import Ticking
from tests.unit.metrics.scraped import value
from watchword.gateways import lanes
from watchword.gateways.base import GatewaySettings
from watchword.gateways.breaker import IN_A_ROW
from watchword.gateways.errors import SendError
from watchword.gateways.lane import Limits
from watchword.gateways.lanes import Lanes
from watchword.metrics.sends import SendMetrics


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
def ways(registry: CollectorRegistry) -> Lanes:
    return Lanes(Limits(), SendMetrics(registry), now=Ticking())


async def fail(ways: Lanes, settings: GatewaySettings) -> None:
    async def fails(_: float) -> None:
        raise SendError("network", "")

    for _ in range(IN_A_ROW):
        with pytest.raises(SendError):
            await ways.of(settings).carry(settings, fails)


def test_the_same_settings_share_a_lane_whoever_made_them(ways: Lanes) -> None:
    assert ways.of(GENERIC) is ways.of(structs.replace(GENERIC))
    assert ways.known(TWILIO) is None
    assert ways.known(GENERIC) is ways.of(GENERIC)
    assert len(ways) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"url": "https://other.example.org/send"},
        {"auth": "mended"},
        {"auth_password": "mended"},
        {"auth_type": "bearer"},
    ],
)
async def test_whoever_mends_the_settings_begins_anew(ways: Lanes, changes: dict[str, Any]) -> None:
    await fail(ways, GENERIC)
    assert ways.of(GENERIC).resting
    assert not ways.of(structs.replace(GENERIC, **changes)).resting


async def test_one_that_rests_does_not_hold_up_the_others(ways: Lanes) -> None:
    await fail(ways, GENERIC)
    assert not ways.of(TWILIO).resting


def test_no_lane_remembers_a_secret(ways: Lanes) -> None:
    """As settings hold secrets, it is enough to hold none."""
    lane = ways.of(GENERIC)
    held = gc.get_referents(lane, vars(lane), ways, vars(ways), ways._lanes)
    assert lane in held
    assert not any(isinstance(one, GatewaySettings) for one in held)
    assert {len(one) for one in held if isinstance(one, bytes)} == {32}


async def test_those_used_longest_ago_are_forgotten(
    ways: Lanes, registry: CollectorRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lanes, "KEPT", 3)
    made = [structs.replace(GENERIC, auth=f"token {number}") for number in range(5)]
    await fail(ways, made[0])
    assert value(registry, "watchword_gateways_resting", gateway="generic") == 1
    for settings in (made[1], made[2], made[1], made[3]):
        ways.of(settings)
    assert [ways.known(settings) is not None for settings in made] == [False, True, True, True, False]
    assert value(registry, "watchword_gateways_resting", gateway="generic") == 0
    ways.of(made[4])
    assert [ways.known(settings) is not None for settings in made] == [False, True, False, True, True]


async def test_one_that_has_messages_under_way_is_not_forgotten(ways: Lanes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "KEPT", 1)

    async def meanwhile(_: float) -> bool:
        ways.of(TWILIO)
        return ways.known(GENERIC) is not None

    assert await ways.of(GENERIC).carry(GENERIC, meanwhile)
    ways.of(structs.replace(TWILIO, auth="other"))
    assert ways.known(GENERIC) is None
