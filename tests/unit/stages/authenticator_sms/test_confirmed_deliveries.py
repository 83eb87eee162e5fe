"""A delivery learns that its code came back, when it does and only then; and it remembers what a segment cost."""

import asyncio
from typing import Any

import pytest

from tests.people import OTHER, OWNER
from tests.unit.engine.engine import Engine
from tests.unit.engine.flows import flow, sms
from tests.unit.engine.visitor import Visitor, ended, sentence
from tests.unit.stages.authenticator_sms.numbers import send_to
from watchword.gateways.message import Receipt
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage


@pytest.mark.parametrize("verify_only", [False, True])
async def test_a_code_that_comes_back_confirms_its_delivery(engine: Engine, owner: Visitor, verify_only: bool) -> None:
    await engine.install(flow(sms(verify_only=verify_only)))
    await send_to(owner)
    (sent,) = await engine.deliveries()
    (code,) = await engine.rows("code")
    assert (sent.code_id, sent.confirmed) == (code.id, None)
    engine.clock.advance(20)
    assert ended(await owner.answer(code=engine.code))
    (confirmed,) = await engine.deliveries()
    assert (confirmed.code_id, confirmed.confirmed) == (code.id, engine.clock())


async def test_a_wrong_code_confirms_nothing(engine: Engine, owner: Visitor, other: Visitor) -> None:
    await engine.install(flow(sms()))
    await send_to(owner)
    wrong = engine.wrong
    await send_to(other, OTHER.number)
    await owner.answer(code=wrong)
    await other.answer(code=engine.wrong)
    assert [delivery.confirmed for delivery in await engine.deliveries()] == [None, None]


async def test_only_the_message_whose_code_was_entered_is_confirmed(
    engine: Engine, owner: Visitor, other: Visitor
) -> None:
    await engine.install(flow(sms()))
    await send_to(owner)
    engine.clock.advance(31)
    await owner.answer(resend=True)
    code = engine.code
    await send_to(other, OTHER.number)
    assert ended(await owner.answer(code=code))
    first, again, others = await engine.deliveries()
    assert (first.confirmed, again.confirmed, others.confirmed) == (None, engine.clock(), None)


async def test_a_code_that_could_not_be_used_confirms_nothing(engine: Engine, owner: Visitor, other: Visitor) -> None:
    """Two prove the same number: one enrols it, and what the other did is undone as a whole."""
    await engine.install(flow(sms()))
    engine.next_codes += ["111111", "222222"]
    await send_to(owner)
    engine.clock.advance(30)
    await send_to(other)
    assert ended(await other.answer(code="222222"))
    assert sentence(await owner.answer(code="111111")) == "This phone number cannot be used here. Try another one."
    first, second = await engine.deliveries()
    assert (first.confirmed, second.confirmed) == (None, engine.clock())


async def test_two_answers_at_once_confirm_once(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(sms()))
    await send_to(owner)
    await asyncio.gather(*(owner.answer(code=engine.code) for _ in range(2)), return_exceptions=True)
    (delivery,) = await engine.deliveries()
    assert delivery.confirmed == engine.clock()


async def test_a_failed_delivery_names_its_code_too(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(sms(segment_price="0.01", currency="EUR")))
    engine.fail()
    await owner.start()
    await owner.answer(phone_number=OWNER.number)
    (failed,) = await engine.deliveries()
    assert failed.outcome == "failed"
    assert failed.code_id is not None
    assert failed.confirmed is None


# ---- What it cost ----


@pytest.mark.parametrize(
    ("settings", "price"),
    [
        ({}, (None, None)),
        ({"currency": "EUR"}, (None, None)),
        ({"segment_price": "0.0075", "currency": "USD"}, (7_500, "USD")),
        ({"segment_price": "0", "currency": "EUR"}, (0, "EUR")),
    ],
)
async def test_the_price_of_a_segment_is_remembered_as_it_was(
    engine: Engine, owner: Visitor, settings: dict[str, str], price: tuple[int | None, str | None]
) -> None:
    await engine.install(flow(sms(**settings)))
    await send_to(owner)
    (delivery,) = await engine.deliveries()
    assert (delivery.segment_price, delivery.currency) == price


async def test_segments_are_those_that_the_gateway_counts(
    engine: Engine, owner: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sender that puts something before each message may need one more than we can see."""
    await engine.install(flow(sms()))
    receipts = [Receipt(provider_id="SM1", status=201, segments=number) for number in (3, None, 0)]

    async def send(*_: Any) -> Receipt:
        return receipts.pop(0)

    monkeypatch.setattr(engine.sender, "send", send)
    for number in ("+4915123456720", "+4915123456721", "+4915123456722"):
        await send_to(owner, number)
    assert [delivery.segments for delivery in await engine.deliveries()] == [3, 1, 1]


@pytest.mark.parametrize(
    ("settings", "problems"),
    [
        ({}, []),
        ({"segment_price": "0.0075", "currency": "EUR"}, []),
        ({"currency": "EUR"}, []),
        ({"segment_price": "0.0075"}, [("currency", "Say which currency the price is in, as EUR.")]),
        ({"segment_price": "1", "currency": "XYZ"}, [("currency", "There is no currency XYZ.")]),
    ],
)
def test_a_price_needs_a_currency(settings: dict[str, str], problems: list[tuple[str, str]]) -> None:
    stage = sms(**settings).stage
    assert isinstance(stage, AuthenticatorSMSStage)
    assert list(stage.problems()) == problems
