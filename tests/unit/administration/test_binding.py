"""Policies are bound to flows and to their steps, after those that are bound already."""

import pytest

from tests.unit.engine.engine import Engine
from watchword.administration.author import Author
from watchword.administration.binding import bind_policy
from watchword.administration.placing import HIGHEST, STEP
from watchword.errors import FieldsInvalid
from watchword.model.flow import Flow
from watchword.model.policy import ExpressionPolicy, PolicyBinding
from watchword.stages.deny import DenyStage
from watchword.storage.config import list_revisions
from watchword.storage.users import create_user

FLOW = Flow(name="flow", slug="flow", title="Flow", designation="authentication")
POLICIES = [ExpressionPolicy(name=name, expression="return True") for name in ("one", "two", "three")]


@pytest.fixture
async def by(engine: Engine) -> Author:
    await engine.install([FLOW, *POLICIES])
    return Author(await engine.services.database.run(create_user, username="ada", now=engine.services.clock()))


def bound(engine: Engine) -> list[tuple[str | None, int]]:
    return [(one.policy, one.order) for one in engine.services.configuration.snapshot.policy_bindings(FLOW.pk)]


async def test_each_comes_after_the_others(engine: Engine, by: Author) -> None:
    for policy in POLICIES[:2]:
        await bind_policy(engine.services, FLOW.pk, policy.pk, by=by)
    assert bound(engine) == [(POLICIES[0].pk, STEP), (POLICIES[1].pk, 2 * STEP)]
    assert (await engine.services.database.read(list_revisions))[0].author == "ada"


async def test_the_highest_order_is_not_passed(engine: Engine, by: Author) -> None:
    await engine.install([PolicyBinding(target=FLOW.pk, policy=POLICIES[0].pk, order=HIGHEST)])
    made = await bind_policy(engine.services, FLOW.pk, POLICIES[1].pk, by=by)
    assert made.order == HIGHEST


async def test_what_is_not_there_is_not_bound(engine: Engine, by: Author) -> None:
    nowhere, stage = "6ba7b810-9dad-11d1-80b4-00c04fd430c8", DenyStage(name="stage")
    await engine.install([stage])
    for target, policy in ((FLOW.pk, nowhere), (nowhere, POLICIES[0].pk), (stage.pk, POLICIES[0].pk)):
        with pytest.raises(FieldsInvalid):
            await bind_policy(engine.services, target, policy, by=by)
    assert bound(engine) == []
