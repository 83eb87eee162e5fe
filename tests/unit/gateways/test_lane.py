"""A lane: what is under way is bounded in number and time, and what changes is told once."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from prometheus_client import CollectorRegistry

from tests.people import OWNER
from tests.unit.gateways.make import GENERIC
from tests.unit.gateways.ticking import Ticking
from tests.unit.metrics.scraped import value
from watchword.gateways.breaker import FIRST_REST, IN_A_ROW
from watchword.gateways.errors import SENTENCES, TRY_AGAIN, SendError
from watchword.gateways.lane import TOLD_AGAIN, Change, Lane, Limits
from watchword.metrics.sends import SendMetrics

Work = Callable[[float], Awaitable[str]]


class Road:
    """A lane whose clock stands still, and what it tells."""

    def __init__(self, at_once: int = 2, waiting: int = 2, deadline: float = 8.0) -> None:
        self.now, self.registry, self.told = Ticking(), CollectorRegistry(), list[Change]()
        metrics, limits = SendMetrics(self.registry), Limits(at_once, waiting, deadline)
        self.lane = Lane("generic", limits, metrics, observer=self.told.append, now=self.now)
        self.arrived: list[asyncio.Future[str]] = []

    def send(self, work: Work | None = None) -> asyncio.Task[str]:
        return asyncio.create_task(self.lane.carry(GENERIC, work or self._until_told))

    async def _until_told(self, _: float) -> str:
        self.arrived.append(asyncio.get_running_loop().create_future())
        return await self.arrived[-1]

    async def fail(self, error: SendError | None = None, times: int = IN_A_ROW) -> None:
        async def fails(_: float) -> str:
            raise error or SendError("network", f"gone, {OWNER.number}")

        for _ in range(times):
            with pytest.raises(SendError):
                await self.send(fails)

    def gauge(self, name: str, **labels: str) -> float:
        return value(self.registry, f"watchword_{name}", gateway="generic", **labels)


async def taken(_: float) -> str:
    return "taken"


async def refused(sending: asyncio.Task[str]) -> SendError:
    with pytest.raises(SendError) as raised:
        await sending
    return raised.value


async def settle() -> None:
    for _ in range(8):
        await asyncio.sleep(0)


async def test_as_many_as_may_are_under_way_and_the_others_wait_their_turn() -> None:
    road = Road()
    sending = [road.send() for _ in range(4)]
    await settle()
    assert (len(road.arrived), road.gauge("sends_queued"), road.lane.idle) == (2, 2, False)
    for number in range(4):
        road.arrived[number].set_result(str(number))
        await settle()
    assert sorted(await asyncio.gather(*sending)) == ["0", "1", "2", "3"]
    assert (road.gauge("sends_queued"), road.lane.idle, road.told) == (0, True, [])


async def test_whoever_finds_the_queue_full_is_told_at_once_and_can_try_again() -> None:
    road = Road()
    sending = [road.send() for _ in range(4)]
    await settle()
    errors = [await refused(road.send()) for _ in range(3)]
    assert {error.category for error in errors} == {"busy"}
    assert {str(error) for error in errors} == {SENTENCES["busy"]}
    assert (errors[0].permanent, errors[0].retry_elsewhere) == (False, True)
    assert road.gauge("sends_refused_total", problem="queue_full") == 3
    assert road.told == [Change("full", GENERIC, at_once=2, waiting=2)], "once, not for each message"
    for one in sending:
        one.cancel()
    await asyncio.gather(*sending, return_exceptions=True)
    assert road.lane.idle


async def test_a_full_queue_is_told_again_only_once_it_was_empty_and_a_minute_later() -> None:
    road = Road(at_once=1, waiting=0)

    async def crowd() -> None:
        first = road.send()
        await settle()
        await refused(road.send())
        road.arrived[-1].set_result("")
        await first

    await crowd()
    await crowd()
    assert len(road.told) == 1
    road.now.pass_by(TOLD_AGAIN)
    await crowd()
    assert [change.state for change in road.told] == ["full", "full"]
    assert road.gauge("gateway_changes_total", state="full") == 2


async def test_a_queue_that_stays_full_is_told_once_however_long() -> None:
    road = Road(at_once=1, waiting=1)
    sending = [road.send(), road.send()]
    await settle()
    for _ in range(3):
        await refused(road.send())
        road.now.pass_by(TOLD_AGAIN)
    assert len(road.told) == 1
    for one in sending:
        one.cancel()
    await asyncio.gather(*sending, return_exceptions=True)


async def test_a_message_whose_turn_does_not_come_is_given_up_and_leaves_the_queue() -> None:
    road = Road(at_once=1, deadline=0.02)
    first = road.send()
    error = await refused(road.send())
    assert (error.category, str(error)) == ("busy", SENTENCES["busy"])
    assert road.gauge("sends_refused_total", problem="queue_slow") == 1
    assert road.gauge("sends_queued") == 0
    road.arrived[0].set_result("")
    await first
    assert road.lane.idle


async def test_what_the_queue_took_is_taken_from_the_gateways_time_and_half_is_left_at_least() -> None:
    road, given = Road(at_once=1, deadline=8.0), list[float]()

    async def asks(seconds: float) -> str:
        given.append(seconds)
        return ""

    first = road.send()
    await settle()
    second = road.send(asks)
    await settle()
    road.now.pass_by(3)
    road.arrived[0].set_result("")
    await asyncio.gather(first, second)
    await road.send(asks)
    assert given == [5.0, 8.0]


async def test_those_who_leave_the_queue_leave_it_clean() -> None:
    road = Road(at_once=1)
    first = road.send()
    await settle()
    gone, stays = road.send(), road.send()
    await settle()
    gone.cancel()
    await settle()
    assert road.gauge("sends_queued") == 1
    road.arrived[0].set_result("first")
    await settle()
    road.arrived[1].set_result("second")
    assert (await first, await stays) == ("first", "second")
    assert road.lane.idle


async def test_a_gateway_that_fails_again_and_again_rests_and_is_told_once() -> None:
    road = Road()
    await road.fail()
    error = await refused(road.send(taken))
    assert (error.category, error.retry_after) == ("resting", int(FIRST_REST))
    assert str(error) == "The message could not be sent. Please try again in 5 seconds."
    assert road.lane.resting
    assert (road.gauge("gateways_resting"), road.gauge("sends_refused_total", problem="resting")) == (1, 1)
    (change,) = road.told
    assert change == Change("rests", GENERIC, 5, IN_A_ROW, "network", f"gone, {OWNER.number}")


async def test_one_message_tries_it_while_the_others_fail_at_once() -> None:
    road = Road()
    await road.fail()
    road.now.pass_by(FIRST_REST)
    probe = road.send()
    await settle()
    error = await refused(road.send(taken))
    assert (error.category, str(error), error.retry_after) == ("resting", TRY_AGAIN, None)
    road.arrived[0].set_result("taken")
    assert await probe == "taken"
    assert await road.send(taken) == "taken"
    assert [change.state for change in road.told] == ["rests", "well"]
    assert (road.gauge("gateways_resting"), road.gauge("gateway_changes_total", state="well")) == (0, 1)


async def test_a_probe_whose_visitor_leaves_is_followed_by_another() -> None:
    road = Road()
    await road.fail()
    road.now.pass_by(FIRST_REST)
    probe = road.send()
    await settle()
    probe.cancel()
    await settle()
    assert await road.send(taken) == "taken"


async def test_those_who_wait_when_it_begins_to_rest_are_not_handed_over() -> None:
    road = Road(at_once=1, waiting=IN_A_ROW + 1)
    first, waiting = road.send(), list[asyncio.Task[str]]()
    await settle()

    async def fails(_: float) -> str:
        raise SendError("network", "")

    failing = [road.send(fails) for _ in range(IN_A_ROW)]
    waiting.append(road.send())
    await settle()
    road.arrived[0].set_result("")
    await asyncio.gather(first, *failing, return_exceptions=True)
    assert (await refused(waiting[0])).category == "resting"
    assert len(road.arrived) == 1


@pytest.mark.parametrize(
    "error",
    [
        SendError("number", "", http_status=400),
        SendError("configuration", "", http_status=401),
        SendError("mapping", ""),
    ],
)
async def test_what_the_message_or_the_settings_are_to_blame_for_makes_it_never_rest(error: SendError) -> None:
    road = Road()
    await road.fail(error, times=5 * IN_A_ROW)
    assert (road.lane.resting, road.told) == (False, [])


async def test_a_gateway_that_asks_for_time_gets_it() -> None:
    road = Road()
    await road.fail(SendError("throttled", "", http_status=429, retry_after=30), times=1)
    assert (await refused(road.send(taken))).retry_after == 30


async def test_whoever_cannot_be_told_stops_no_message() -> None:
    road = Road()

    def broken(_: Change) -> None:
        raise RuntimeError("no database")

    lane = Lane("generic", Limits(), SendMetrics(CollectorRegistry()), observer=broken, now=road.now)
    for lonely in (lane, Lane("generic", Limits(), SendMetrics(CollectorRegistry()), now=road.now)):
        for _ in range(IN_A_ROW):
            with pytest.raises(SendError):
                await lonely.carry(GENERIC, lambda _: _failing())
        assert lonely.resting


async def _failing() -> str:
    raise SendError("network", "")
