"""Whatever a gateway does wrong: a sentence, a cause, counts as before, and a retry that ends with one device."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.doubles.certificates import self_signed
from tests.doubles.gateway import GatewayDouble
from tests.faults.gateways import FAULTS, Fault, World, break_it, mend
from tests.faults.scene import PAGE, SLUG, TOKEN, Scene, assert_turned_away, enrol, enrol_by_page
from tests.people import OTHER, OWNER
from tests.unit.web.client import Answer
from watchword.gateways.errors import SENTENCES
from watchword.gateways.http import MAX_ANSWER


@pytest.fixture(scope="module")
def impostor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayDouble]:
    with GatewayDouble(self_signed(tmp_path_factory.mktemp("impostor"))) as double:
        yield double


@pytest.fixture
async def world(scene: Scene, elsewhere: GatewayDouble, impostor: GatewayDouble) -> World:
    return World(scene, elsewhere, impostor)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
async def test_a_gateway_that(fault: Fault, world: World) -> None:
    scene = world.scene
    await break_it(world, fault)

    failed = await scene.owner.answer(SLUG, phone=OWNER.number)
    page = await scene.other.fill_in(PAGE, phone=OTHER.number)
    await assert_visitors_read(fault, scene, failed, page)
    await assert_turned_away(scene)
    await assert_administrators_read(fault, scene)
    await assert_nothing_counts(scene)
    assert len(world.double.requests) == (2 if fault.reached else 0)
    assert world.impostor.requests == []

    await mend(world)
    sent = await scene.owner.answer(SLUG, phone_number=OWNER.number)
    assert (sent["phone_number_required"], sent["response_errors"]) == (False, {})
    assert (await scene.owner.answer(SLUG, code=scene.code_for(OWNER)))["component"] == "xak-flow-redirect"
    assert (await enrol_by_page(scene, scene.other, OTHER, phone_number=OTHER.number)).status == 303
    await assert_enrolled_once(scene)
    await scene.assert_tells_no_secret()


async def assert_visitors_read(fault: Fault, scene: Scene, failed: Any, page: Answer) -> None:
    """One sentence, the number still there, and no wait: the same for programs and on the page."""
    assert failed["response_errors"] == {"non_field_errors": [{"string": fault.sentence, "code": "send_failed"}]}
    assert (failed["phone_number_required"], failed["phone_number"]) == (True, OWNER.number)
    assert failed["resend_after"] == 0
    assert page.status == 200
    assert page.text.count(fault.sentence) == 1
    assert f'name="phone_number" value="{OTHER.number}"' in page.text


async def assert_administrators_read(fault: Fault, scene: Scene) -> None:
    """For each message an event with the cause, a delivery that failed, and its place in the metrics."""
    events, deliveries = await scene.events("sms_send_failed"), await scene.deliveries()
    assert [event["username"] for event in events] == [OWNER.username, OTHER.username]
    for event, delivery in zip(events, deliveries, strict=True):
        told = event["context"]
        assert (told["category"], told["status"], told["delivery"]) == (fault.category, fault.status, delivery["id"])
        assert fault.detail in told["detail"]
        assert (delivery["outcome"], delivery["category"], delivery["status"]) == (
            "failed",
            fault.category,
            fault.status,
        )
    assert scene.metric("watchword_sends_total", gateway="generic", outcome=fault.category) == 2
    assert scene.metric("watchword_codes_total", state="unsent") == scene.metric("watchword_codes_total") / 2 == 2


async def assert_nothing_counts(scene: Scene) -> None:
    """What was not sent is given back, its code is dead, and nobody has a phone."""
    assert await scene.counted("sms:") == 0
    assert await scene.codes_by_state() == {"dead": 2}
    assert await scene.devices(OWNER) == await scene.devices(OTHER) == []


async def assert_enrolled_once(scene: Scene) -> None:
    for person in (OWNER, OTHER):
        assert [device["phone_number"] for device in await scene.devices(person)] == [person.number]
    assert await scene.codes_by_state() == {"dead": 2, "used": 2}
    # A message that did what it was for counts for its visitor's hour, and no longer for its number's day.
    assert (await scene.counted("sms:number:"), await scene.counted("sms:session:")) == (0, 2)


TAKEN = {
    "204": (204, b"", ()),
    "the wrong content type": (200, b"<html><body>Thanks!</body></html>", ("Content-Type: text/html",)),
    "JSON that is none": (200, b'{"id": ', ("Content-Type: application/json",)),
    "JSON with a number that is none": (200, b'{"id": NaN}', ("Content-Type: application/json",)),
    "JSON a hundred thousand deep": (200, b'{"id":' + b"[" * 100_000 + b"]" * 100_000 + b"}", ()),
    "bytes that are no text": (200, b'{"id": "\xff\xfe\x00"}', ("Content-Type: application/json; charset=none",)),
    "cookies and a refresh": (201, b"{}", ("Set-Cookie: a=b", "Refresh: 0; url=http://127.0.0.1:9/")),
}


@pytest.mark.parametrize("answer", TAKEN)
async def test_a_gateway_that_took_the_message_with(answer: str, scene: Scene) -> None:
    """Any status from 200 to 299 says so: a second message would only annoy."""
    status, body, headers = TAKEN[answer]
    scene.double.behave("status", status, body, *headers)
    assert (await enrol(scene, scene.owner, OWNER))["component"] == "xak-flow-redirect"
    [delivery] = await scene.deliveries()
    assert (delivery["outcome"], delivery["status"]) == ("sent", status)
    assert await scene.events("sms_send_failed") == []
    assert (len(scene.double.requests), len(await scene.devices(OWNER))) == (1, 1)
    await scene.assert_tells_no_secret()


ODD = {
    "HTTP/1.0, and no length": b"HTTP/1.0 200 OK\r\n\r\n{}",
    "nothing but a head": b"HTTP/1.1 200 OK\r\n\r\n",
    "no reason": b"HTTP/1.1 200\r\nContent-Length: 2\r\n\r\n{}",
    "lines that end early": b"HTTP/1.1 200 OK\nContent-Length: 2\n\n{}",
}


@pytest.mark.parametrize("answer", ODD)
async def test_a_gateway_that_took_the_message_in_its_own_way_with(answer: str, scene: Scene) -> None:
    scene.double.behave("raw", ODD[answer])
    assert (await enrol(scene, scene.owner, OWNER))["component"] == "xak-flow-redirect"
    assert [delivery["outcome"] for delivery in await scene.deliveries()] == ["sent"]
    assert (len(scene.double.requests), len(await scene.devices(OWNER))) == (1, 1)
    await scene.assert_tells_no_secret()


async def test_an_endless_answer_takes_no_more_memory_than_its_bound(scene: Scene) -> None:
    """What the double could write is what was read, and what lay in the two sockets' buffers."""
    scene.double.behave("huge", 100_000_000)
    await scene.owner.answer(SLUG, phone=OWNER.number)
    assert sum(scene.double.wrote) < MAX_ANSWER + 10_000_000


async def test_what_a_gateway_repeats_is_told_without_secrets(scene: Scene) -> None:
    scene.double.behave("echo_status", 500)
    await scene.owner.answer(SLUG, phone=OWNER.number)
    assert TOKEN in scene.double.requests[0].headers["authorization"]
    [event] = await scene.events("sms_send_failed")
    assert "authorization" in event["context"]["detail"]
    await scene.assert_tells_no_secret()


async def test_a_gateway_that_says_when_to_come_back_is_asked_no_sooner(scene: Scene) -> None:
    """429 with Retry-After: the first visitor is told to wait, the second too, and the gateway hears nothing of it."""
    scene.double.behave("status", 429, b"slow down", "Retry-After: 120")
    first = await scene.owner.answer(SLUG, phone=OWNER.number)
    assert first["response_errors"]["non_field_errors"][0]["string"] == SENTENCES["throttled"]
    second = await scene.other.answer(SLUG, phone=OTHER.number)
    assert second["response_errors"]["non_field_errors"][0]["code"] == "send_failed"
    assert len(scene.double.requests) == 1
    assert (await scene.events("sms_send_failed"))[0]["context"]["status"] == 429
    await assert_nothing_counts(scene)
