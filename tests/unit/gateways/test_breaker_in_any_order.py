"""The breaker, whatever messages begin and end in whatever order: held against a model that remembers everything."""

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from tests.unit.gateways.ticking import Ticking
from watchword.gateways.breaker import FIRST_REST, IN_A_ROW, LONGEST_REST, Breaker, Resting, Ticket

Given = tuple[Ticket, int]


class Model(RuleBasedStateMachine):
    """`changes` is the number of changes so far: what began before the last of them is late."""

    under_way: Bundle[Given] = Bundle("under_way")

    def __init__(self) -> None:
        super().__init__()
        self.now = Ticking()
        self.breaker = Breaker(self.now)
        self.told: list[str] = []
        self.row = 0
        self.changes = 0
        self.rests_until: float | None = None
        self.probes = 0

    @rule(seconds=st.sampled_from([0.5, FIRST_REST, 30.0, LONGEST_REST, 500.0]))
    def time_passes(self, seconds: float) -> None:
        self.now.pass_by(seconds)

    @rule(target=under_way)
    def one_begins(self) -> Any:
        may = self.rests_until is None or (self.now() >= self.rests_until and not self.probes)
        try:
            ticket = self.breaker.enter()
        except Resting:
            assert not may
            return (Ticket(-1, False), -1)
        assert may
        assert ticket.probe == (self.rests_until is not None)
        self.probes += ticket.probe
        return (ticket, self.changes)

    @rule(
        given=consumes(under_way),
        verdict=st.sampled_from(["well", "ill", "neither"]),
        pause=st.sampled_from([0, 0, 20]),
    )
    def one_ends(self, given: Given, verdict: Any, pause: int) -> None:
        ticket, began = given
        turn = self.breaker.leave(ticket, verdict, pause)
        if turn:
            self.told.append(turn)
        if began != self.changes:
            assert turn is None, "too late to change anything"
            return
        self.probes -= ticket.probe
        if verdict == "ill":
            self._failed(ticket, pause)
        elif verdict == "well":
            self.row = 0
            if ticket.probe:
                self.rests_until, self.changes = None, self.changes + 1

    def _failed(self, ticket: Ticket, pause: int) -> None:
        self.row += 1
        if ticket.probe or pause or self.row >= IN_A_ROW:
            rest = self.breaker.seconds_left
            assert max(FIRST_REST, pause) <= rest <= LONGEST_REST
            self.rests_until, self.changes = self.now() + rest, self.changes + 1

    @invariant()
    def it_rests_when_it_should(self) -> None:
        assert self.breaker.resting == (self.rests_until is not None)

    @invariant()
    def at_most_one_tries(self) -> None:
        assert self.probes in (0, 1)

    @invariant()
    def what_is_told_takes_turns(self) -> None:
        assert self.told == ["rests", "well"] * (len(self.told) // 2) + ["rests"] * (len(self.told) % 2)
        assert (len(self.told) % 2 == 1) == self.breaker.resting


TestBreakerInAnyOrder = Model.TestCase
TestBreakerInAnyOrder.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
