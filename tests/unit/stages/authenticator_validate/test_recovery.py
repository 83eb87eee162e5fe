"""Recovery by a message: what it takes, and how little it tells whoever tries it with another's name."""

from typing import Any

import pytest
from msgspec import structs

from tests.people import OTHER, OWNER, STRANGER, Person
from tests.unit.engine.engine import Engine
from tests.unit.engine.flows import Step, asks, flow, identifies, prompt, signs_in
from tests.unit.engine.visitor import Shown, Visitor, denied, ended, problem, sentence
from tests.unit.metrics.scraped import value
from tests.unit.stages.authenticator_validate.people import (
    CODES,
    PHONE,
    add_app,
    add_phone,
    add_recovery_codes,
    app_code,
    choose,
    sign_in,
    to_second_factor,
    validates,
)
from watchword.flows.stage import Stage
from watchword.passwords import verify_password
from watchword.stages.authenticator_validate.blind import NOT_OFFERED
from watchword.stages.authenticator_validate.conversation import NO_OTHER
from watchword.stages.authenticator_validate.stage import AuthenticatorValidateStage
from watchword.stages.user_write import UserWriteStage
from watchword.storage.authenticators import disable_authenticator, get_authenticator
from watchword.storage.deliveries import list_deliveries
from watchword.storage.devices import SMSDevice
from watchword.storage.users import update_user

RECOVERY = "recovery"
NEW = "a password nobody had before"


def recovery(**settings: Any) -> list[Any]:
    second = AuthenticatorValidateStage(name="another factor", not_configured_action="deny")
    made = flow(
        identifies(show_matched_user=False),
        validates(**{"device_classes": ["sms"], "not_configured_action": "deny", **settings}),
        Step(second),
        asks(prompt("password", "password")),
        Step(UserWriteStage(name="write", user_creation_mode="never_create")),
        signs_in(),
        slug=RECOVERY,
        designation="recovery",
        authentication="require_unauthenticated",
    )
    apart = [structs.replace(one, name=f"recovery {one.name}") if isinstance(one, Stage) else one for one in made]
    return [*apart, PHONE.stage]


async def begin(engine: Engine, visitor: Visitor, name: str) -> Shown:
    visitor.slug = RECOVERY
    await visitor.look()
    shown = await visitor.answer(uid_field=name)
    await engine.services.background.drain()
    return shown


async def resend(engine: Engine, visitor: Visitor) -> Shown:
    shown = await visitor.answer(resend=True)
    await engine.services.background.drain()
    return shown


def words(shown: Shown, name: str) -> Shown:
    """What the visitor sees, but for the name he typed himself."""
    assert shown["pending_user"] == name
    return {**shown, "pending_user": "", "flow_info": {**shown["flow_info"], "title": ""}}


async def password_of(engine: Engine, person: Person) -> str:
    return (await engine.user(person)).password_hash or ""


async def test_a_phone_and_another_authenticator_give_the_account_back(engine: Engine, stranger: Visitor) -> None:
    await engine.install(recovery())
    await add_phone(engine, OWNER)
    await add_app(engine, OWNER)
    await begin(engine, stranger, OWNER.username)
    assert [message.to for message in engine.outbox] == [OWNER.number]
    await stranger.answer(code=engine.code)
    asked = await stranger.answer(code=app_code(engine))
    assert asked["component"] == "ak-stage-prompt"
    assert ended(await stranger.answer(password=NEW))
    assert await stranger.signed_in_as() == OWNER.username
    assert verify_password(await password_of(engine, OWNER), NEW)
    assert not verify_password(await password_of(engine, OTHER), NEW)


async def test_a_recovery_code_is_another_authenticator(engine: Engine, stranger: Visitor) -> None:
    await engine.install(recovery())
    await add_phone(engine, OWNER)
    await add_recovery_codes(engine, OWNER)
    await begin(engine, stranger, OWNER.username)
    await stranger.answer(code=engine.code)
    assert (await stranger.answer(code=CODES[0]))["component"] == "ak-stage-prompt"


async def test_a_phone_alone_does_not_stand_for_password_and_phone(engine: Engine, stranger: Visitor) -> None:
    await engine.install(recovery())
    await add_phone(engine, OWNER)
    await begin(engine, stranger, OWNER.username)
    shown = await stranger.answer(code=engine.code)
    assert denied(shown)
    assert sentence(shown) == NO_OTHER
    assert verify_password(await password_of(engine, OWNER), OWNER.password)
    assert await stranger.signed_in_as() is None


async def test_a_second_phone_is_another_authenticator_and_the_first_is_not_offered(
    engine: Engine, stranger: Visitor
) -> None:
    await engine.install(recovery())
    first, second = await add_phone(engine, OWNER), await add_phone(engine, OWNER, "+4915123456714")
    await add_app(engine, OWNER)
    await begin(engine, stranger, OWNER.username)
    asked_first = first if engine.outbox[-1].to == OWNER.number else second
    shown = await stranger.answer(code=engine.code)
    offered = [one["device_uid"] for one in shown["device_challenges"] if one["device_class"] == "sms"]
    assert offered == [str((second if asked_first == first else first).id)]
    assert problem(await choose(stranger, asked_first)) == ("selected_challenge", "invalid")


async def every_case(engine: Engine) -> dict[str, str]:
    """Names that a message can, and cannot, go out for."""
    await add_phone(engine, OWNER)
    await add_phone(engine, OTHER, phone_number=None, masked="", hashed=True)
    nobodys = await engine.add_user(Person("phoneless", "no phone at all here", "", "", ""))
    locked = await engine.add_user(Person("locked", "the phone is locked", "+33612345679", "", ""))
    device = await add_phone(engine, Person("locked", "", "+33612345679", "", ""))
    await engine.services.database.run(disable_authenticator, SMSDevice, device.id, engine.clock())
    inactive = await engine.add_user(Person("inactive", "not active any more", "+33612345680", "", ""))
    await add_phone(engine, Person("inactive", "", "+33612345680", "", ""))
    await engine.services.database.run(update_user, inactive.id, is_active=False)
    return {
        "hashed": OTHER.username,
        "without": nobodys.username,
        "locked": locked.username,
        "inactive": inactive.username,
        "unknown": STRANGER.username,
    }


@pytest.mark.parametrize("case", ["hashed", "without", "locked", "inactive", "unknown"])
async def test_nobody_learns_whether_a_name_can_be_recovered(engine: Engine, stranger: Visitor, case: str) -> None:
    await engine.install(recovery())
    name = (await every_case(engine))[case]
    known, unknown = await engine.visitor(), stranger

    async def both(**response: Any) -> None:
        one, two = await known.answer(**response), await unknown.answer(**response)
        await engine.services.background.drain()
        assert words(one, OWNER.username) == words(two, name)

    one, two = await begin(engine, known, OWNER.username), await begin(engine, unknown, name)
    assert words(one, OWNER.username) == words(two, name)
    assert [message.to for message in engine.outbox] == [OWNER.number]
    assert OWNER.number[-2:] not in str(one["device_challenges"])
    await both(code="")
    await both(selected_challenge="sms:1")
    await both(resend=True)
    await both(code="12")
    engine.clock.advance(30)
    await both(resend=True)
    for _ in range(6):
        await both(code="12")
    engine.clock.advance(1800)
    await both(code="12")
    await both(resend=True)
    engine.clock.advance(1800)
    await both(resend=True)


async def test_a_gateway_that_fails_is_told_to_administrators_alone(engine: Engine, stranger: Visitor) -> None:
    await engine.install(recovery())
    await add_phone(engine, OWNER)
    engine.fail()
    other = await engine.visitor()
    one, two = await begin(engine, stranger, OWNER.username), await begin(engine, other, STRANGER.username)
    assert words(one, OWNER.username) == words(two, STRANGER.username)
    assert engine.outbox == []
    assert [event.action for event in await engine.events()] == ["sms_send_failed"]


async def test_where_too_much_is_under_way_nobody_gets_a_message_and_all_read_the_same(
    engine: Engine, stranger: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("watchword.flows.background.MOST", 0)
    await engine.install(recovery())
    await add_phone(engine, OWNER)
    other = await engine.visitor()
    one, two = await begin(engine, stranger, OWNER.username), await begin(engine, other, STRANGER.username)
    assert words(one, OWNER.username) == words(two, STRANGER.username)
    assert (engine.outbox, await engine.services.database.read(list_deliveries)) == ([], [])
    codes = {"purpose": "sms-recovery", "country": "DE", "state": "unsent"}
    assert value(engine.services.metrics, "watchword_codes_total", **codes) == 1


async def test_a_decoy_has_no_right_code(engine: Engine, stranger: Visitor) -> None:
    await engine.install(recovery())
    engine.next_codes.append("246810")
    await begin(engine, stranger, STRANGER.username)
    assert problem(await stranger.answer(code="246810")) == ("code", "invalid")


async def test_a_stranger_who_plays_with_recovery_leaves_messages_to_sign_in_by(
    engine: Engine, stranger: Visitor
) -> None:
    await engine.install([*recovery(), *sign_in()])
    await add_phone(engine, OWNER)
    for number in range(8):
        await begin(engine, await engine.visitor(), OWNER.username if number % 2 else OWNER.username.upper())
        engine.clock.advance(60)
    assert len(engine.outbox) == 3
    shown = await to_second_factor(stranger)
    assert len(engine.outbox) == 4
    assert shown["code_sent"]


async def test_a_hundred_wrong_codes_lock_the_phone_here_too(engine: Engine, stranger: Visitor) -> None:
    await engine.install(recovery())
    phone = await add_phone(engine, OWNER)
    await begin(engine, stranger, OWNER.username)
    await stranger.answer(code=engine.wrong)
    found = await engine.services.database.read(get_authenticator, SMSDevice, phone.id)
    assert found
    assert found.failures_in_a_row == 1


async def test_the_message_is_recorded_as_one_of_recovery(engine: Engine, stranger: Visitor) -> None:
    await engine.install(recovery())
    await add_phone(engine, OWNER)
    await begin(engine, stranger, OWNER.username)
    (delivery,) = await engine.services.database.read(list_deliveries)
    assert (delivery.purpose, delivery.outcome) == ("recovery", "sent")


async def test_a_new_code_ends_the_old_one(engine: Engine, stranger: Visitor) -> None:
    await engine.install(recovery())
    await add_phone(engine, OWNER)
    await add_app(engine, OWNER)
    await begin(engine, stranger, OWNER.username)
    old = engine.code
    engine.clock.advance(30)
    assert (await resend(engine, stranger))["response_errors"] == {}
    assert problem(await stranger.answer(code=old)) == ("code", "invalid")
    assert (await stranger.answer(code=engine.code))["device_challenges"][0]["device_class"] == "totp"


async def test_without_a_gateway_there_is_no_recovery_for_anybody(engine: Engine, stranger: Visitor) -> None:
    await engine.install(recovery(device_classes=["totp"]))
    await add_phone(engine, OWNER)
    for name in (OWNER.username, STRANGER.username):
        assert sentence(await begin(engine, await engine.visitor(), name)) == NOT_OFFERED
    assert engine.outbox == []


async def test_other_flows_hide_nothing_from_who_gave_his_password(engine: Engine, stranger: Visitor) -> None:
    await engine.install([*recovery(), *sign_in()])
    await add_phone(engine, OWNER)
    assert (await to_second_factor(stranger))["masked_number"] == "+49 ••• ••13"
