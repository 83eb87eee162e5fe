"""The wait for a new code is a number's, at a stage: no new run, session or user shortens it, and nobody's attempt
lengthens it.
"""

import asyncio
from collections import Counter

from tests.people import OTHER, OWNER
from tests.unit.engine.engine import Engine
from tests.unit.engine.flows import flow, sms
from tests.unit.engine.visitor import Shown, Visitor, ended, problem, sentence
from tests.unit.stages.authenticator_sms.numbers import NUMBERS, send_to
from watchword.errors import Conflict
from watchword.phone import number_key

SOON = ("non_field_errors", "throttled")


async def begin_anew(visitor: Visitor, number: str = OWNER.number) -> Shown:
    await visitor.cancel()
    await visitor.look()
    return await visitor.answer(phone_number=number)


async def test_who_cancels_and_begins_again_waits_as_long_as_who_stays(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(sms(sends_per_day=10)))
    await send_to(owner)
    for sent, wait in enumerate([30, 60, 120, 300, 300], start=1):
        engine.clock.advance(wait - 1)
        early = await begin_anew(owner)
        assert (problem(early), sentence(early)) == (SOON, "Please wait a second before you ask for a new code.")
        assert len(engine.outbox) == sent
        engine.clock.advance(1)
        assert (await begin_anew(owner))["response_errors"] == {}
        assert len(engine.outbox) == sent + 1
    assert ended(await owner.answer(code=engine.code))


async def test_neither_another_session_nor_another_user_shortens_the_wait(
    engine: Engine, owner: Visitor, other: Visitor
) -> None:
    await engine.install(flow(sms()))
    await send_to(owner)
    engine.clock.advance(10)
    for visitor in (await engine.visitor(OWNER), other):
        refused = await begin_anew(visitor)
        assert sentence(refused) == "Please wait 20 seconds before you ask for a new code."
        assert refused["phone_number_required"] is True
    assert [message.to for message in engine.outbox] == [OWNER.number]


async def test_who_has_to_wait_can_use_another_number_at_once_or_wait_and_go_on(
    engine: Engine, owner: Visitor, other: Visitor
) -> None:
    await engine.install(flow(sms()))
    await send_to(owner)
    await begin_anew(other)
    assert (await other.answer(phone_number=NUMBERS[0]))["response_errors"] == {}
    engine.clock.advance(30)
    await other.answer(change_number=True)
    assert (await other.answer(phone_number=OWNER.number))["response_errors"] == {}
    assert ended(await other.answer(code=engine.code))


async def test_asking_too_early_keeps_nobody_waiting_longer(engine: Engine, owner: Visitor, other: Visitor) -> None:
    await engine.install(flow(sms()))
    await send_to(other)
    for _ in range(29):
        engine.clock.advance(1)
        assert problem(await begin_anew(other)) == SOON
    engine.clock.advance(1)
    assert (await begin_anew(owner))["response_errors"] == {}


async def test_a_failed_send_starts_no_wait_for_anybody(engine: Engine, owner: Visitor, other: Visitor) -> None:
    await engine.install(flow(sms()))
    await other.look()
    engine.fail()
    assert problem(await other.answer(phone_number=OWNER.number)) == ("non_field_errors", "send_failed")
    engine.recover()
    assert (await begin_anew(owner))["response_errors"] == {}
    assert problem(await other.answer(phone_number=OWNER.number)) == SOON


async def test_a_failed_resend_leaves_the_wait_before_as_it_was(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(sms()))
    await send_to(owner)
    engine.clock.advance(30)
    engine.fail()
    await owner.answer(resend=True)
    engine.recover()
    assert (await begin_anew(owner))["response_errors"] == {}
    engine.clock.advance(59)
    assert problem(await begin_anew(owner)) == SOON, "the one that failed was not the second"


async def test_a_code_that_came_back_ends_the_wait(engine: Engine, owner: Visitor, other: Visitor) -> None:
    """He has it: the next is no resend. What is refused then is refused for another reason."""
    await engine.install(flow(sms()))
    await send_to(owner)
    assert ended(await owner.answer(code=engine.code))
    assert problem(await begin_anew(other)) == ("phone_number", "number_taken")


async def test_another_stage_has_waits_of_its_own(engine: Engine, owner: Visitor, other: Visitor) -> None:
    """Or whoever types a number where strangers enrol would learn that its owner just signs in elsewhere."""
    await engine.install([*flow(sms()), *flow(sms(name="second"), slug="second")])
    await send_to(owner)
    other.slug = "second"
    assert (await begin_anew(other))["response_errors"] == {}
    assert problem(await begin_anew(other)) == SOON


async def test_a_stranger_waits_alike_whether_or_not_a_number_belongs_to_somebody(
    engine: Engine, owner: Visitor, stranger: Visitor
) -> None:
    await engine.install(flow(sms(), designation="enrollment"))
    await send_to(owner)
    assert ended(await owner.answer(code=engine.code))
    before = len(engine.outbox)
    told = []
    for number in (OWNER.number, NUMBERS[0]):
        visitor, shown = await engine.visitor(), []
        for pause in (0, 10, 20, 59, 1):
            engine.clock.advance(pause)
            answer = await begin_anew(visitor, number)
            shown.append((problem(answer), sentence(answer)) if answer["response_errors"] else ("sent", ""))
        told.append(shown)
    assert told[0] == told[1]
    assert Counter(word for word, _ in told[0]) == {"sent": 3, SOON: 2}
    assert {message.to for message in engine.outbox[before:]} == {NUMBERS[0]}


async def test_the_number_itself_is_in_no_key_of_a_wait(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(sms()))
    await send_to(owner)
    keys = [row.key for row in await engine.rows("throttle")]
    [wait] = [key for key in keys if key.startswith("resend:wait:")]
    assert wait.endswith(f":{number_key(engine.services.keyring, OWNER.number)}")
    assert not any(OWNER.number[1:] in key or OWNER.number[-8:] in key for key in keys)


async def test_of_many_runs_at_once_one_sends(engine: Engine) -> None:
    await engine.install(flow(sms()))
    visitors = [await engine.visitor(person) for person in (OWNER, OTHER) * 8]
    for visitor in visitors:
        await visitor.look()
    answers = await asyncio.gather(
        *(visitor.answer(phone_number=OWNER.number) for visitor in visitors), return_exceptions=True
    )
    assert all(isinstance(shown, dict | Conflict) for shown in answers)
    assert len(engine.outbox) == 1
