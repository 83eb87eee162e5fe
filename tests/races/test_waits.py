"""However many ask for a code to one number at once, in whatever runs and sessions and at whichever replica: between
two messages there is the wait.
"""

import itertools
import random
from collections import Counter
from datetime import datetime
from typing import Any

import pytest

from tests.e2e.numbers import fresh_number
from tests.races.replicas import PASSWORD, SECOND, Replicas, answered, at_once, problem
from tests.unit.web.client import Visitor
from watchword.codes import RESEND_WAITS

pytestmark = pytest.mark.asyncio(loop_scope="session")

DIRECT, RECOVER = "sms-enrollment-direct", "default-recovery-flow"
ALLOWED = {"", "throttled", "conflict"}


async def begin_anew(visitor: Visitor, number: str) -> dict[str, Any]:
    await visitor.get("/flows/-/cancel/")
    await visitor.see(DIRECT)
    return await answered(visitor, DIRECT, phone_number=number)


@pytest.mark.parametrize("seed", range(4))
async def test_never_two_messages_within_a_wait_whoever_asks_wherever(replicas: Replicas, seed: int) -> None:
    """Twenty people, half of whom begin anew each time; five hundred tries at four numbers, with any pause."""
    chance, people = random.Random(seed), [(await replicas.person())[1] for _ in range(20)]  # noqa: S311 - no secret
    for visitor in people:
        await visitor.see(DIRECT)
    sent: dict[str, list[datetime]] = {fresh_number(): [] for _ in range(4)}
    told = Counter[str]()
    for _ in range(26):
        number = chance.choice(list(sent))
        works = [
            (begin_anew(one, number) if chance.random() < 0.5 else answered(one, DIRECT, phone_number=number))
            for place, visitor in enumerate(people)
            for one in [replicas.same(visitor, 2)[place % 2]]
        ]
        told.update(map(problem, await at_once(works)))
        sent[number] += [replicas.clock()] * (len(replicas.messages(number)) - len(sent[number]))
        replicas.clock.pass_by(seconds=chance.choice([0, 1, 10, 29, 30, 31, 59, 60, 119, 120]))
    assert set(told) <= ALLOWED, told
    assert sum(told.values()) == 520
    for times in sent.values():
        pauses = [(later - earlier).total_seconds() for earlier, later in itertools.pairwise(times)]
        assert all(pause >= wait for pause, wait in zip(pauses, RESEND_WAITS, strict=False)), pauses
    assert len(list(itertools.chain(*sent.values()))) > len(sent)


@pytest.mark.parametrize("round_", range(3))
async def test_the_second_factor_of_one_user_is_sent_once_for_all_his_sign_ins_at_once(
    replicas: Replicas, round_: int
) -> None:
    person = await replicas.phone_owner()
    before = len(replicas.messages(person.number))
    for sent in (1, 2):
        visitors = [await replicas.at_password(person.username) for _ in range(8)]
        works = [
            answered(replicas.same(one, 2)[(place + round_) % 2], SECOND, password=PASSWORD)
            for place, one in enumerate(visitors)
        ]
        told = Counter(map(problem, await at_once(works)))
        assert told == {"": 1, "throttled": 7}
        assert len(replicas.messages(person.number)) == before + sent
        replicas.clock.pass_by(seconds=30)


@pytest.mark.parametrize("round_", range(3))
async def test_a_recovery_begun_many_times_at_once_is_one_message_and_nobodys_is_told_the_same(
    replicas: Replicas, round_: int
) -> None:
    person = await replicas.phone_owner()
    before, told = len(replicas.messages(person.number)), []
    for name in (person.username, f"nobody-{person.username}"):
        visitors = [replicas.stranger() for _ in range(8)]
        for visitor in visitors:
            await visitor.see(RECOVER)
        works = [
            answered(replicas.same(one, 2)[(place + round_) % 2], RECOVER, uid_field=name)
            for place, one in enumerate(visitors)
        ]
        told.append(Counter(map(problem, await at_once(works))))
        for services in replicas.services:
            await services.background.drain()
    assert told[0] == told[1] == {"": 1, "throttled": 7}
    assert len(replicas.messages(person.number)) == before + 1
