"""What somebody proved in his session, and for how long that is fresh."""

from typing import Any

import pytest

from tests.people import OWNER
from tests.unit.engine.engine import Engine
from tests.unit.engine.flows import Step, asks_password, flow, identifies, signs_in
from tests.unit.engine.visitor import Visitor, ended
from tests.unit.stages.authenticator_validate.people import (
    PHONE,
    add_app,
    app_code,
    sign_in,
    to_second_factor,
    validates,
)
from watchword.flows.proofs import is_fresh
from watchword.stages.identification import IdentificationStage
from watchword.stages.user_login import UserLoginStage


async def fresh(engine: Engine, visitor: Visitor) -> bool:
    return is_fresh(await visitor.session(), engine.clock())


async def test_signing_in_is_fresh_for_five_minutes(engine: Engine, stranger: Visitor) -> None:
    await engine.install(sign_in(identifies(), signs_in()))
    stranger.slug = "sign-in"
    assert not await fresh(engine, stranger)
    await stranger.look()
    assert ended(await stranger.answer(uid_field=OWNER.username))
    assert await fresh(engine, stranger)
    engine.clock.advance(299)
    assert await fresh(engine, stranger)
    engine.clock.advance(1)
    assert not await fresh(engine, stranger)


async def test_what_was_proven_at_sign_in_is_kept_in_the_session(engine: Engine, stranger: Visitor) -> None:
    await engine.install(sign_in())
    await add_app(engine, OWNER)
    await to_second_factor(stranger)
    assert ended(await stranger.answer(code=app_code(engine)))
    now = int(engine.clock().timestamp())
    data = (await stranger.session()).data
    assert {key: data[key] for key in ("signed_in_at", "password_at", "second_factor_at")} == {
        "signed_in_at": now,
        "password_at": now,
        "second_factor_at": now,
    }


@pytest.mark.parametrize("proof", ["password", "second factor"])
async def test_somebody_who_is_signed_in_proves_it_again(engine: Engine, owner: Visitor, proof: str) -> None:
    step = asks_password() if proof == "password" else validates()
    await engine.install([*flow(step), PHONE.stage])
    await add_app(engine, OWNER)
    engine.clock.advance(3600)
    assert not await fresh(engine, owner)
    await owner.look()
    answer: dict[str, Any] = {"password": OWNER.password} if proof == "password" else {"code": app_code(engine)}
    assert ended(await owner.answer(**answer))
    assert await fresh(engine, owner)


async def test_a_wrong_password_proves_nothing(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(asks_password()))
    engine.clock.advance(3600)
    await owner.look()
    await owner.answer(password="wrong")
    assert not await fresh(engine, owner)


async def test_what_another_user_proved_in_this_browser_is_gone(engine: Engine, stranger: Visitor) -> None:
    await engine.install(sign_in())
    await add_app(engine, OWNER)
    await to_second_factor(stranger)
    await stranger.answer(code=app_code(engine))
    engine.clock.advance(60)
    who, login = IdentificationStage(name="who else", user_fields=["username"]), UserLoginStage(name="login else")
    await engine.install(flow(Step(who), Step(login), slug="switch", designation="authentication"))
    stranger.slug = "switch"
    await stranger.look()
    assert ended(await stranger.answer(uid_field="oscar"))
    data = (await stranger.session()).data
    assert (data["second_factor_at"], data["password_at"]) == (0, 0)


@pytest.mark.parametrize("at", [None, "now", -1, 10**12, True])
async def test_nonsense_in_a_session_is_no_proof(engine: Engine, owner: Visitor, at: object) -> None:
    session = await owner.session()
    session.data.clear()
    session.data["password_at"] = at
    assert not is_fresh(session, engine.clock())
