"""The code as it comes back: how long it is good, in which spellings, and what an answer that is none costs."""

from typing import Any

import pytest

from tests.people import OTHER, OWNER
from tests.unit.engine.engine import Engine
from tests.unit.engine.flows import flow, sms
from tests.unit.engine.visitor import Visitor, ended, problem, sentence
from tests.unit.stages.authenticator_sms.numbers import NUMBERS, send_to


@pytest.mark.parametrize(
    ("life", "seconds"), [("seconds=300", 300), ("minutes=10", 600), ("seconds=30", 30), ("minutes=1;seconds=30", 90)]
)
async def test_a_code_is_good_for_its_life_and_not_a_second_longer(
    engine: Engine, owner: Visitor, life: str, seconds: int
) -> None:
    await engine.install(flow(sms(code_life=life)))
    assert (await send_to(owner))["code_expires_in"] == seconds
    engine.clock.advance(seconds + 1)
    late = await owner.answer(code=engine.code)
    assert (problem(late), sentence(late)) == (
        ("non_field_errors", "expired"),
        "This code has expired. Ask for a new one.",
    )
    engine.clock.advance(-1)
    assert problem(await owner.answer(code=engine.code)) == ("non_field_errors", "expired")
    assert await engine.devices(OWNER) == []
    engine.clock.advance(-1)
    assert ended(await owner.answer(code=engine.code))
    assert len(await engine.devices(OWNER)) == 1


async def test_the_message_tells_the_life_in_minutes(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(sms(code_life="minutes=10")))
    await send_to(owner)
    assert engine.outbox[0].text == (
        f"Your code for watchword.example is {engine.code}. It is valid for 10 minutes."
        f"\n\n@watchword.example #{engine.code}"
    )
    assert engine.outbox[0].life_seconds == 600


@pytest.mark.parametrize("typed", ["000042", " 000 042 ", "000-042", "٠٠٠٠٤٢", "０００ ０４２", "000\u200b042", 42])
async def test_a_code_counts_however_it_is_written(engine: Engine, owner: Visitor, typed: Any) -> None:
    """Digits of other scripts, marks from copying; and integers, which have lost their leading zeros."""
    await engine.install(flow(sms()))
    engine.next_codes.append("000042")
    await send_to(owner)
    assert engine.code == "000042"
    assert ended(await owner.answer(code=typed))


@pytest.mark.parametrize(
    "typed", ["42", "00042", "0000042", "abcdef", "0x002a", 43, -42, True, False, 42.0, ["000042"], {"code": "000042"}]
)
async def test_anything_else_is_a_wrong_code(engine: Engine, owner: Visitor, typed: Any) -> None:
    await engine.install(flow(sms()))
    engine.next_codes.append("000042")
    await send_to(owner)
    refused = await owner.answer(code=typed)
    assert (sentence(refused), refused["attempts_left"]) == ("Code does not match", 4)


@pytest.mark.parametrize(
    "typed", ["000042\x00", "0" * 100_000, "\ud800", 10**5000], ids=["NUL", "long", "half", "huge"]
)
async def test_hostile_codes_break_nothing(engine: Engine, owner: Visitor, typed: Any) -> None:
    await engine.install(flow(sms()))
    await send_to(owner)
    assert problem(await owner.answer(code=typed)) == ("non_field_errors", "invalid")


@pytest.mark.parametrize("typed", [None, ""])
async def test_an_empty_answer_costs_no_try(engine: Engine, owner: Visitor, typed: str | None) -> None:
    await engine.install(flow(sms()))
    await send_to(owner)
    refused = await owner.answer(code=typed)
    assert problem(refused) == ("code", "required")
    assert refused["attempts_left"] == 5


@pytest.mark.parametrize("length", [6, 8, 10])
async def test_a_code_is_as_long_as_the_stage_wants(engine: Engine, owner: Visitor, length: int) -> None:
    await engine.install(flow(sms(code_length=length)))
    assert (await send_to(owner))["code_length"] == length
    assert engine.code.isdecimal()
    assert len(engine.code) == length
    assert ended(await owner.answer(code=engine.code))


async def test_a_code_before_any_number_is_no_answer(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(sms()))
    shown = await owner.answer(code="123456")
    assert (sentence(shown), shown["phone_number_required"]) == ("phone_number required", True)


async def test_a_number_beside_a_code_is_ignored(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(sms()))
    await send_to(owner)
    assert ended(await owner.answer(code=engine.code, phone_number=NUMBERS[0]))
    assert [device.phone_number for device in await engine.devices(OWNER)] == [OWNER.number]


async def test_a_code_proves_only_the_number_it_was_sent_to(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(sms()))
    engine.next_codes += ["111111", "222222"]
    await send_to(owner)
    await owner.answer(phone_number=NUMBERS[0])
    assert sentence(await owner.answer(code="111111")) == "Code does not match"
    assert await engine.devices(OWNER) == []
    assert ended(await owner.answer(code="222222"))
    assert [device.phone_number for device in await engine.devices(OWNER)] == [NUMBERS[0]]


async def test_a_code_proves_nothing_in_another_execution(
    engine: Engine, owner: Visitor, other: Visitor, stranger: Visitor
) -> None:
    """Neither in another user's, nor in another flow of the same user, though the number is the same."""
    await engine.install([*flow(sms()), *flow(sms(name="second"), slug="second")])
    engine.next_codes += ["111111", "222222", "333333"]
    elsewhere = await engine.visitor(OWNER)
    elsewhere.slug = "second"
    for visitor in (owner, other, elsewhere):
        await send_to(visitor)
        engine.clock.advance(30)
    assert sentence(await other.answer(code="111111")) == "Code does not match"
    assert sentence(await elsewhere.answer(code="111111")) == "Code does not match"
    assert (await stranger.answer(code="111111"))["component"] == "ak-stage-access-denied"
    assert ended(await owner.answer(code="111111"))
    assert await engine.devices(OTHER) == []


async def test_a_right_code_is_worth_nothing_a_second_time(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(sms()))
    await send_to(owner)
    assert ended(await owner.answer(code=engine.code))
    assert [row.state for row in await engine.rows("code")] == ["used"]
    assert sentence(await owner.answer(code=engine.code)) == "phone_number required"
    assert len(await engine.devices(OWNER)) == 1


async def test_no_code_is_kept_as_it_is(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(sms()))
    engine.next_codes.append("918273")
    await send_to(owner)
    await owner.answer(code=engine.wrong)
    for table in ("code", "execution", "event", "delivery", "throttle", "session"):
        assert engine.code not in str(await engine.rows(table))
