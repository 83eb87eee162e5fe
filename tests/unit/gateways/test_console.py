"""The console gateway prints what a phone would get, in full, where the developer looks, and nowhere else."""

import io
import logging

import pytest

from tests.people import OTHER, OWNER
from tests.unit.gateways.make import CODE, TEXT, message
from watchword.gateways.console.gateway import ConsoleGateway
from watchword.gateways.console.settings import ConsoleSettings
from watchword.gateways.message import Receipt


async def test_number_and_text_are_printed_in_full() -> None:
    """Masked, they would be of no use: a developer types the code from here."""
    stream = io.StringIO()
    receipt = await ConsoleGateway(stream).send(ConsoleSettings(), message())
    assert stream.getvalue() == f"To {OWNER.number}: {TEXT}\n"
    assert receipt == Receipt()


async def test_messages_are_printed_one_after_the_other() -> None:
    stream = io.StringIO()
    console = ConsoleGateway(stream)
    await console.send(ConsoleSettings(), message(text="one 😀"))
    await console.send(ConsoleSettings(), message(text="two", to=OTHER.number))
    assert stream.getvalue().splitlines() == [f"To {OWNER.number}: one 😀", f"To {OTHER.number}: two"]


async def test_only_the_text_is_printed_and_not_what_a_mapping_made_for_an_endpoint() -> None:
    stream = io.StringIO()
    await ConsoleGateway(stream).send(ConsoleSettings(), message(payload={"apikey": "a-secret"}))
    assert "a-secret" not in stream.getvalue()


async def test_it_is_standard_output_that_is_printed_to_and_no_log(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        await ConsoleGateway().send(ConsoleSettings(), message())
    printed = capsys.readouterr()
    assert CODE in printed.out
    assert printed.err == ""
    assert not caplog.records


async def test_a_message_can_be_read_at_once() -> None:
    """Where standard output is a pipe it is buffered, and the developer would wait for a code that was sent."""
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="utf-8")
    await ConsoleGateway(stream).send(ConsoleSettings(), message())
    assert TEXT.encode() in raw.getvalue()
