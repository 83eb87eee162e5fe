"""Writing users: what was asked for becomes one, with the phones that were verified before."""

import asyncio
from typing import Any

import pytest

from tests.people import OTHER, OWNER, STRANGER
from tests.unit.engine.engine import Engine
from tests.unit.engine.flows import Step, asks, flow, identifies, prompt, signs_in, sms
from tests.unit.engine.visitor import Shown, Visitor, denied, ended, problem, sentence
from watchword.errors import Conflict
from watchword.passwords import verify_password
from watchword.stages.user_write import FAILED, NO_DATA, NO_USER, UserWriteStage
from watchword.storage.authenticators import authenticators_of
from watchword.storage.devices import SMSDevice
from watchword.storage.groups import create_group, groups_of
from watchword.storage.users import User, create_user, find_user

USERNAME, NAME = prompt("username", "text"), prompt("name", "text", required=False)
PASSWORD, PHONE = prompt("password", "password", required=False), prompt("phone", required=False)


def writes(**settings: Any) -> Step:
    return Step(UserWriteStage(name="write", **settings))


def joining(*between: Step, **settings: Any) -> list[Any]:
    steps = (asks(USERNAME, NAME, PASSWORD, PHONE), *between, writes(**settings), signs_in())
    return flow(*steps, designation="enrollment")


async def user(engine: Engine, username: str = STRANGER.username) -> User | None:
    return await engine.services.database.read(find_user, username=username)


async def fill(visitor: Visitor, **values: str) -> Shown:
    await visitor.look()
    return await visitor.answer(**{"username": STRANGER.username, **values})


async def test_a_stranger_becomes_a_user_and_is_signed_in(engine: Engine, stranger: Visitor) -> None:
    await engine.install(joining())
    assert ended(await fill(stranger, name="Sam", password="a long password"))
    made = await user(engine)
    assert made
    assert (made.name, made.type, made.is_active) == ("Sam", "external", True)
    assert verify_password(made.password_hash, "a long password")
    assert await stranger.signed_in_as() == STRANGER.username
    (event,) = await engine.events("user_write")
    assert event.username == STRANGER.username
    assert "a long password" not in repr(event.context)


async def test_how_new_users_begin_is_a_setting(engine: Engine, stranger: Visitor) -> None:
    group = await engine.services.database.run(create_group, name="guests")
    await engine.install(
        joining(
            create_users_as_inactive=True,
            create_users_group=group.pk,
            user_type="internal",
            user_path_template="users/guests",
        )
    )
    assert denied(await fill(stranger)), "An inactive user is not signed in."
    made = await user(engine)
    assert made
    assert (made.is_active, made.type, made.path) == (False, "internal", "users/guests")
    assert [one.name for one in await engine.services.database.read(groups_of, made.id)] == ["guests"]


async def test_a_phone_verified_before_is_his_once_he_is_written(engine: Engine, stranger: Visitor) -> None:
    step = sms()
    await engine.install(joining(step))
    await fill(stranger, phone=STRANGER.number)
    assert [message.to for message in engine.outbox] == [STRANGER.number]
    assert (await user(engine), await engine.count("sms_device")) == (None, 0)
    assert ended(await stranger.answer(code=engine.code))
    made = await user(engine)
    assert made
    (device,) = await engine.services.database.read(authenticators_of, SMSDevice, made.id)
    assert (device.phone_number, device.stage_pk, device.confirmed) == (STRANGER.number, step.stage.pk, True)


async def test_of_a_verify_only_phone_no_number_is_kept_on_the_way(engine: Engine, stranger: Visitor) -> None:
    await engine.install(joining(sms(verify_only=True)))
    await fill(stranger, phone=STRANGER.number)
    assert ended(await stranger.answer(code=engine.code))
    made = await user(engine)
    assert made
    (device,) = await engine.services.database.read(authenticators_of, SMSDevice, made.id)
    assert (device.hashed, device.phone_number, device.masked) == (True, None, "")
    rows = [await engine.rows(table) for table in ("sms_device", "event", "session", "users", "delivery")]
    assert STRANGER.number[1:] not in repr(rows)


async def test_a_wrong_code_writes_nobody(engine: Engine, stranger: Visitor) -> None:
    await engine.install(joining(sms()))
    await fill(stranger, phone=STRANGER.number)
    assert problem(await stranger.answer(code=engine.wrong)) == ("non_field_errors", "invalid")
    assert await user(engine) is None


async def test_a_number_taken_meanwhile_undoes_the_user_with_it(engine: Engine) -> None:
    await engine.install(joining(sms()))
    one, two = await engine.visitor(), await engine.visitor()
    await fill(one, phone=STRANGER.number)
    first = engine.code
    engine.clock.advance(30)
    await fill(two, username="sally", phone=STRANGER.number)
    second = engine.code
    assert ended(await one.answer(code=first))
    assert denied(await two.answer(code=second))
    assert await user(engine, "sally") is None
    assert await engine.count("sms_device") == 1


async def test_a_name_taken_is_told_at_the_form_that_asked(engine: Engine, stranger: Visitor) -> None:
    await engine.install(joining())
    shown = await fill(stranger, username=OTHER.username)
    assert (problem(shown), sentence(shown)) == (("username", "invalid"), "Username is already taken.")
    assert shown["component"] == "ak-stage-prompt"
    assert ended(await stranger.answer(username="somebody-else"))


async def test_two_strangers_of_one_name_at_once_are_one_user(engine: Engine) -> None:
    await engine.install(joining())
    visitors = [await engine.visitor() for _ in range(5)]
    for visitor in visitors:
        await visitor.look()
    shown = await asyncio.gather(*(visitor.answer(username=STRANGER.username) for visitor in visitors))
    assert [ended(one) for one in shown].count(True) == 1
    assert {problem(one)[0] for one in shown if not ended(one)} == {"username"}


async def test_a_form_sent_twice_writes_one_user(engine: Engine, stranger: Visitor) -> None:
    await engine.install(joining())
    await stranger.look()
    twice = (stranger.answer(username=STRANGER.username) for _ in range(3))
    shown = await asyncio.gather(*twice, return_exceptions=True)
    assert all(isinstance(one, Conflict | dict | AssertionError) for one in shown)
    assert len(await engine.events("user_write")) == 1


async def test_whoever_is_signed_in_changes_himself_and_nobody_else(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(asks(NAME, PASSWORD), writes()))
    elsewhere = await engine.visitor(OWNER)
    await owner.look()
    assert ended(await owner.answer(name="Olivia O.", password="another long one"))
    changed, other = await user(engine, OWNER.username), await user(engine, OTHER.username)
    assert changed
    assert other == engine.users[OTHER.username]
    assert changed.name == "Olivia O."
    assert verify_password(changed.password_hash, "another long one")
    assert await owner.signed_in_as() == OWNER.username
    with pytest.raises(AssertionError, match="ended"):
        await elsewhere.signed_in_as()


@pytest.mark.parametrize(("mode", "message"), [("never_create", NO_USER)])
async def test_where_none_may_be_created_a_stranger_is_denied(
    engine: Engine, stranger: Visitor, mode: Any, message: str
) -> None:
    await engine.install(joining(user_creation_mode=mode))
    assert sentence(await fill(stranger)) == message
    assert await user(engine) is None


async def test_always_create_makes_a_user_beside_the_one_who_is_signed_in(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(asks(USERNAME), writes(user_creation_mode="always_create")))
    await owner.look()
    assert ended(await owner.answer(username="new"))
    assert await user(engine, "new")
    assert await user(engine, OWNER.username) == engine.users[OWNER.username]


async def test_without_data_there_is_nothing_to_write(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(writes()))
    assert sentence(await owner.look()) == NO_DATA


async def test_attributes_are_written_into_those_there_are_and_power_is_not(engine: Engine, stranger: Visitor) -> None:
    keys = ["attributes.team.name", "attributes_colour", "groups", "is_superuser", "type"]
    await engine.install(flow(asks(USERNAME, *(prompt(key) for key in keys)), writes(), designation="enrollment"))
    await stranger.look()
    answers = dict(zip(keys, ["blue", "red", "admins", "true", "service_account"], strict=True))
    assert ended(await stranger.answer(username="new", **answers))
    made = await user(engine, "new")
    assert made
    assert made.attributes == {"team": {"name": "blue"}, "colour": "red"}
    assert made.type == "external"
    assert await engine.services.database.read(groups_of, made.id) == []


@pytest.mark.parametrize("field", ["username", "name"])
async def test_what_is_too_long_is_told_at_its_field(engine: Engine, stranger: Visitor, field: str) -> None:
    await engine.install(joining())
    shown = await fill(stranger, **{field: "x" * 1001})
    assert problem(shown)[0] == field
    assert await user(engine) is None


async def test_outside_of_enrolment_a_stranger_is_sent_no_code(engine: Engine, stranger: Visitor) -> None:
    await engine.install(flow(asks(USERNAME, PHONE), sms(), writes(), designation="stage_configuration"))
    assert denied(await fill(stranger, phone=STRANGER.number))
    assert engine.outbox == []


async def test_a_name_that_exists_is_no_obstacle_for_itself(engine: Engine) -> None:
    await engine.services.database.run(create_user, username="nobody", now=engine.clock())
    await engine.install(flow(asks(USERNAME, NAME), writes()))
    owner = await engine.visitor(OWNER)
    await owner.look()
    assert ended(await owner.answer(username=OWNER.username, name="Olivia"))


async def test_a_name_that_was_only_typed_sets_nobodys_password(
    engine: Engine, stranger: Visitor, other: Visitor
) -> None:
    steps = (identifies(), asks(prompt("password", "password")), Step(UserWriteStage(name="write")))
    await engine.install(flow(*steps, designation="recovery"))
    for visitor in (stranger, other):
        await visitor.look()
        await visitor.answer(uid_field=OWNER.username)
        assert sentence(await visitor.answer(password="a password of the thief")) == FAILED
    assert verify_password((await engine.user(OWNER)).password_hash, OWNER.password)
    assert {event.action for event in await engine.events()} == {"configuration_error"}
