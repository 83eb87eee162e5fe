"""Webhook mappings: what they see and make, and a mapping that fails is a send that failed."""

import pytest
from msgspec.structs import replace

from tests.people import OWNER
from tests.unit.engine.engine import Engine
from tests.unit.engine.flows import flow, sms
from tests.unit.engine.visitor import Visitor, ended, problem, sentence
from tests.unit.stages.authenticator_sms.numbers import send_to
from watchword.gateways.errors import TRY_AGAIN

DOCUMENTED = 'return {"from": stage.from_number, "to": device.phone_number, "body": f"foo bar baz {token}"}'
EVERYTHING = """
return {
    "user": user.username,
    "owner": device.user.username,
    "token": request.context["token"],
    "stage": request.context["stage"].name,
    "address": http_request.META["REMOTE_ADDR"],
    "slug": slugify("Two words"),
}
"""


async def test_what_it_returns_is_the_payload_of_a_generic_gateway(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(sms(DOCUMENTED)))
    await owner.start()
    await owner.answer(phone_number="+49 (0)151 23456713")
    (message,) = engine.outbox
    assert message.payload == {"from": "1234", "to": OWNER.number, "body": f"foo bar baz {message.code}"}
    assert ended(await owner.answer(code=message.code))


async def test_without_one_the_gateway_makes_its_own(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(sms()))
    await send_to(owner)
    (message,) = engine.outbox
    assert (message.payload, message.sender) == (None, "1234")


async def test_it_sees_who_enrols_what_and_from_where(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(sms(EVERYTHING)))
    await send_to(owner)
    assert engine.outbox[0].payload == {
        "user": OWNER.username,
        "owner": OWNER.username,
        "token": engine.code,
        "stage": "sms",
        "address": owner.address,
        "slug": "two-words",
    }


@pytest.mark.parametrize("provider", ["twilio", "demo"])
@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        ('return {"message": f"{token} is yours", "to": "+49 900 1"}', "{code} is yours"),
        ('return {"other": "x"}', "Your code for watchword.example is {code}. It is valid for 5 minutes."),
    ],
)
async def test_other_gateways_take_only_the_message(
    engine: Engine, owner: Visitor, provider: str, mapping: str, words: str
) -> None:
    await engine.install(flow(sms(mapping, provider=provider, account_sid="AC1")))
    await send_to(owner)
    (message,) = engine.outbox
    assert (message.to, message.payload) == (OWNER.number, None)
    assert message.text.split("\n")[0] == words.format(code=message.code)


@pytest.mark.parametrize(
    ("mapping", "kind", "line"),
    [
        pytest.param("first = 1\nreturn nobody.phone_number", "error", 2, id="raises"),
        pytest.param('return {"a": stage.auth}', "error", 1, id="asks for a secret"),
        pytest.param('return {"a": open("/etc/passwd").read()}', "error", 1, id="opens a file"),
        pytest.param("return None", "answer", None, id="returns nothing"),
        pytest.param("return [1]", "answer", None, id="returns a list"),
        pytest.param("\nwhile True:\n    pass", "timeout", None, id="never ends"),
    ],
)
async def test_a_mapping_that_fails_is_a_send_that_failed(
    engine: Engine, owner: Visitor, mapping: str, kind: str, line: int | None
) -> None:
    await engine.install(flow(sms(mapping)))
    await owner.start()
    failed = await owner.answer(phone_number=OWNER.number)
    assert (problem(failed), sentence(failed)) == (("non_field_errors", "send_failed"), TRY_AGAIN)
    assert (failed["phone_number_required"], failed["phone_number"]) == (True, OWNER.number)
    assert (failed["resend_after"], engine.sender.used) == (0, [])
    (event,) = await engine.events("sms_send_failed")
    assert event.message == "The webhook mapping 'the mapping' failed"
    assert (event.context["mapping"], event.context["kind"]) == ("the mapping", kind)
    if line:
        assert event.context["line"] == line
    (delivery,) = await engine.deliveries()
    assert (delivery.outcome, delivery.category) == ("failed", "mapping")


async def test_a_failing_mapping_tells_nobody_code_or_number(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(sms('raise ValueError(f"{token} to {device.phone_number}")')))
    engine.next_codes.append("918273")
    await owner.start()
    failed = await owner.answer(phone_number=OWNER.number)
    told = str(await engine.rows("event")) + str(failed["response_errors"])
    assert "ValueError" in told
    assert "918273" not in told
    assert OWNER.number[3:] not in told


async def test_once_the_mapping_is_right_the_same_visitor_goes_on(engine: Engine, owner: Visitor) -> None:
    broken = sms("return nobody")
    await engine.install(flow(broken))
    await owner.start()
    await owner.answer(phone_number=OWNER.number)
    await engine.install([replace(broken.parts[0], expression=DOCUMENTED)])
    assert (await owner.answer(resend=True))["response_errors"] == {}
    assert ended(await owner.answer(code=engine.code))
