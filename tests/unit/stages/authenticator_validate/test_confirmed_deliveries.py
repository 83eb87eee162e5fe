"""Codes for signing in and for recovery count among those that come back; notices do not."""

from tests.people import OTHER, OWNER
from tests.unit.engine.engine import Engine
from tests.unit.engine.visitor import Visitor, ended
from tests.unit.stages.authenticator_validate.people import add_app, add_phone, sign_in, to_second_factor
from tests.unit.stages.authenticator_validate.test_recovery import begin, recovery


async def test_a_second_factor_confirms_its_delivery(engine: Engine, stranger: Visitor) -> None:
    await engine.install(sign_in())
    await add_phone(engine, OWNER)
    await to_second_factor(stranger)
    await stranger.answer(code=engine.wrong)
    (sent,) = await engine.deliveries()
    assert (sent.purpose, sent.confirmed) == ("validation", None)
    assert sent.code_id is not None
    assert ended(await stranger.answer(code=engine.code))
    (confirmed,) = await engine.deliveries()
    assert confirmed.confirmed == engine.clock()


async def test_a_recovery_confirms_its_delivery(engine: Engine, stranger: Visitor) -> None:
    await engine.install(recovery())
    await add_phone(engine, OWNER)
    await add_app(engine, OWNER)
    await begin(engine, stranger, OWNER.username)
    await stranger.answer(code=engine.code)
    (delivery,) = await engine.deliveries()
    assert (delivery.purpose, delivery.confirmed) == ("recovery", engine.clock())


async def test_a_code_sent_to_one_person_is_not_confirmed_by_another(
    engine: Engine, stranger: Visitor, other: Visitor
) -> None:
    await engine.install(sign_in())
    await add_phone(engine, OWNER)
    await add_phone(engine, OTHER)
    await to_second_factor(stranger)
    code = engine.code
    newcomer = await engine.visitor()
    await to_second_factor(newcomer, OTHER)
    assert not ended(await newcomer.answer(code=code))
    assert [delivery.confirmed for delivery in await engine.deliveries()] == [None, None]
