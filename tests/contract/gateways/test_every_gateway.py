"""What all gateways have in common, whatever carries the message."""

import asyncio
import contextlib

import pytest

from tests.contract.gateways.carriers import (
    CODE,
    FROM,
    NUMBER,
    TEXT,
    WORDS_OF_A_PROVIDER,
    Arrived,
    Carrier,
    failure,
    message,
)
from tests.contract.gateways.conftest import KINDS
from tests.people import OTHER, OWNER, STRANGER
from watchword.gateways.errors import SENTENCES, TRY_AGAIN, SendError
from watchword.gateways.http import HttpClient
from watchword.gateways.message import Receipt
from watchword.gateways.registry import GATEWAYS
from watchword.gateways.sender import Sender


def test_every_gateway_is_held_to_this_contract() -> None:
    assert sorted(GATEWAYS) == KINDS


async def test_a_message_is_taken(carrier: Carrier) -> None:
    assert isinstance(await carrier.sender.send(carrier.settings, message()), Receipt)
    assert carrier.arrived() == [Arrived(NUMBER, TEXT)]


async def test_a_receipt_holds_neither_number_nor_code(carrier: Carrier) -> None:
    receipt = await carrier.sender.send(carrier.settings, message())
    assert NUMBER not in repr(receipt)
    assert CODE not in repr(receipt)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Grüße, 👋🏽 👨‍👩‍👧 𝔘nicode", id="emoji"),
        pytest.param("رمزك هو 042917 \u200f!\u202e", id="right to left"),
        pytest.param("one\ntwo\r\nthree\n\n@sms.example.org #042917", id="lines"),
        pytest.param("a+b & c=d; 100 % \"quoted\" 'too' \\ <b> {code} #?/:é", id="marks that encodings use"),
        pytest.param("%2B %00 &amp; \\u0041 \\n", id="what looks encoded already"),
        pytest.param(" spaces about it ", id="spaces"),
        pytest.param("x", id="one character"),
        pytest.param("\u00e9 e\u0301 ﬁ Å", id="not normalized"),
        pytest.param("1234567890" * 160, id="1,600 characters"),
        pytest.param("ü€漢👋" * 400, id="1,600 characters beyond ASCII"),
    ],
)
async def test_the_text_arrives_unchanged(carrier: Carrier, text: str) -> None:
    await carrier.sender.send(carrier.settings, message(text=text))
    assert carrier.arrived() == [Arrived(NUMBER, text)]


async def test_two_messages_one_after_the_other_do_not_mix(carrier: Carrier) -> None:
    await carrier.sender.send(carrier.settings, message(to=OWNER.number, text="first", code="111111"))
    await carrier.sender.send(carrier.settings, message(to=OTHER.number, text="second", code="222222"))
    assert carrier.arrived() == [Arrived(OWNER.number, "first"), Arrived(OTHER.number, "second")]


async def test_messages_at_the_same_time_do_not_mix(carrier: Carrier) -> None:
    people = [OWNER, OTHER, STRANGER]
    messages = [
        message(to=people[turn % 3].number, text=f"for {people[turn % 3].username} {turn}") for turn in range(9)
    ]
    await asyncio.gather(*(carrier.sender.send(carrier.settings, each) for each in messages))
    assert sorted(carrier.arrived()) == sorted(Arrived(each.to, each.text) for each in messages)


async def test_a_gateway_that_fails_raises_nothing_but_a_send_error(carrier: Carrier) -> None:
    carrier.set_broken(True)
    error = await failure(carrier.sender, carrier.settings)
    assert error.category == "gateway"
    assert error.status == 502
    assert error.detail


async def test_a_visitor_reads_one_sentence_that_names_no_provider_and_no_status(carrier: Carrier) -> None:
    carrier.set_broken(True)
    sentence = str(await failure(carrier.sender, carrier.settings))
    assert sentence in {TRY_AGAIN, *SENTENCES.values()}
    said = sentence.lower()
    for word in (WORDS_OF_A_PROVIDER, "500", "4711", "http", "127.0.0.1", carrier.settings.kind, FROM, NUMBER, CODE):
        assert word.lower() not in said


async def test_a_failure_shows_neither_number_nor_code_to_the_administrator(carrier: Carrier) -> None:
    carrier.set_broken(True)
    error = await failure(carrier.sender, carrier.settings)
    assert NUMBER not in error.detail + repr(error)
    assert CODE not in error.detail + repr(error)


async def test_a_gateway_that_is_well_again_sends_the_next_message(carrier: Carrier) -> None:
    carrier.set_broken(True)
    await failure(carrier.sender, carrier.settings)
    carrier.set_broken(False)
    await carrier.sender.send(carrier.settings, message(to=OTHER.number, text="again"))
    assert carrier.arrived()[-1] == Arrived(OTHER.number, "again")


@pytest.mark.parametrize("text", ["\ud83d", "end \udc8d"], ids=["half a pair", "the other half"])
async def test_a_text_that_has_no_bytes_is_at_worst_a_failed_send(carrier: Carrier, text: str) -> None:
    with contextlib.suppress(SendError):
        await carrier.sender.send(carrier.settings, message(text=text))


async def test_a_cancelled_request_is_no_failed_send(carrier: Carrier) -> None:
    task = asyncio.ensure_future(carrier.sender.send(carrier.settings, message()))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert carrier.arrived() == []


@pytest.mark.parametrize("carrier", ["console", "demo", "memory"], indirect=True)
async def test_a_gateway_that_sends_nothing_is_refused_outside_a_demo(carrier: Carrier, http: HttpClient) -> None:
    sender = Sender(http)
    error = await failure(sender, carrier.settings)
    assert (error.category, error.permanent) == ("configuration", True)
    assert carrier.arrived() == []
    assert sender.inbox() == []
    assert sender.memory.outbox == []


@pytest.mark.parametrize("carrier", ["generic", "twilio"], indirect=True)
async def test_a_demo_may_use_a_gateway_that_really_sends(carrier: Carrier, http: HttpClient) -> None:
    await Sender(http, demo=True).send(carrier.settings, message())
    assert carrier.arrived() == [Arrived(NUMBER, TEXT)]
