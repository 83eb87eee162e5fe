"""One number is one device, and a user has no more of them than he may."""

from collections import Counter

import pytest

from tests.e2e.numbers import fresh_number
from tests.races.replicas import Replicas, answered, at_once, ended, problem
from tests.unit.web.client import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")

DIRECT, ONE, VERIFY = "sms-enrollment-direct", "one-phone", "sms-verify-only"


async def with_code(replicas: Replicas, visitor: Visitor, slug: str, typed: str, number: str) -> str:
    await visitor.see(slug)
    assert (await visitor.answer(slug, phone_number=typed))["response_errors"] == {}
    return replicas.code(number)


@pytest.mark.parametrize("round_", range(8))
@pytest.mark.parametrize("slug", [DIRECT, VERIFY])
async def test_one_number_is_one_device_whoever_enrols_it_at_once_and_however_he_writes_it(
    replicas: Replicas, slug: str, round_: int
) -> None:
    person, _ = await replicas.newcomer()
    spellings = [person.number, person.national, f"00{person.number[1:]}", f" {person.number[:6]}-{person.number[6:]} "]
    visitors = [(await replicas.person())[1] for _ in spellings]
    codes = []
    for visitor, typed, wait in zip(visitors, spellings, (30, 60, 120, 0), strict=True):
        codes.append(await with_code(replicas, visitor, slug, typed, person.number))
        replicas.clock.pass_by(seconds=wait)
    before = (await replicas.rows("SELECT count(*) AS n FROM sms_device"))[0]["n"]
    works = [
        answered(replicas.same(visitor, 2)[(place + round_) % 2], slug, code=code)
        for place, (visitor, code) in enumerate(zip(visitors, codes, strict=True))
    ]
    told = await at_once(works)
    assert Counter(map(ended, told)) == {True: 1, False: 3}
    assert {problem(shown) for shown in told if not ended(shown)} == {"number_taken"}
    assert (await replicas.rows("SELECT count(*) AS n FROM sms_device"))[0]["n"] == before + 1


@pytest.mark.parametrize("round_", range(4))
async def test_a_user_who_enrols_many_phones_at_once_has_no_more_than_he_may(replicas: Replicas, round_: int) -> None:
    _, user = await replicas.newcomer()
    numbers = [fresh_number() for _ in range(6)]
    visitors = [await replicas.signed_in(user) for _ in numbers]
    codes = [
        await with_code(replicas, visitor, ONE, number, number)
        for visitor, number in zip(visitors, numbers, strict=True)
    ]
    works = [
        answered(replicas.same(visitor, 2)[place % 2], ONE, code=code)
        for place, (visitor, code) in enumerate(zip(visitors, codes, strict=True))
    ]
    told = await at_once(works)
    assert Counter(map(ended, told)) == {True: 1, False: 5}
    devices = await replicas.rows("SELECT 1 FROM sms_device WHERE user_id = :user", user=user.id)
    assert len(devices) == 1
