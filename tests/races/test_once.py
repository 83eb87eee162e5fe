"""What proves something proves it once."""

import pyotp
import pytest

from tests.races.replicas import SECOND, Replicas, answered, at_once, ended

pytestmark = pytest.mark.asyncio(loop_scope="session")

DIRECT = "sms-enrollment-direct"


@pytest.mark.parametrize("round_", range(6))
async def test_a_code_given_many_times_at_once_is_consumed_once(replicas: Replicas, round_: int) -> None:
    person, visitor = await replicas.person()
    await visitor.see(DIRECT)
    await visitor.answer(DIRECT, phone_number=person.number)
    code = replicas.code(person.number)
    tabs = replicas.same(visitor, 24)[round_ % 2 :]
    told = await at_once([answered(one, DIRECT, code=code) for one in tabs])
    assert sum(map(ended, told)) == 1
    assert len(await replicas.devices(person.number)) == 1
    [used] = await replicas.rows(
        "SELECT count(*) AS n FROM event WHERE action = 'device_enrolled' AND username = :name", name=person.username
    )
    assert used["n"] == 1


@pytest.mark.parametrize("round_", range(6))
async def test_a_code_and_the_one_that_takes_its_place_are_never_both_good(replicas: Replicas, round_: int) -> None:
    person, visitor = await replicas.person()
    await visitor.see(DIRECT)
    await visitor.answer(DIRECT, phone_number=person.number)
    old = replicas.code(person.number)
    replicas.clock.pass_by(seconds=30)
    tabs = replicas.same(visitor, 8)
    works = [answered(one, DIRECT, code=old) for one in tabs[1:]]
    works.insert(round_, answered(tabs[0], DIRECT, resend=True))
    told = await at_once(works)
    new = replicas.code(person.number)
    if sum(map(ended, told)) == 0:
        assert not ended(await answered(visitor, DIRECT, code=old)) or new == old
        assert ended(await answered(visitor, DIRECT, code=new))
    else:
        assert sum(map(ended, told)) == 1
        assert not ended(await answered(visitor, DIRECT, code=new))
    assert len(await replicas.devices(person.number)) == 1


def app_code(replicas: Replicas, secret: str) -> str:
    return pyotp.TOTP(secret).at(int(replicas.clock().timestamp()))


@pytest.mark.parametrize("round_", range(3))
async def test_a_recovery_code_signs_in_once_at_whatever_number_of_places_at_once(
    replicas: Replicas, round_: int
) -> None:
    person, owner = await replicas.person()
    codes = (await owner.see("recovery-codes"))["codes"]
    assert ended(await owner.answer("recovery-codes"))
    visitors = [await replicas.at_second_factor(person.username, "static") for _ in range(6)]
    told = await at_once(
        [answered(replicas.same(one, 2)[place % 2], SECOND, code=codes[round_]) for place, one in enumerate(visitors)]
    )
    assert sum(map(ended, told)) == 1


@pytest.mark.parametrize("round_", range(3))
async def test_a_code_of_an_authenticator_app_signs_in_once_at_whatever_number_of_places_at_once(
    replicas: Replicas, round_: int
) -> None:
    person, owner = await replicas.person()
    secret = (await owner.see("authenticator-app"))["secret"]
    assert ended(await owner.answer("authenticator-app", code=app_code(replicas, secret)))
    replicas.clock.pass_by(seconds=60 + round_)
    visitors = [await replicas.at_second_factor(person.username, "totp") for _ in range(6)]
    code = app_code(replicas, secret)
    told = await at_once(
        [answered(replicas.same(one, 2)[place % 2], SECOND, code=code) for place, one in enumerate(visitors)]
    )
    assert sum(map(ended, told)) == 1


@pytest.mark.parametrize("round_", range(3))
async def test_of_two_sets_of_recovery_codes_made_at_once_one_counts(replicas: Replicas, round_: int) -> None:
    _, user = await replicas.newcomer()
    visitors = [await replicas.signed_in(user) for _ in range(6)]
    for visitor in visitors:
        await visitor.see("recovery-codes")
    await at_once(
        [answered(replicas.same(one, 2)[(place + round_) % 2], "recovery-codes") for place, one in enumerate(visitors)]
    )
    sets = await replicas.rows("SELECT 1 FROM static_device WHERE user_id = :user", user=user.id)
    assert len(sets) == 1
