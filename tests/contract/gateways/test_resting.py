"""A gateway that fails again and again is left alone, and tried again; over real HTTP, with a clock that tests move."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from msgspec import structs

from tests.contract.gateways.carriers import failure, generic_settings, message
from tests.doubles.gateway import GatewayDouble
from tests.unit.gateways.ticking import Ticking
from watchword.gateways.base import GatewaySettings
from watchword.gateways.breaker import FIRST_REST, IN_A_ROW
from watchword.gateways.generic.settings import GenericSettings
from watchword.gateways.http import HttpClient
from watchword.gateways.lane import Change, Limits
from watchword.gateways.sender import Sender


class Watched(Sender):
    def __init__(self, http: HttpClient, limits: Limits | None = None) -> None:
        self.now, self.told = Ticking(), list[Change]()
        super().__init__(http, limits=limits, now=self.now, observer=self.told.append)

    @property
    def states(self) -> list[str]:
        return [change.state for change in self.told]


@pytest.fixture
def watched(http: HttpClient) -> Watched:
    return Watched(http)


@pytest.fixture
async def hasty() -> AsyncIterator[Watched]:
    http = HttpClient(timeout=0.2)
    await http.start()
    yield Watched(http)
    await http.close()


async def fail(sender: Sender, settings: GatewaySettings, times: int = IN_A_ROW) -> list[str]:
    return [(await failure(sender, settings)).category for _ in range(times)]


@pytest.mark.parametrize("status", [500, 503, 429])
async def test_one_that_fails_again_and_again_gets_nothing_more(
    watched: Watched, double: GatewayDouble, settings: GatewaySettings, status: int
) -> None:
    double.behave("status", status, b"down")
    await fail(watched, settings)
    error = await failure(watched, settings)
    assert (error.category, error.retry_after, len(double.requests)) == ("resting", 5, IN_A_ROW)
    assert (watched.states, watched.rest_of(settings)) == (["rests"], 5)


@pytest.mark.parametrize("behaviour", ["reset", "close", "garbage", "bad_gzip"])
async def test_so_does_one_that_cannot_be_understood(
    watched: Watched, double: GatewayDouble, settings: GatewaySettings, behaviour: str
) -> None:
    double.behave(behaviour)
    await fail(watched, settings)
    assert watched.states == ["rests"]


@pytest.mark.parametrize("behaviour", ["stall", "drip"])
async def test_and_one_that_takes_too_long(
    hasty: Watched, double: GatewayDouble, settings: GatewaySettings, behaviour: str
) -> None:
    double.behave(behaviour)
    errors = await asyncio.gather(*(failure(hasty, settings) for _ in range(IN_A_ROW)))
    assert {error.category for error in errors} == {"network"}
    assert hasty.states == ["rests"]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
async def test_one_that_answers_is_well_whatever_it_refuses(
    watched: Watched, double: GatewayDouble, settings: GatewaySettings, status: int
) -> None:
    double.behave("status", status, b"no")
    await fail(watched, settings, 3 * IN_A_ROW)
    assert (watched.states, watched.rest_of(settings)) == ([], None)
    assert len(double.requests) == 3 * IN_A_ROW


@pytest.mark.parametrize("status", [429, 503])
async def test_one_that_names_a_time_gets_it(
    watched: Watched, double: GatewayDouble, settings: GatewaySettings, status: int
) -> None:
    double.behave("status", status, b"", "Retry-After: 30")
    await fail(watched, settings, 1)
    assert watched.rest_of(settings) == 30
    double.reset()
    watched.now.pass_by(29)
    assert (await failure(watched, settings)).category == "resting"
    watched.now.pass_by(1)
    await watched.send(settings, message())


async def test_after_the_rest_one_message_tries_it_and_all_go_on(
    watched: Watched, double: GatewayDouble, settings: GatewaySettings
) -> None:
    double.behave("status", 500, b"down")
    await fail(watched, settings)
    double.reset()
    watched.now.pass_by(FIRST_REST)
    sending = [watched.send(settings, message()) for _ in range(20)]
    done = await asyncio.gather(*sending, return_exceptions=True)
    assert len(double.requests) == 1, "exactly one"
    assert sum(not isinstance(one, Exception) for one in done) == 1
    await watched.send(settings, message())
    assert (watched.states, watched.rest_of(settings)) == (["rests", "well"], None)


async def test_mended_settings_begin_anew(watched: Watched, double: GatewayDouble) -> None:
    wrong = generic_settings(double.url)
    double.behave("status", 500, b"down")
    await fail(watched, wrong)
    double.reset()
    await watched.send(structs.replace(wrong, auth="mended"), message())
    assert (await failure(watched, wrong)).category == "resting"


async def test_whoever_checks_a_gateway_that_rests_gets_its_answer(
    watched: Watched, double: GatewayDouble, settings: GatewaySettings
) -> None:
    double.behave("status", 500, b"down")
    await fail(watched, settings)
    double.reset()
    assert (await watched.check(settings)).ok
    assert watched.rest_of(settings) == 5, "what a check proves is little: no message was taken"


async def test_at_most_so_many_connections_are_open_at_once(http: HttpClient, double: GatewayDouble) -> None:
    double.behave("stall")
    watched = Watched(http, Limits(at_once=2, waiting=1))
    settings = GenericSettings(url=f"{double.url}/send")
    sending = [asyncio.create_task(watched.send(settings, message())) for _ in range(3)]
    await asyncio.to_thread(double.wait_for_request, 2)
    error = await failure(watched, settings)
    assert (error.category, watched.states) == ("busy", ["full"])
    double.reset()
    for one in sending[:2]:
        one.cancel()
    receipt = await sending[2]
    assert (receipt.status, len(double.requests)) == (200, 1)
