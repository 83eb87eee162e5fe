"""A number is changed: the old phone stays until the new one is confirmed, and its number is told."""

import pytest

from tests.people import OTHER, OWNER
from tests.unit.engine.engine import Engine
from tests.unit.engine.flows import asks, flow, prompt, sms
from tests.unit.engine.visitor import Shown, Visitor, ended, problem, sentence
from watchword.errors import NumberTaken, TooManyDevices
from watchword.flows.execution import Context
from watchword.phone import mask, number_key
from watchword.stages.authenticator_sms.replacing import NOTICE
from watchword.stages.authenticator_sms.settings import SMSSettings
from watchword.storage.authenticators import rename_authenticator
from watchword.storage.devices import SMSDevice, create_device

NEW = "+4915123456799"


async def enrol(engine: Engine, visitor: Visitor, number: str = OWNER.number) -> Shown:
    await visitor.look()
    await visitor.answer(phone_number=number)
    shown = await visitor.answer(code=engine.code)
    await engine.services.background.drain()
    return shown


async def change(engine: Engine, visitor: Visitor, device: SMSDevice) -> Shown:
    """As the page of the device begins it."""
    await visitor.look()
    assert visitor.visit
    await engine.executor.begin(visitor.visit, visitor.slug, Context(proven=True, replaces=device.id))
    return await visitor.look()


async def test_the_new_number_takes_the_place_and_the_name_of_the_old(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(sms(max_devices=1)))
    await enrol(engine, owner)
    (old,) = await engine.devices(OWNER)
    await engine.services.database.run(rename_authenticator, SMSDevice, old.id, "My phone", engine.clock())
    assert (await change(engine, owner, old))["replaces"] == "+49 ••• ••13"
    shown = await owner.answer(phone_number=NEW)
    assert [device.id for device in await engine.devices(OWNER)] == [old.id], "until the code came back"
    assert shown["component"] == "ak-stage-authenticator-sms"
    assert ended(await owner.answer(code=engine.code))
    (new,) = await engine.devices(OWNER)
    assert (new.phone_number, new.name, new.confirmed) == (NEW, "My phone", True)


async def test_the_old_number_is_told_and_the_message_holds_no_code(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(sms()))
    await enrol(engine, owner)
    (old,) = await engine.devices(OWNER)
    await change(engine, owner, old)
    await enrol(engine, owner, NEW)
    told = engine.outbox[-1]
    assert (told.to, told.code) == (OWNER.number, "")
    assert told.text == NOTICE.format(host="watchword.example")
    assert NEW[-4:] not in told.text
    assert [delivery.purpose for delivery in await engine.deliveries()] == ["enrolment", "enrolment", "notice"]
    (removed,) = await engine.events("device_removed")
    assert (removed.username, removed.context["device"]) == (OWNER.username, old.id)


@pytest.mark.parametrize("how", ["wrong code", "abandoned", "refused number", "failed send"])
async def test_whatever_goes_wrong_the_old_phone_stays(engine: Engine, owner: Visitor, how: str) -> None:
    await engine.install(flow(sms()))
    await enrol(engine, owner)
    before = await engine.devices(OWNER)
    await change(engine, owner, before[0])
    if how == "failed send":
        engine.fail()
    shown = await owner.answer(phone_number="+999" if how == "refused number" else NEW)
    if how == "wrong code":
        assert problem(await owner.answer(code=engine.wrong)) == ("non_field_errors", "invalid")
    elif how == "abandoned":
        await owner.cancel()
    else:
        assert shown["response_errors"]
    await engine.services.background.drain()
    assert await engine.devices(OWNER) == before
    assert OWNER.number not in [message.to for message in engine.outbox[1:]]


async def test_a_number_that_somebody_else_has_is_refused_in_neutral_words(engine: Engine, owner: Visitor) -> None:
    step = sms()
    await engine.install(flow(step))
    await enrol(engine, owner)
    (old,) = await engine.devices(OWNER)
    await create(engine, OTHER.username, step.stage.pk, NEW)
    await change(engine, owner, old)
    assert sentence(await owner.answer(phone_number=NEW)) == NumberTaken().message
    assert await engine.devices(OWNER) == [old]


async def test_two_who_change_to_one_number_end_with_one_and_nobody_loses_his_phone(
    engine: Engine, owner: Visitor
) -> None:
    step = sms()
    await engine.install(flow(step))
    await enrol(engine, owner)
    (old,) = await engine.devices(OWNER)
    await change(engine, owner, old)
    await owner.answer(phone_number=NEW)
    await create(engine, OTHER.username, step.stage.pk, NEW)
    assert sentence(await owner.answer(code=engine.code)) == NumberTaken().message
    assert await engine.devices(OWNER) == [old]
    other_number = "+4915123456798"
    assert ended(await enrol(engine, owner, other_number))
    assert [device.phone_number for device in await engine.devices(OWNER)] == [other_number]


async def test_somebody_elses_phone_is_never_replaced(engine: Engine, owner: Visitor, other: Visitor) -> None:
    await engine.install(flow(sms()))
    await enrol(engine, owner)
    before = await engine.devices(OWNER)
    assert (await change(engine, other, before[0]))["replaces"] == ""
    assert ended(await enrol(engine, other, NEW))
    assert await engine.devices(OWNER) == before
    assert [message.to for message in engine.outbox] == [OWNER.number, NEW]


async def test_a_phone_of_another_stage_is_not_replaced(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(sms()))
    elsewhere = await create(engine, OWNER.username, "another stage", OWNER.number)
    assert (await change(engine, owner, elsewhere))["replaces"] == ""
    await enrol(engine, owner, NEW)
    assert len(await engine.devices(OWNER)) == 2


async def test_an_added_phone_replaces_nothing_and_counts(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(sms(max_devices=1)))
    await enrol(engine, owner)
    assert sentence(await owner.look()) == TooManyDevices().message
    assert len(engine.outbox) == 1


async def test_a_number_from_a_prompt_changes_it_too(engine: Engine, owner: Visitor) -> None:
    step = sms()
    await engine.install(flow(asks(prompt()), step))
    old = await create(engine, OWNER.username, step.stage.pk, OWNER.number)
    await change(engine, owner, old)
    shown = await owner.answer(phone=NEW)
    assert shown["replaces"] == "+49 ••• ••13"
    assert ended(await owner.answer(code=engine.code))
    await engine.services.background.drain()
    assert [device.phone_number for device in await engine.devices(OWNER)] == [NEW]
    assert engine.outbox[-1].to == OWNER.number
    notice = (await engine.deliveries())[-1]
    assert (notice.purpose, notice.code_id) == ("notice", None)


async def test_where_a_mapping_makes_the_body_nothing_is_told_and_an_event_says_so(
    engine: Engine, owner: Visitor
) -> None:
    step = sms('return {"to": device.phone_number, "code": token}')
    await engine.install(flow(step))
    assert isinstance(step.stage, SMSSettings)
    old = await create(engine, OWNER.username, step.stage.pk, OWNER.number)
    await change(engine, owner, old)
    assert ended(await enrol(engine, owner, NEW))
    assert [message.to for message in engine.outbox] == [NEW]
    (event,) = await engine.events("sms_send_failed")
    assert event.context["category"] == "mapping"


async def test_a_notice_that_fails_changes_nothing(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(sms()))
    await enrol(engine, owner)
    (old,) = await engine.devices(OWNER)
    await change(engine, owner, old)
    await owner.answer(phone_number=NEW)
    engine.fail()
    assert ended(await owner.answer(code=engine.code))
    await engine.services.background.drain()
    assert [device.phone_number for device in await engine.devices(OWNER)] == [NEW]
    assert len(await engine.events("sms_send_failed")) == 1


async def create(engine: Engine, username: str, stage_pk: str, number: str) -> SMSDevice:
    return await engine.services.database.run(
        create_device,
        user_id=engine.users[username].id,
        stage_pk=stage_pk,
        phone_number=number,
        number_key=number_key(engine.services.keyring, number),
        key_id=engine.services.keyring.key_id,
        masked=mask(number),
        hashed=False,
        confirmed=True,
        max_devices=0,
        now=engine.clock(),
    )
