"""Which authenticators are offered, and what happens where there is none."""

from typing import Any

import pytest

from tests.people import OTHER, OWNER, STRANGER
from tests.unit.engine.engine import Engine
from tests.unit.engine.flows import flow, identifies, signs_in, sms
from tests.unit.engine.visitor import Visitor, denied, ended, problem, sentence
from tests.unit.stages.authenticator_validate.people import (
    CODES,
    SLUG,
    add_app,
    add_phone,
    add_recovery_codes,
    choose,
    sign_in,
    to_second_factor,
    validates,
)
from watchword import recovery_codes
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage
from watchword.stages.authenticator_validate.conversation import LOCKED, NONE_CONFIGURED
from watchword.storage.authenticators import disable_authenticator
from watchword.storage.static_devices import use_static_token


async def test_every_authenticator_of_the_user_is_offered_and_nobody_elses(engine: Engine, stranger: Visitor) -> None:
    await engine.install(sign_in())
    phone, app, codes = (
        await add_phone(engine, OWNER),
        await add_app(engine, OWNER),
        await add_recovery_codes(engine, OWNER),
    )
    await add_phone(engine, OTHER)
    shown = await to_second_factor(stranger)
    assert shown["component"] == "ak-stage-authenticator-validate"
    assert (shown["pending_user"], shown["configuration_stages"]) == (OWNER.username, [])
    assert [
        (one["device_class"], one["device_uid"], one["challenge"], one["last_used"])
        for one in shown["device_challenges"]
    ] == [
        ("sms", str(phone.id), {"masked_number": "+49 ••• ••13"}, None),
        ("totp", str(app.id), {}, None),
        ("static", str(codes.id), {}, None),
    ]
    assert shown["selected_device"] == ""
    assert engine.outbox == []


async def test_two_phones_are_told_apart(engine: Engine, stranger: Visitor) -> None:
    await engine.install(sign_in())
    for number in (OWNER.number, "+4915123456714"):
        await add_phone(engine, OWNER, number)
    shown = await to_second_factor(stranger)
    assert [one["challenge"]["masked_number"] for one in shown["device_challenges"]] == ["+49 ••• ••13", "+49 ••• ••14"]


@pytest.mark.parametrize(("classes", "offered"), [(["totp"], ["totp"]), (["static", "sms"], ["sms", "static"])])
async def test_only_allowed_classes_are_offered(
    engine: Engine, stranger: Visitor, classes: list[Any], offered: list[str]
) -> None:
    await engine.install(sign_in(device_classes=classes))
    for add in (add_phone, add_app, add_recovery_codes):
        await add(engine, OWNER)
    shown = await to_second_factor(stranger)
    assert [one["device_class"] for one in shown["device_challenges"]] == offered


@pytest.mark.parametrize("hidden", [{"confirmed": False}, {"hashed": True, "phone_number": None, "masked": ""}])
async def test_unconfirmed_and_hashed_phones_are_never_offered_and_never_sent_to(
    engine: Engine, stranger: Visitor, hidden: dict[str, Any]
) -> None:
    await engine.install(sign_in())
    phone = await add_phone(engine, OWNER, **hidden)
    await add_app(engine, OWNER)
    shown = await to_second_factor(stranger)
    assert [one["device_class"] for one in shown["device_challenges"]] == ["totp"]
    assert problem(await choose(stranger, phone)) == ("selected_challenge", "invalid")
    assert engine.outbox == []


async def test_a_phone_of_somebody_else_cannot_be_chosen(engine: Engine, stranger: Visitor) -> None:
    await engine.install(sign_in())
    await add_app(engine, OWNER)
    theirs = await add_phone(engine, OTHER)
    await to_second_factor(stranger)
    refused = await choose(stranger, theirs)
    assert sentence(refused) == "invalid challenge selected"
    assert engine.outbox == []


@pytest.mark.parametrize("chosen", ["sms", "sms:x", "nonsense", {}, {"device_class": "sms"}, 7, [1], True])
async def test_what_is_no_choice_is_refused(engine: Engine, stranger: Visitor, chosen: object) -> None:
    await engine.install(sign_in())
    for add in (add_phone, add_app):
        await add(engine, OWNER)
    await to_second_factor(stranger)
    assert problem(await stranger.answer(selected_challenge=chosen)) == ("selected_challenge", "invalid")


async def test_used_up_recovery_codes_are_no_authenticator(engine: Engine, stranger: Visitor) -> None:
    await engine.install(sign_in(not_configured_action="deny"))
    device = await add_recovery_codes(engine, OWNER)
    for code in CODES:
        used = recovery_codes.token_hash(engine.services.keyring, device.user_id, code)
        await engine.services.database.run(use_static_token, device.id, used, engine.clock())
    assert sentence(await to_second_factor(stranger)) == NONE_CONFIGURED


async def test_without_an_authenticator_the_stage_can_let_pass(engine: Engine, stranger: Visitor) -> None:
    await engine.install(sign_in(not_configured_action="skip"))
    assert ended(await to_second_factor(stranger))
    assert await stranger.signed_in_as() == OWNER.username


async def test_or_deny(engine: Engine, stranger: Visitor) -> None:
    await engine.install(sign_in(not_configured_action="deny"))
    shown = await to_second_factor(stranger)
    assert (denied(shown), sentence(shown)) == (True, NONE_CONFIGURED)
    assert await stranger.signed_in_as() is None


async def test_a_user_with_a_hashed_phone_alone_is_not_configured(engine: Engine, stranger: Visitor) -> None:
    await engine.install(sign_in(not_configured_action="deny"))
    await add_phone(engine, OWNER, hashed=True, phone_number=None, masked="")
    assert sentence(await to_second_factor(stranger)) == NONE_CONFIGURED


@pytest.mark.parametrize("action", ["skip", "deny", "configure"])
async def test_a_locked_authenticator_opens_no_way_past_it(engine: Engine, stranger: Visitor, action: Any) -> None:
    setup = sms(name="set up")
    stages = {"not_configured_action": action, "configuration_stages": [setup.stage.pk]}
    await engine.install([*sign_in(**stages), setup.stage])
    phone = await add_phone(engine, OWNER)
    await engine.services.database.run(disable_authenticator, type(phone), phone.id, engine.clock())
    shown = await to_second_factor(stranger)
    assert (denied(shown), sentence(shown)) == (True, LOCKED)
    assert (await stranger.signed_in_as(), engine.outbox) == (None, [])


async def test_a_locked_authenticator_beside_another_is_just_not_offered(engine: Engine, stranger: Visitor) -> None:
    await engine.install(sign_in())
    phone = await add_phone(engine, OWNER)
    await add_app(engine, OWNER)
    await engine.services.database.run(disable_authenticator, type(phone), phone.id, engine.clock())
    shown = await to_second_factor(stranger)
    assert [one["device_class"] for one in shown["device_challenges"]] == ["totp"]


async def test_a_single_stage_sets_one_up_on_the_way(engine: Engine, stranger: Visitor) -> None:
    setup = sms(name="set up")
    configure: dict[str, Any] = {"not_configured_action": "configure", "configuration_stages": [setup.stage.pk]}
    await engine.install([*sign_in(**configure), setup.stage])
    shown = await to_second_factor(stranger)
    assert (shown["component"], shown["phone_number_required"]) == ("ak-stage-authenticator-sms", True)
    await stranger.answer(phone_number=OWNER.number)
    assert await stranger.signed_in_as() is None
    assert ended(await stranger.answer(code=engine.code))
    assert await stranger.signed_in_as() == OWNER.username
    assert [device.stage_pk for device in await engine.devices(OWNER)] == [setup.stage.pk]


async def test_of_several_stages_the_visitor_chooses(engine: Engine, stranger: Visitor) -> None:
    one, two = sms(name="one"), sms(name="two", friendly_name="My phone")
    pks = [one.stage.pk, two.stage.pk]
    configure: dict[str, Any] = {"not_configured_action": "configure", "configuration_stages": pks}
    await engine.install([*sign_in(**configure), one.stage, two.stage])
    shown = await to_second_factor(stranger)
    assert shown["device_challenges"] == []
    assert shown["configuration_stages"] == [
        {
            "pk": pk,
            "name": name,
            "verbose_name": "SMS Authenticator",
            "meta_model_name": AuthenticatorSMSStage.model,
        }
        for pk, name in zip(pks, ["one", "My phone"], strict=True)
    ]
    for wrong in ("", "nonsense", None, 5):
        refused = await stranger.answer(selected_stage=wrong)
        assert (problem(refused)[0], sentence(refused)) == ("selected_stage", "Selected stage is invalid")
    assert (await stranger.answer(selected_stage=two.stage.pk))["component"] == "ak-stage-authenticator-sms"
    await stranger.answer(phone_number=OWNER.number)
    assert ended(await stranger.answer(code=engine.code))


async def test_somebody_who_does_not_exist_is_not_let_past(engine: Engine, stranger: Visitor) -> None:
    """Where no password is asked for, an unknown name gets as far as here."""
    await engine.install(sign_in(identifies(), validates(not_configured_action="skip"), signs_in()))
    stranger.slug = SLUG
    await stranger.look()
    shown = await stranger.answer(uid_field=STRANGER.username)
    assert (denied(shown), sentence(shown)) == (True, NONE_CONFIGURED)


async def test_nobody_is_let_past(engine: Engine, stranger: Visitor) -> None:
    await engine.install(flow(validates(not_configured_action="skip")))
    assert denied(await stranger.look())


async def test_somebody_who_is_signed_in_is_asked_as_well(engine: Engine, owner: Visitor) -> None:
    await engine.install([*flow(validates()), *sign_in()[-1:]])
    await add_phone(engine, OWNER)
    shown = await owner.look()
    assert (shown["component"], shown["code_sent"]) == ("ak-stage-authenticator-validate", True)
    assert ended(await owner.answer(code=engine.code))
