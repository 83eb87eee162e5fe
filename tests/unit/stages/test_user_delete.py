"""Leaving: a user goes with everything that is his, and nobody goes who has not proven who he is."""

from sqlalchemy import Connection

from tests.people import OTHER, OWNER
from tests.unit.engine.engine import Engine
from tests.unit.engine.flows import Step, asks_password, flow, identifies
from tests.unit.engine.visitor import Visitor, denied, ended, sentence
from tests.unit.stages.authenticator_validate.people import add_app, add_phone
from watchword.administration.superusers import make_administrator
from watchword.stages.user_delete import ADMINISTRATOR, GONE, NOBODY, UserDeleteStage
from watchword.storage.users import get_user

DELETES = Step(UserDeleteStage(name="delete"))


async def exists(engine: Engine, username: str) -> bool:
    return await engine.services.database.read(get_user, engine.users[username].id) is not None


async def test_a_user_goes_with_devices_and_sessions_and_others_stay(
    engine: Engine, owner: Visitor, other: Visitor
) -> None:
    await engine.install(flow(DELETES))
    await add_phone(engine, OWNER)
    await add_app(engine, OWNER)
    kept = await add_phone(engine, OTHER)
    await engine.visitor(OWNER)
    assert ended(await owner.look())
    assert not await exists(engine, OWNER.username)
    assert await exists(engine, OTHER.username)
    assert [row.id for row in await engine.rows("sms_device")] == [kept.id]
    assert await engine.count("totp_device") == 0
    assert {row.user_id for row in await engine.rows("session")} == {None, engine.users[OTHER.username].id}
    assert await other.signed_in_as() == OTHER.username


async def test_his_browser_goes_on_in_a_session_of_nobodys_and_is_told(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(DELETES))
    before = await owner.session()
    await owner.look()
    after = await owner.session()
    assert (after.id, after.user_id, after.data["notices"]) == (before.id, None, [GONE])
    assert after.token_hash != before.token_hash


async def test_history_keeps_who_he_was(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(DELETES))
    await owner.look()
    (event,) = await engine.events("user_deleted")
    assert event.username == OWNER.username


async def test_a_name_that_was_only_typed_deletes_nobody(engine: Engine, stranger: Visitor, other: Visitor) -> None:
    await engine.install(flow(identifies(), DELETES))
    for visitor in (stranger, other):
        await visitor.look()
        shown = await visitor.answer(uid_field=OWNER.username)
        assert denied(shown)
        assert sentence(shown) == NOBODY
    assert await exists(engine, OWNER.username)
    assert await exists(engine, OTHER.username)


async def test_a_password_is_proof_enough(engine: Engine, stranger: Visitor) -> None:
    await engine.install(flow(identifies(), asks_password(), DELETES))
    await stranger.look()
    await stranger.answer(uid_field=OWNER.username)
    assert ended(await stranger.answer(password=OWNER.password))
    assert not await exists(engine, OWNER.username)
    assert await stranger.signed_in_as() is None


async def test_an_administrator_cannot_lock_everybody_out(engine: Engine, owner: Visitor) -> None:
    def promote(conn: Connection) -> None:
        make_administrator(conn, engine.users[OWNER.username])

    await engine.install(flow(DELETES))
    await engine.services.database.run(promote)
    assert sentence(await owner.look()) == ADMINISTRATOR
    assert await exists(engine, OWNER.username)


async def test_a_stranger_deletes_nobody(engine: Engine, stranger: Visitor) -> None:
    await engine.install(flow(DELETES))
    assert sentence(await stranger.look()) == NOBODY
    assert await engine.count("users") == 2
