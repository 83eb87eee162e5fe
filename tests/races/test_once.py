"""What proves something proves it once."""

import secrets
from collections import Counter

import pyotp
import pytest

from tests.races.replicas import PASSWORD, SECOND, Replicas, answered, at_once, ended
from tests.unit.web.forms import filled, send
from watchword.administration.first_administrator import PATH, AlreadyAdministered, hashed_link, offer_link

pytestmark = pytest.mark.asyncio(loop_scope="session")

DIRECT, RECOVERING = "sms-enrollment-direct", "recovering"
ADMINISTERED = AlreadyAdministered().message


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


@pytest.mark.parametrize("round_", range(6))
async def test_a_message_of_a_recovery_gives_the_account_back_once(replicas: Replicas, round_: int) -> None:
    person = await replicas.phone_owner()
    visitor = replicas.stranger()
    await visitor.see(RECOVERING)
    await visitor.answer(RECOVERING, uid_field=person.username)
    for services in replicas.services:
        await services.background.drain()
    code = replicas.code(person.number)
    tabs = replicas.same(visitor, 16)[round_ % 2 :]
    told = await at_once([answered(one, RECOVERING, code=code) for one in tabs])
    assert sum(map(ended, told)) == 1
    logins = await replicas.rows(
        "SELECT 1 FROM event WHERE action = 'login' AND username = :name", name=person.username
    )
    assert len(logins) == 1
    assert not ended(await answered(visitor, RECOVERING, code=code))


@pytest.mark.parametrize("round_", range(4))
async def test_the_start_link_makes_one_administrator_however_many_use_it_at_once(
    replicas: Replicas, round_: int
) -> None:
    await replicas.without_superusers()
    services, token = replicas.services[0], secrets.token_urlsafe(32)
    await services.database.run(offer_link, hashed_link(services.keyring, token), replicas.clock())
    link, (person, _) = f"{PATH}{token}/", await replicas.newcomer()
    visitors = [replicas.same(replicas.stranger(), 2)[(place + round_) % 2] for place in range(8)]
    forms = []
    for place, visitor in enumerate(visitors):
        form = filled(await visitor.get(link))
        name = person.username if round_ % 2 else f"{person.username}-{place}"
        forms.append({**form, "username": [f"first-{name}"], "password": [PASSWORD], "again": [PASSWORD]})
    answers = await at_once([send(one, link, form) for one, form in zip(visitors, forms, strict=True)])
    assert Counter(answer.status for answer in answers) == {303: 1, 403: 7}, [answer.text for answer in answers]
    assert all(ADMINISTERED in answer.text for answer in answers if answer.status == 403)
    made = await replicas.rows("SELECT 1 FROM users WHERE username LIKE :name", name=f"first-{person.username}%")
    assert len(made) == 1
    for visitor, answer in zip(visitors, answers, strict=True):
        assert ((await visitor.get("/if/admin/")).status == 200) is (answer.status == 303)
