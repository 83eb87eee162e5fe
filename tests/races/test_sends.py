"""However many ask for a message at once, and wherever: as many go out as may, and none more."""

import asyncio
from collections import Counter

import pytest

from tests.e2e.numbers import fresh_number
from tests.races.replicas import Replicas, answered, at_once, ended, problem, shuffled
from watchword.stages.authenticator_sms.sending import PER_SESSION

pytestmark = pytest.mark.asyncio(loop_scope="session")

DIRECT, ONE, VERIFY = "sms-enrollment-direct", "one-phone", "sms-verify-only"


@pytest.mark.parametrize("round_", range(4))
async def test_a_number_given_and_a_message_asked_for_again_many_times_at_once_are_one_message_each(
    replicas: Replicas, round_: int
) -> None:
    person, visitor = await replicas.person()
    await visitor.see(DIRECT)
    spellings = shuffled([person.number, person.national] * 10, round_)
    await at_once(
        [
            answered(one, DIRECT, phone_number=typed)
            for one, typed in zip(replicas.same(visitor, 20), spellings, strict=True)
        ]
    )
    assert len(replicas.messages(person.number)) == 1
    for sent, wait in enumerate((30, 60, 120), 2):
        replicas.clock.pass_by(seconds=wait - 1)
        early = await at_once([answered(one, DIRECT, resend=True) for one in replicas.same(visitor, 10)])
        assert set(map(problem, early)) <= {"throttled", "conflict"}
        replicas.clock.pass_by(seconds=1)
        await at_once([answered(one, DIRECT, resend=True) for one in replicas.same(visitor, 20)])
        assert len(replicas.messages(person.number)) == sent
    assert ended(await answered(visitor, DIRECT, code=replicas.code(person.number)))


@pytest.mark.parametrize("meanwhile", [{"change_number": True}, {"code": "000000"}])
async def test_no_detour_while_a_message_is_on_its_way_shortens_the_wait(
    replicas: Replicas, meanwhile: dict[str, object]
) -> None:
    person, visitor = await replicas.person()
    await visitor.see(DIRECT)
    first, second, third = replicas.same(visitor, 3)
    replicas.post.hold()
    sending = asyncio.create_task(answered(first, DIRECT, phone_number=person.number))
    await replicas.post.busy.wait()
    await answered(second, DIRECT, **meanwhile)
    assert problem(await answered(third, DIRECT, phone_number=person.number)) == "throttled"
    replicas.post.go_on()
    await sending
    await answered(third, DIRECT, change_number=True)
    assert problem(await answered(third, DIRECT, phone_number=person.number)) == "throttled"
    replicas.clock.pass_by(seconds=29)
    assert problem(await answered(third, DIRECT, phone_number=person.number)) == "throttled"
    assert len(replicas.messages(person.number)) == 1


async def test_a_number_gets_five_messages_a_day_whoever_asks_for_them_at_once(replicas: Replicas) -> None:
    person, _ = await replicas.newcomer()
    visitors = [(await replicas.person())[1] for _ in range(8)]
    for visitor in visitors:
        await visitor.see(DIRECT)
    for sent, wait in enumerate((30, 60, 120, 300, 300, 300, 300), 1):
        works = [
            answered(replicas.same(visitor, 2)[place % 2], DIRECT, phone_number=person.number)
            for place, visitor in enumerate(visitors)
        ]
        told = Counter(map(problem, await at_once(works)))
        assert told == ({"": 1, "throttled": 7} if sent <= 5 else {"throttled": 8})
        assert len(replicas.messages(person.number)) == min(sent, 5)
        replicas.clock.pass_by(seconds=wait)


async def test_a_session_causes_sixty_messages_an_hour_in_whatever_flows(replicas: Replicas) -> None:
    _, visitor = await replicas.person()
    session = (await replicas.rows("SELECT max(id) AS id FROM session"))[0]["id"]
    await replicas.write("DELETE FROM throttle WHERE key = :key", key=f"sms:session:{session}")
    for _ in range(PER_SESSION.count - 1):
        await visitor.see(DIRECT)
        await visitor.answer(DIRECT, phone_number=fresh_number())
    flows = (DIRECT, ONE, VERIFY)
    for slug in flows:
        await visitor.see(slug)
    works = [
        answered(one, slug, phone_number=fresh_number())
        for one, slug in zip(replicas.same(visitor, 3), flows, strict=True)
    ]
    assert Counter(map(problem, await at_once(works))) == {"": 1, "throttled": 2}
