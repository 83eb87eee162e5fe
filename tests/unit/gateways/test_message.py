"""A message shows nobody its number, its code or its text; a receipt has none of them to show."""

import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
import structlog
from rich.pretty import pretty_repr

from tests.unit.gateways.make import CODE, NUMBER, SENDER, TEXT, message
from watchword.gateways.message import Message, Receipt
from watchword.logs import configure

PAYLOAD = {"to": NUMBER, "words": TEXT}


def holds_nothing_of_the_message(shown: str) -> bool:
    return not any(part in shown for part in (NUMBER, NUMBER[1:], CODE, TEXT, "Your code", "words"))


@pytest.mark.parametrize("show", [repr, str, format, pretty_repr, lambda shown: f"{[shown]} { ({'sent': shown})!r}"])
def test_a_message_shows_no_number_code_or_text(show: Callable[[Message], str]) -> None:
    shown = show(message(payload=PAYLOAD))
    assert holds_nothing_of_the_message(shown)
    assert f"Message(sender={SENDER!r})" in shown


@pytest.fixture
def logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.mark.parametrize("as_json", [True, False])
def test_a_message_that_is_logged_by_mistake_leaves_no_number_code_or_text(
    as_json: bool, logging_as_before: None, capsys: pytest.CaptureFixture[str]
) -> None:
    configure("info", as_json)
    sent = message(payload=PAYLOAD)
    structlog.get_logger("test").info("sending", what=sent, all=[sent], by_name={"first": sent})
    logging.getLogger("a.library").info("sending %s and %r", sent, sent)
    logged = capsys.readouterr().err
    assert logged.count("Message(sender=") == 5
    assert holds_nothing_of_the_message(logged)


def test_an_error_about_a_message_shows_no_number_code_or_text() -> None:
    assert holds_nothing_of_the_message(repr(ValueError("cannot send", message(payload=PAYLOAD))))


def test_a_message_is_a_value() -> None:
    assert message() == message() != message(code="000000")
    with pytest.raises(AttributeError, match="immutable"):
        message().code = "000000"  # type: ignore[misc] # this is what is tested


def test_a_message_needs_no_sender_no_payload_and_lives_five_minutes() -> None:
    sent = Message(to=NUMBER, text=TEXT, code=CODE)
    assert (sent.sender, sent.payload, sent.life_seconds) == ("", None, 300)


def test_a_code_is_a_string_and_keeps_its_leading_zero() -> None:
    assert json.loads(msgspec.json.encode(message()))["code"] == CODE


def test_a_receipt_has_no_place_for_a_number_a_code_or_a_text() -> None:
    assert Receipt.__struct_fields__ == ("provider_id", "status", "segments", "answer_excerpt")


def test_a_receipt_without_words_says_nothing() -> None:
    receipt: Any = Receipt()
    assert msgspec.structs.astuple(receipt) == (None, None, None, "")
