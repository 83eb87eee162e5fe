"""The message of an SMS stage before it is kept: its text, what that costs, and what a generic gateway is posted."""

import json
from typing import Any
from uuid import uuid4

import pytest

from tests.people import OTHER
from tests.unit.engine.engine import Engine
from watchword.administration.previewing_messages import MAPPED, MessagePreview, preview_message, stage_told
from watchword.errors import FieldsInvalid
from watchword.expressions.scope import HttpView
from watchword.gateways.costly import Piece
from watchword.gateways.linter import NO_BOUND_LINE
from watchword.model.mapping import NotificationWebhookMapping
from watchword.storage.deliveries import list_deliveries
from watchword.storage.events import list_events

HOST = "id.example.org"


async def made(engine: Engine, **given: Any) -> MessagePreview:
    user, http = await engine.user(OTHER), HttpView()
    return await preview_message(engine.services, stage_told(given), user, http, HOST)


async def mapping(engine: Engine, expression: str) -> str:
    one = NotificationWebhookMapping(name=f"mapping {uuid4()}", expression=expression)
    await engine.install([one])
    return one.pk


async def test_the_usual_message_ends_with_its_origin_bound_line(engine: Engine) -> None:
    shown = await made(engine, provider="twilio", from_number="+15017122661")
    assert shown.sender == "+15017122661"
    assert shown.text == f"Your code for {HOST} is 042917. It is valid for 5 minutes.\n\n@{HOST} #042917"
    assert (shown.counted.encoding, shown.counted.segments, shown.unbound, shown.body) == ("GSM-7", 1, "", "")
    assert shown.pieces == (Piece(shown.text, ""),)


async def test_what_was_typed_is_what_is_shown(engine: Engine) -> None:
    shown = await made(
        engine, message="{code}, {minutes} min", code_length=10, code_life="minutes=2", name="", auth="x"
    )
    assert shown.text.splitlines()[0] == "0429173856, 2 min"


@pytest.mark.parametrize("message", ["{code} it’s yours", "{code}" + " and so on" * 15])
async def test_why_the_last_line_is_left_out_is_said(engine: Engine, message: str) -> None:
    shown = await made(engine, message=message)
    assert "@" not in shown.text
    assert shown.unbound == NO_BOUND_LINE
    assert (shown.counted.encoding == "UCS-2") is bool(shown.costly)


async def test_what_is_not_valid_yet_is_said_at_its_field(engine: Engine) -> None:
    for given, field in (
        ({"message": "no code"}, "message"),
        ({"message": "{code} {"}, "message"),
        ({"code_length": "many"}, "code_length"),
        ({"code_length": 11}, "code_length"),
        ({"code_life": "days=1"}, "code_life"),
        ({"mapping": "x"}, "mapping"),
        ({"provider": "pigeon"}, "provider"),
    ):
        with pytest.raises(FieldsInvalid) as refused:
            await made(engine, **given)
        assert list(refused.value.errors) == [field]


async def test_a_mapping_makes_the_text_where_the_gateway_takes_one(engine: Engine) -> None:
    pk = await mapping(engine, 'return {"message": f"{token} for {device.user.username}, {device.phone_number}"}')
    shown = await made(engine, provider="twilio", mapping=pk)
    assert shown.text == f"042917 for {OTHER.username}, +4915123456789"
    assert (shown.unbound, shown.body) == (MAPPED, "")


async def test_a_generic_gateway_is_posted_what_authentik_posts(engine: Engine) -> None:
    shown = await made(
        engine, provider="generic", from_number="1234", account_sid="https://user:pw@gateway.example.org"
    )
    assert json.loads(shown.body) == {
        "From": "1234",
        "To": "+4915123456789",
        "Body": "042917",
        "Message": shown.text,
    }
    assert shown.text.startswith("Your code for")


async def test_of_what_a_mapping_makes_for_it_secrets_are_hidden_and_the_code_is_not(engine: Engine) -> None:
    expression = """return {
    "token": token,
    "api_key": "k3y",
    "login": {"Password": "pw", "user": "me"},
    "credentials": ["a", "b"],
    "secret": None,
    "text": f"Hello {token}",
}"""
    shown = await made(engine, provider="generic", mapping=await mapping(engine, expression))
    assert json.loads(shown.body) == {
        "token": "042917",
        "api_key": "***",
        "login": {"Password": "***", "user": "me"},
        "credentials": ["***", "***"],
        "secret": None,
        "text": "Hello 042917",
    }
    assert (shown.text, shown.unbound, shown.pieces) == ("", "", ())


@pytest.mark.parametrize(
    ("expression", "said"),
    [("x = 1\nreturn y", "(line 2)"), ("return 7", "must return a dict"), ("while True: pass", "")],
)
async def test_a_mapping_that_fails_is_told_with_its_line(engine: Engine, expression: str, said: str) -> None:
    pk = await mapping(engine, expression)
    with pytest.raises(FieldsInvalid) as refused:
        await made(engine, mapping=pk, provider="generic")
    [sentence] = refused.value.errors["mapping"]
    assert said in sentence


async def test_nothing_is_sent_and_nothing_left_behind(engine: Engine) -> None:
    await made(engine, provider="generic", mapping=await mapping(engine, "return {}"))
    with pytest.raises(FieldsInvalid):
        await made(engine, mapping=await mapping(engine, "return missing"))
    assert engine.outbox == []
    assert await engine.services.database.read(list_events) == []
    assert await engine.services.database.read(list_deliveries) == []
