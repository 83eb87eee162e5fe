"""However many guess at once, and wherever: no limit is passed."""

from collections import Counter

import pytest

from tests.e2e.numbers import fresh_number
from tests.races.replicas import SECOND, Replicas, answered, at_once, ended, problem, shuffled
from tests.unit.web.client import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")

DIRECT = "sms-enrollment-direct"


def wrong_codes(code: str, count: int, seed: int) -> list[str]:
    return shuffled(
        [guess for guess in (f"{number:06d}" for number in range(count + 1)) if guess != code][:count], seed
    )


async def guess(replicas: Replicas, visitor: Visitor, slug: str, guesses: list[str]) -> Counter[str]:
    works = [
        answered(one, slug, code=code) for one, code in zip(replicas.same(visitor, len(guesses)), guesses, strict=True)
    ]
    return Counter(map(problem, await at_once(works)))


@pytest.mark.parametrize("seed", range(3))
async def test_parallel_guesses_never_exceed_the_tries_of_a_code_nor_ten_an_hour(replicas: Replicas, seed: int) -> None:
    person, visitor = await replicas.person()
    await visitor.see(DIRECT)
    await visitor.answer(DIRECT, phone_number=person.number)
    code = replicas.code(person.number)
    assert await guess(replicas, visitor, DIRECT, wrong_codes(code, 60, seed)) == {"invalid": 5, "spent": 55}
    assert problem(await answered(visitor, DIRECT, code=code)) == "spent"

    code = await another_code(replicas, visitor, person.number, 30)
    assert await guess(replicas, visitor, DIRECT, wrong_codes(code, 1, seed)) == {"invalid": 1}
    told = await guess(replicas, visitor, DIRECT, wrong_codes(code, 30, seed))
    assert (told["invalid"], told["spent"] + told["throttled"]) == (4, 26)

    code = await another_code(replicas, visitor, person.number, 60)
    assert await guess(replicas, visitor, DIRECT, wrong_codes(code, 1, seed)) == {"throttled": 1}
    assert await guess(replicas, visitor, DIRECT, [*wrong_codes(code, 20, seed), code]) == {"throttled": 21}
    assert await replicas.devices(person.number) == []


async def another_code(replicas: Replicas, visitor: Visitor, number: str, wait: int) -> str:
    replicas.clock.pass_by(seconds=wait)
    assert (await visitor.answer(DIRECT, resend=True))["response_errors"] == {}
    return replicas.code(number)


async def test_parallel_guesses_at_many_numbers_of_one_user_are_ten_an_hour(replicas: Replicas) -> None:
    _, user = await replicas.newcomer()
    visitors = []
    for _ in range(6):
        visitor = await replicas.signed_in(user)
        await visitor.see(DIRECT)
        await visitor.answer(DIRECT, phone_number=fresh_number())
        visitors.append(visitor)
    works = [
        answered(one, DIRECT, code=f"{number:06d}")
        for visitor in visitors
        for number, one in enumerate(replicas.same(visitor, 12))
    ]
    told = Counter(map(problem, await at_once(shuffled(works, 1))))
    assert told["invalid"] == 10, told
    assert set(told) <= {"invalid", "spent", "throttled"}


async def test_parallel_wrong_passwords_never_exceed_ten_for_a_user_and_an_address(replicas: Replicas) -> None:
    person, _ = await replicas.newcomer()
    visitors: list[Visitor] = []
    for _ in range(30):
        visitor = replicas.same(replicas.stranger(), 2)[len(visitors) % 2]
        visitor.address = "2001:db8:ffff::1"
        await visitor.see(SECOND)
        await visitor.answer(SECOND, uid_field=person.username)
        visitors.append(visitor)
    told = Counter(map(problem, await at_once([answered(one, SECOND, password="wrong") for one in visitors])))
    assert told == {"invalid": 10, "throttled": 20}


@pytest.mark.parametrize("seed", range(5))
async def test_no_right_code_passes_a_device_that_a_hundred_wrong_ones_in_a_row_have_locked(
    replicas: Replicas, seed: int
) -> None:
    person = await replicas.phone_owner()
    await replicas.write(
        "UPDATE sms_device SET failures_in_a_row = 98 WHERE phone_number = :number", number=person.number
    )
    visitor = await replicas.at_second_factor(person.username)
    code = replicas.code(person.number)
    guesses = shuffled([*wrong_codes(code, 4, seed), code], seed)
    works = [
        answered(one, SECOND, code=one_code) for one, one_code in zip(replicas.same(visitor, 5), guesses, strict=True)
    ]
    told = await at_once(works)
    [device] = await replicas.devices(person.number)
    assert sum(map(ended, told)) + bool(device["disabled"]) == 1, "either signed in, or locked"
    if device["disabled"]:
        assert device["failures_in_a_row"] >= 100
        late = await answered(visitor, SECOND, code=code)
        assert late["component"] == "ak-stage-access-denied"
