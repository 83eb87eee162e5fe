"""The breaker: it opens after failures of the gateway's making alone, and lets one message try it again."""

import pytest

from tests.unit.gateways.ticking import Ticking
from watchword.gateways.breaker import FIRST_REST, IN_A_ROW, LONGEST_REST, STEADY, Breaker, Resting, verdict_of
from watchword.gateways.errors import SendError


@pytest.fixture
def now() -> Ticking:
    return Ticking()


@pytest.fixture
def breaker(now: Ticking) -> Breaker:
    return Breaker(now)


def fail(breaker: Breaker, times: int = 1, pause: float = 0) -> list[str | None]:
    return [breaker.leave(breaker.enter(), "ill", pause) for _ in range(times)]


def left(breaker: Breaker) -> float:
    with pytest.raises(Resting) as raised:
        breaker.enter()
    return raised.value.seconds


def test_it_rests_after_so_many_failures_in_a_row_and_says_so_once(breaker: Breaker) -> None:
    assert fail(breaker, IN_A_ROW) == [None] * (IN_A_ROW - 1) + ["rests"]
    assert (breaker.resting, breaker.failures, left(breaker)) == (True, IN_A_ROW, FIRST_REST)


def test_one_success_between_them_begins_the_row_anew(breaker: Breaker) -> None:
    fail(breaker, IN_A_ROW - 1)
    assert breaker.leave(breaker.enter(), "well") is None
    assert fail(breaker, IN_A_ROW - 1) == [None] * (IN_A_ROW - 1)
    assert not breaker.resting


def test_what_says_nothing_of_the_gateway_changes_nothing(breaker: Breaker) -> None:
    fail(breaker, IN_A_ROW - 1)
    for _ in range(20):
        assert breaker.leave(breaker.enter(), "neither") is None
    assert fail(breaker) == ["rests"]


def test_after_the_rest_one_may_try_and_no_second_one_meanwhile(breaker: Breaker, now: Ticking) -> None:
    fail(breaker, IN_A_ROW)
    now.pass_by(FIRST_REST)
    probe = breaker.enter()
    assert probe.probe
    assert left(breaker) == 0
    assert breaker.leave(probe, "well") == "well"
    assert not breaker.resting
    assert not breaker.enter().probe


def test_a_probe_that_fails_makes_it_rest_twice_as_long_up_to_a_minute(breaker: Breaker, now: Ticking) -> None:
    fail(breaker, IN_A_ROW)
    rests = []
    for _ in range(6):
        rests.append(left(breaker))
        now.pass_by(rests[-1])
        assert fail(breaker) == [None], "that it still rests is no news"
    assert rests == [5, 10, 20, 40, 60, 60]


def test_a_probe_that_says_nothing_leaves_the_next_one_to_try(breaker: Breaker, now: Ticking) -> None:
    """Cancelled, or refused before it was sent: without this nobody would ever try again."""
    fail(breaker, IN_A_ROW)
    now.pass_by(FIRST_REST)
    assert breaker.leave(breaker.enter(), "neither") is None
    assert breaker.resting
    assert breaker.enter().probe


@pytest.mark.parametrize(("asked", "rest"), [(1, FIRST_REST), (30, 30), (86_400, LONGEST_REST)])
def test_a_gateway_that_names_a_time_rests_at_once_and_never_longer_than_a_minute(
    breaker: Breaker, asked: float, rest: float
) -> None:
    assert fail(breaker, pause=asked) == ["rests"]
    assert left(breaker) == rest


def test_results_from_before_a_change_do_not_count(breaker: Breaker, now: Ticking) -> None:
    early = [breaker.enter() for _ in range(IN_A_ROW + 2)]
    for ticket in early[:IN_A_ROW]:
        breaker.leave(ticket, "ill")
    assert breaker.leave(early[-1], "well") is None
    assert breaker.resting
    now.pass_by(FIRST_REST)
    assert breaker.leave(breaker.enter(), "well") == "well"
    assert breaker.leave(early[-2], "ill", 60) is None
    assert not breaker.resting


def test_one_that_flaps_goes_on_where_it_was_until_it_was_steady(breaker: Breaker, now: Ticking) -> None:
    fail(breaker, IN_A_ROW)
    now.pass_by(FIRST_REST)
    breaker.leave(breaker.enter(), "well")
    now.pass_by(STEADY - 1)
    fail(breaker, IN_A_ROW)
    assert left(breaker) == 2 * FIRST_REST
    now.pass_by(2 * FIRST_REST)
    breaker.leave(breaker.enter(), "well")
    now.pass_by(STEADY)
    fail(breaker, IN_A_ROW)
    assert left(breaker) == FIRST_REST


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (SendError("network", ""), "ill"),
        (SendError("network", "", http_status=200), "ill"),
        (SendError("throttled", "", http_status=429), "ill"),
        (SendError("gateway", "", http_status=500), "ill"),
        (SendError("gateway", "", http_status=599), "ill"),
        (SendError("gateway", "", http_status=400), "well"),
        (SendError("gateway", "", http_status=499), "well"),
        (SendError("configuration", "", http_status=401), "well"),
        (SendError("number", "", http_status=400), "well"),
        (SendError("abuse", "", http_status=400), "well"),
        (SendError("configuration", ""), "neither"),
        (SendError("mapping", ""), "neither"),
        (SendError("gateway", ""), "neither"),
    ],
)
def test_only_what_is_of_the_gateways_making_is_held_against_it(error: SendError, verdict: str) -> None:
    assert verdict_of(error) == verdict
