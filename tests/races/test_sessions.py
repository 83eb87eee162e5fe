"""A session has one token, and who ends it ends what is under way in it."""

from collections import Counter

import pytest

from tests.races.replicas import PASSWORD, Replicas, answered, at_once, ended
from tests.unit.web.client import CSRF, SESSION, SIGN_IN, Answer, Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")

DIRECT = "sms-enrollment-direct"


async def whoever(visitor: Visitor) -> int:
    """200 for somebody who is signed in."""
    return (await visitor.get("/if/user/")).status


@pytest.mark.parametrize("round_", range(6))
async def test_parallel_answers_with_the_old_token_lead_to_one_session_and_the_old_token_is_dead(
    replicas: Replicas, round_: int
) -> None:
    person, user = await replicas.newcomer()
    visitor = replicas.stranger()
    await visitor.see(SIGN_IN)
    await visitor.answer(SIGN_IN, uid_field=person.username)
    old = visitor.cookies[SESSION]
    tabs = replicas.same(visitor, 16)[round_ % 2 :]
    told = await at_once([answered(one, SIGN_IN, password=PASSWORD) for one in tabs])
    assert sum(map(ended, told)) == 1
    tokens = {one.cookies[SESSION] for one in tabs if one.cookies[SESSION] != old}
    live = [token for token in tokens if await whoever(visitor.with_cookies(**{SESSION: token})) == 200]
    assert len(live) == 1
    for stale in replicas.same(visitor, 4):
        assert await whoever(stale.with_cookies(**{SESSION: old, CSRF: visitor.cookies[CSRF]})) == 303
    sessions = await replicas.rows("SELECT 1 FROM session WHERE user_id = :user", user=user.id)
    assert len(sessions) == 1


@pytest.mark.parametrize("round_", range(4))
async def test_signing_out_everywhere_ends_what_is_under_way_elsewhere(replicas: Replicas, round_: int) -> None:
    person, user = await replicas.newcomer()
    here, *others = [await replicas.signed_in(user) for _ in range(5)]
    for visitor in others:
        await visitor.see(DIRECT)
    works = [
        one.post(DIRECT, b'{"phone_number": "%s"}' % person.number.encode())
        for visitor in others
        for one in replicas.same(visitor, 3)
    ]
    ending = here.submit("/if/user/sessions/end", others="1")
    answers: list[Answer] = await at_once([*works[: round_ * 3], ending, *works[round_ * 3 :]])
    assert all(answer.status < 500 for answer in answers), Counter(answer.status for answer in answers)
    for visitor in others:
        for one in replicas.same(visitor, 2):
            assert await whoever(one) == 303
    assert await whoever(here) == 200
    sessions = await replicas.rows("SELECT 1 FROM session WHERE user_id = :user", user=user.id)
    assert len(sessions) == 1
    runs = "SELECT 1 FROM execution JOIN session ON session.id = execution.session_id WHERE user_id = :user"
    assert await replicas.rows(runs, user=user.id) == []


@pytest.mark.parametrize("round_", range(4))
async def test_the_same_step_answered_many_times_moves_on_once(replicas: Replicas, round_: int) -> None:
    """Which the version of the run shows: one step, whoever saved it."""
    person, _ = await replicas.newcomer()
    visitor = replicas.stranger()
    await visitor.see(SIGN_IN)
    before = await version(replicas)
    tabs = replicas.same(visitor, 20)[round_ % 2 :]
    told = await at_once([answered(one, SIGN_IN, uid_field=person.username) for one in tabs])
    assert {shown.get("component", "conflict") for shown in told} <= {"ak-stage-password", "conflict"}
    moved = [shown for shown in told if "component" in shown]
    assert moved
    assert await version(replicas) - before == 1, "moved on, and asked the next step, in one go"


async def version(replicas: Replicas) -> int:
    [row] = await replicas.rows("SELECT version FROM execution ORDER BY created DESC, session_id DESC LIMIT 1")
    return int(row["version"])
