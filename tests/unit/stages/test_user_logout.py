"""Signing out: the session is nobody's, and its old token worth nothing."""

from tests.people import OTHER, OWNER
from tests.unit.engine.engine import Engine
from tests.unit.engine.flows import Step, denies, flow
from tests.unit.engine.visitor import Visitor, denied, ended
from watchword.stages.user_logout import UserLogoutStage

LOGS_OUT = Step(UserLogoutStage(name="logout"))


async def test_whoever_is_signed_in_is_not_any_more(engine: Engine, owner: Visitor, other: Visitor) -> None:
    await engine.install(flow(LOGS_OUT, designation="invalidation"))
    before = await owner.session()
    assert ended(await owner.look())
    assert await owner.signed_in_as() is None
    assert await other.signed_in_as() == OTHER.username
    after = await owner.session()
    assert (after.id, after.data) == (before.id, {})
    assert after.token_hash != before.token_hash


async def test_it_is_an_event(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(LOGS_OUT))
    await owner.look()
    (event,) = await engine.events("logout")
    assert event.username == OWNER.username


async def test_the_flow_goes_on_after_it(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(LOGS_OUT, denies("Good bye.")))
    assert denied(await owner.look())
    assert await owner.signed_in_as() is None


async def test_for_a_stranger_there_is_nothing_to_do(engine: Engine, stranger: Visitor) -> None:
    await engine.install(flow(LOGS_OUT))
    before = await stranger.session()
    assert ended(await stranger.look())
    assert (await stranger.session()).token_hash == before.token_hash
    assert await engine.events("logout") == []
