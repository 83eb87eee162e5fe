"""Somebody is erased at one replica while he enrols, signs in or recovers at the other: nothing of him is left, whoever
was quicker, and he reads a sentence.
"""

import asyncio
import json
from collections.abc import Awaitable, Sequence
from typing import Any

import pytest
from msgspec import structs

from tests.e2e.numbers import fresh_number
from tests.people import Person
from tests.races.replicas import SECOND, Replicas, at_once
from tests.unit.web.client import Answer, Visitor, executor
from watchword.administration.erasing import Erased, erase
from watchword.flows.housekeeping import Housekeeping
from watchword.gateways.errors import SendError
from watchword.phone import number_key
from watchword.storage.remains import remains

pytestmark = pytest.mark.asyncio(loop_scope="session")

DIRECT, RECOVERING = "sms-enrollment-direct", "recovering"


SENTENCES = {
    "This step was already answered elsewhere. Reload the page to go on.",
    "Flow does not apply to current user.",
    "Code does not match",
    "Invalid code",
    "This code has expired. Ask for a new one.",
    "Please wait 30 seconds before you ask for a new code.",
    SendError("network", "").message,
    "ak-stage-authenticator-sms",
    "ak-stage-authenticator-validate",
    "xak-flow-redirect",
}


async def erased(replicas: Replicas, person: Person) -> Erased:
    services = replicas.services[0]
    return await erase(services.database, services.keyring, person.username, by="the tests", now=replicas.clock())


async def left_of(replicas: Replicas, done: Erased, *numbers: str) -> dict[str, int]:
    """Of him, and of numbers that he only typed."""
    keyring = replicas.services[0].keyring
    traces = structs.replace(
        done.traces,
        exact=(*done.traces.exact, *numbers),
        number_keys=(*done.traces.number_keys, *(number_key(keyring, number) for number in numbers)),
    )
    found = await remains(replicas.database, traces)
    rows = {
        table: len(await replicas.rows(f"SELECT 1 FROM {table} WHERE user_id = :id", id=done.traces.user_id))  # noqa: S608 - our own tables
        for table in ("event", "delivery", "session", "sms_device")
    }
    return {**found, **{table: count for table, count in rows.items() if count}}


async def settled(replicas: Replicas) -> None:
    """And swept once: a limit that was looked at in vain leaves an empty row until then."""
    for services in replicas.services:
        await services.background.drain()
    replicas.clock.pass_by(seconds=1)
    await Housekeeping(replicas.database, replicas.clock, replicas.services[0].metrics).once()


def sentence(answer: Answer) -> str:
    """What he reads, or the step that he sees; whatever it is, it is no error of ours."""
    assert answer.status < 500, answer
    shown = answer.json
    if shown.get("component") == "ak-stage-flow-error":
        return str(shown["error"])
    told = [one["string"] for errors in (shown.get("response_errors") or {}).values() for one in errors]
    return " ".join(told) or str(shown.get("error_message") or shown["component"])


async def posted(visitor: Visitor, slug: str, **values: Any) -> Answer:
    return await visitor.post(slug, json.dumps(values).encode())


async def together(
    erasing: Awaitable[Erased], works: Sequence[Awaitable[Answer]], place: int
) -> tuple[Erased, list[Answer]]:
    before, done, after = await asyncio.gather(at_once(works[:place]), erasing, at_once(works[place:]))
    return done, [*before, *after]


@pytest.mark.parametrize("round_", range(12))
async def test_nothing_is_left_of_who_was_erased_while_he_enrolled(replicas: Replicas, round_: int) -> None:
    person, user = await replicas.newcomer()
    first, second = await replicas.signed_in(user), await replicas.signed_in(user)
    await first.see(DIRECT)
    await first.answer(DIRECT, phone_number=person.number)
    code, typed = replicas.code(person.number), fresh_number()
    await second.see(DIRECT)
    works = [posted(one, DIRECT, code=code) for one in replicas.same(first, 4)]
    works += [posted(one, DIRECT, phone_number=typed) for one in replicas.same(second, 4)]
    done, answers = await together(erased(replicas, person), works, round_ % 9)
    await settled(replicas)
    assert {sentence(answer) for answer in answers} <= SENTENCES
    assert done.remains == {}
    assert await left_of(replicas, done, person.number, typed) == {}
    for visitor in (first, second):
        assert (await visitor.get("/if/user/")).status == 303, "he is signed out"
        assert (await visitor.get(executor(DIRECT))).status < 500


@pytest.mark.parametrize("fails", [False, True])
async def test_nothing_is_left_of_a_message_that_was_on_its_way(replicas: Replicas, fails: bool) -> None:
    person, user = await replicas.newcomer()
    visitor, typed = await replicas.signed_in(user), fresh_number()
    await visitor.see(DIRECT)
    replicas.post.hold()
    if fails:
        replicas.post.fails = True
    sending = asyncio.create_task(posted(visitor, DIRECT, phone_number=typed))
    await replicas.post.busy.wait()
    done = await erased(replicas, person)
    replicas.post.go_on()
    answer = await sending
    replicas.post.fails = False
    await settled(replicas)
    assert sentence(answer) in SENTENCES
    assert await left_of(replicas, done, typed) == {}
    newest = "SELECT masked, user_id, provider_id FROM delivery ORDER BY id DESC LIMIT 1"
    assert await replicas.rows(newest) == [{"masked": "", "user_id": None, "provider_id": None}], "it still counts"


@pytest.mark.parametrize("round_", range(8))
async def test_nothing_is_left_of_who_was_erased_while_he_signed_in_or_recovered(
    replicas: Replicas, round_: int
) -> None:
    person, user = await replicas.newcomer()
    owner = await replicas.signed_in(user)
    await replicas.enrol(person, owner)
    signing_in = await replicas.at_second_factor(person.username)
    code, recovering = replicas.code(person.number), replicas.stranger()
    await recovering.see(RECOVERING)
    works = [posted(one, SECOND, code=code) for one in replicas.same(signing_in, 2)]
    works += [posted(one, SECOND, code="000000") for one in replicas.same(signing_in, 2)]
    works += [posted(one, RECOVERING, uid_field=person.username) for one in replicas.same(recovering, 2)]
    done, answers = await together(erased(replicas, person), works, round_ % 7)
    await settled(replicas)
    assert {sentence(answer) for answer in answers} <= SENTENCES
    assert done.remains == {}
    assert await left_of(replicas, done, person.number) == {}
    for visitor in (signing_in, recovering):
        assert (await visitor.get("/if/user/")).status == 303
