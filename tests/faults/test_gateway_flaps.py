"""A gateway that works, and does not, and works again: what went out counts, what did not does not."""

import random
from typing import Any

from tests.doubles.gateway import Received
from tests.e2e.numbers import fresh_number
from tests.faults.scene import SLUG, Scene
from tests.people import OWNER, Person
from watchword.gateways.breaker import IN_A_ROW

ENROLMENTS = 12
FLAPS = random.Random(7)  # noqa: S311 - a pattern, the same each time
PATTERN = [failed for _ in range(ENROLMENTS * 5) for failed in [True] * FLAPS.randrange(1, IN_A_ROW) + [False]]
"""Never so many failures in a row that the gateway is left alone: what then holds has tests of its own."""


def flapping(request: Received, turn: int) -> tuple[int, bytes]:
    return (500, b"down") if PATTERN[turn] else (200, b"{}")


async def test_counts_are_right_after_a_gateway_that_flaps(scene: Scene) -> None:
    scene.double.behave("served", flapping)
    numbers = [fresh_number() for _ in range(ENROLMENTS)]
    failed = 0
    for number in numbers:
        failed += await enrol_in_spite(scene, number)
    # Each number was taken at its first try that the gateway took, and no message was sent twice.
    assert failed == sum(PATTERN[: len(scene.double.requests)]) > 3
    assert sorted(device["phone_number"] for device in await scene.devices(OWNER)) == sorted(numbers)
    assert await scene.codes_by_state() == {"dead": failed, "used": ENROLMENTS}
    outcomes = [delivery["outcome"] for delivery in await scene.deliveries()]
    assert (outcomes.count("failed"), outcomes.count("sent")) == (failed, ENROLMENTS)
    assert scene.metric("watchword_sends_total", outcome="sent") == ENROLMENTS
    assert scene.metric("watchword_sends_total", outcome="gateway") == failed
    assert (await scene.counted("sms:number:"), await scene.counted("sms:session:")) == (0, ENROLMENTS)
    await scene.assert_tells_no_secret()


async def enrol_in_spite(scene: Scene, number: str) -> int:
    """How often the message failed, until it did not."""
    person = Person("", "", number, number, "DE")
    shown, failed = await scene.owner.answer(SLUG, phone=number), 0
    while shown["phone_number_required"]:
        assert code_of(shown) == "send_failed"
        failed += 1
        shown = await scene.owner.answer(SLUG, phone_number=number)
    assert (await scene.owner.answer(SLUG, code=scene.code_for(person)))["component"] == "xak-flow-redirect"
    return failed


def code_of(shown: Any) -> str:
    [error] = shown["response_errors"]["non_field_errors"]
    return str(error["code"])
