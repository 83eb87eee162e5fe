"""What people had before the secret key was rotated is worth the same afterwards, and no more."""

import pytest

from tests.people import OTHER, OWNER
from tests.unit.engine.engine import Engine
from tests.unit.engine.flows import Step, asks, flow, prompt, sms
from tests.unit.engine.visitor import Visitor, ended, problem
from tests.unit.stages.authenticator_sms.numbers import send_to
from tests.unit.stages.authenticator_validate.people import (
    CODES,
    add_app,
    add_phone,
    add_recovery_codes,
    app_code,
    sign_in,
    to_second_factor,
)
from watchword.administration.author import Author
from watchword.administration.rotating import rotate
from watchword.administration.tokens import derived_key, hashed, view_key
from watchword.errors import NotFound
from watchword.keyring import Keyring
from watchword.phone import number_key
from watchword.stages.user_write import UserWriteStage
from watchword.storage.kept_keys import settle_keyring
from watchword.storage.tokens import create_token

OLD, NEW = "k" * 64, "n" * 64


async def restart(engine: Engine, *secrets: str) -> None:
    """As a server that is started with these secret keys."""
    keyring = Keyring(*secrets)
    await engine.services.database.run(settle_keyring, keyring)
    vars(engine.services.keyring).update(vars(keyring))


async def rotate_key(engine: Engine) -> None:
    await restart(engine, OLD)
    await restart(engine, NEW, OLD)
    await rotate(engine.services.database, engine.services.keyring, now=engine.clock())
    await restart(engine, NEW)


async def test_a_verify_only_number_still_enrols_once_after_a_rotation(
    engine: Engine, owner: Visitor, other: Visitor
) -> None:
    await engine.install(flow(sms(verify_only=True)))
    await send_to(owner)
    assert ended(await owner.answer(code=engine.code))
    await rotate_key(engine)
    await other.start()
    assert problem(await other.answer(phone_number=OWNER.number)) == ("phone_number", "number_taken")
    await owner.start()
    assert problem(await owner.answer(phone_number=OWNER.number)) == ("phone_number", "number_enrolled")
    assert len(engine.outbox) == 1


async def test_a_verify_only_number_that_its_owner_types_again_leaves_the_old_key(
    engine: Engine, owner: Visitor, other: Visitor
) -> None:
    await engine.install(flow(sms(verify_only=True)))
    await send_to(owner)
    await owner.answer(code=engine.code)
    await rotate_key(engine)
    old = (await engine.devices(OWNER))[0].number_key
    await other.start()
    await other.answer(phone_number=OWNER.number)
    assert (await engine.devices(OWNER))[0].number_key == old
    await owner.start()
    await owner.answer(phone_number=OWNER.number)
    (device,) = await engine.devices(OWNER)
    assert (device.number_key, device.key_id) == (number_key(Keyring(NEW), OWNER.number), Keyring(NEW).key_id)
    assert device.phone_number is None
    await other.start()
    assert problem(await other.answer(phone_number=OWNER.number)) == ("phone_number", "number_taken")


async def test_a_stranger_is_told_no_more_of_a_number_that_an_old_key_hashed(
    engine: Engine, owner: Visitor, stranger: Visitor
) -> None:
    await engine.install(flow(sms(verify_only=True), designation="enrollment"))
    await send_to(owner)
    await owner.answer(code=engine.code)
    await rotate_key(engine)
    shown = await send_to(stranger)
    assert shown["response_errors"] == {}
    assert len(engine.outbox) == 1


@pytest.mark.parametrize("verify_only", [True, False])
async def test_a_code_that_was_on_its_way_still_enrols_under_the_new_key(
    engine: Engine, owner: Visitor, verify_only: bool
) -> None:
    await engine.install(flow(sms(verify_only=verify_only)))
    await restart(engine, OLD)
    await send_to(owner)
    await restart(engine, NEW, OLD)
    assert problem(await owner.answer(code=engine.wrong)) == ("non_field_errors", "invalid")
    assert ended(await owner.answer(code=engine.code))
    (device,) = await engine.devices(OWNER)
    assert (device.number_key, device.key_id) == (number_key(Keyring(NEW), OWNER.number), Keyring(NEW).key_id)


async def test_a_phone_that_waited_for_its_user_while_the_key_was_rotated_is_enrolled_under_the_new_one(
    engine: Engine, stranger: Visitor, other: Visitor
) -> None:
    steps = (sms(verify_only=True), asks(prompt("username")), Step(UserWriteStage(name="write")))
    await engine.install(flow(*steps, designation="enrollment"))
    await send_to(stranger)
    await stranger.answer(code=engine.code)
    await rotate_key(engine)
    assert ended(await stranger.answer(username="sam"))
    await other.start()
    assert problem(await other.answer(phone_number=OWNER.number)) == ("phone_number", "number_taken")
    phones = await engine.rows("sms_device")
    assert [(phone.key_id, phone.phone_number) for phone in phones] == [(Keyring(NEW).key_id, None)]


async def test_recovery_codes_still_count_once_each(engine: Engine, stranger: Visitor) -> None:
    await engine.install(sign_in())
    await add_recovery_codes(engine, OWNER)
    await rotate_key(engine)
    await to_second_factor(stranger)
    assert problem(await stranger.answer(code="mnkjhgfedcba")) == ("code", "invalid")
    assert ended(await stranger.answer(code=CODES[0]))
    again = await engine.visitor()
    await to_second_factor(again)
    assert problem(await again.answer(code=CODES[0])) == ("code", "invalid")
    assert ended(await again.answer(code=CODES[1]))


async def test_an_authenticator_app_still_counts(engine: Engine, stranger: Visitor) -> None:
    await engine.install(sign_in())
    await add_app(engine, OWNER)
    await rotate_key(engine)
    await to_second_factor(stranger)
    assert ended(await stranger.answer(code=app_code(engine)))


async def test_a_phone_still_gets_its_code(engine: Engine, stranger: Visitor) -> None:
    await engine.install(sign_in())
    await add_phone(engine, OWNER)
    await rotate_key(engine)
    await to_second_factor(stranger)
    assert ended(await stranger.answer(code=engine.code))


async def test_a_browser_is_remembered_while_there_are_two_keys_and_asked_once_after(
    engine: Engine, stranger: Visitor
) -> None:
    await engine.install(sign_in(last_auth_threshold="hours=8"))
    await add_app(engine, OWNER)
    await restart(engine, OLD)
    await to_second_factor(stranger)
    await stranger.answer(code=app_code(engine))
    for secrets, asked in (((NEW, OLD), False), ((NEW,), True)):
        if asked:
            await rotate(engine.services.database, engine.services.keyring, now=engine.clock())
        await restart(engine, *secrets)
        visitor = await engine.visitor()
        visitor.remembered = stranger.remembered
        assert ended(await to_second_factor(visitor)) is not asked


async def test_an_api_token_stays_valid_and_its_key_can_still_be_shown(engine: Engine, owner: Visitor) -> None:
    database, keyring, user = engine.services.database, engine.services.keyring, engine.users[OWNER.username]
    key, now = derived_key(Keyring(OLD), "a-token"), engine.clock()
    token = await database.run(
        create_token, pk="a-token", identifier="ci", user_id=user.id, key_hash=hashed(key), now=now
    )
    await rotate_key(engine)
    assert await database.run(view_key, keyring, token, by=Author(user), now=now) == key
    theirs = engine.users[OTHER.username]
    chosen = await database.run(create_token, identifier="x", user_id=theirs.id, key_hash=hashed("chosen"), now=now)
    with pytest.raises(NotFound):
        await database.run(view_key, keyring, chosen, by=Author(theirs), now=now)


async def test_what_the_api_tells_users_by_never_changes(engine: Engine) -> None:
    first = Keyring(OLD).digest("uid", "1")
    await restart(engine, OLD)
    for secrets in ((OLD, NEW), (NEW, OLD)):
        await restart(engine, *secrets)
        assert engine.services.keyring.lasting_digest("uid", "1") == first
    await rotate(engine.services.database, engine.services.keyring, now=engine.clock())
    await restart(engine, NEW)
    assert engine.services.keyring.lasting_digest("uid", "1") == first
