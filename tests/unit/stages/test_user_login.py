"""Signing in: a new token for the session, for whom the flow is about and nobody else."""

import hashlib
from datetime import timedelta

import pytest

from tests.people import OTHER, OWNER
from tests.sessions import find_session
from tests.unit.engine.engine import Engine
from tests.unit.engine.flows import asks, asks_password, flow, identifies, prompt, signs_in
from tests.unit.engine.visitor import Visitor, denied, ended, problem, sentence
from watchword.flows.visit import NewCookie
from watchword.storage.sessions import sessions_of


async def test_the_session_is_the_users_and_its_old_token_is_dead(engine: Engine, stranger: Visitor) -> None:
    """Whoever planted a token in the browser beforehand (session fixation) has nothing."""
    await engine.install(flow(identifies(), asks_password(), signs_in()))
    before = await stranger.session()
    await stranger.answer(uid_field=OWNER.username)
    assert await stranger.signed_in_as() is None
    assert ended(await stranger.answer(password=OWNER.password))
    after = await stranger.session()
    assert (after.id, after.user_id) == (before.id, engine.users[OWNER.username].id)
    find = engine.services.database.read(find_session, before.token_hash, engine.clock())
    assert await find is None
    assert await stranger.signed_in_as() == OWNER.username


async def test_it_is_written_down(engine: Engine, stranger: Visitor) -> None:
    await engine.install(flow(identifies(), signs_in()))
    await stranger.answer(uid_field=OWNER.username)
    (event,) = await engine.events("login")
    assert (event.username, event.client_ip, event.created) == (OWNER.username, stranger.address, engine.clock())
    assert stranger.visit
    assert (await engine.user(OWNER)).last_login == engine.clock()
    assert (await engine.user(OTHER)).last_login is None


async def test_only_a_hash_of_the_token_is_kept(engine: Engine, stranger: Visitor) -> None:
    await engine.install(flow(identifies(), signs_in()))
    await stranger.answer(uid_field=OWNER.username)
    assert stranger.visit
    assert isinstance(stranger.visit.cookie, NewCookie)
    token = stranger.visit.cookie.token
    assert len(token) >= 43
    assert (await stranger.session()).token_hash == hashlib.sha256(token.encode()).hexdigest()
    assert token not in str(await engine.rows("session"))


@pytest.mark.parametrize(
    ("duration", "offset", "remember", "cookie", "server"),
    [
        ("seconds=0", "seconds=0", None, None, timedelta(hours=12)),
        ("hours=8", "seconds=0", None, timedelta(hours=8), timedelta(hours=8)),
        ("seconds=0", "days=30", True, timedelta(days=30), timedelta(days=30)),
        ("seconds=0", "days=30", "on", timedelta(days=30), timedelta(days=30)),
        ("hours=8", "days=30", True, timedelta(days=30, hours=8), timedelta(days=30, hours=8)),
        ("hours=8", "days=30", False, timedelta(hours=8), timedelta(hours=8)),
    ],
)
async def test_a_session_lasts_as_long_as_was_agreed(
    engine: Engine,
    stranger: Visitor,
    duration: str,
    offset: str,
    remember: bool | str | None,
    cookie: timedelta | None,
    server: timedelta,
) -> None:
    await engine.install(flow(identifies(), signs_in(session_duration=duration, remember_me_offset=offset)))
    shown = await stranger.answer(uid_field=OWNER.username)
    if remember is not None:
        assert (shown["component"], shown["pending_user"]) == ("ak-stage-user-login", OWNER.username)
        assert problem(await stranger.answer()) == ("remember_me", "required")
        assert await stranger.signed_in_as() is None
        shown = await stranger.answer(remember_me=remember)
    assert ended(shown)
    assert stranger.visit
    assert stranger.visit.cookie
    assert stranger.visit.cookie.lifetime == cookie
    assert (await stranger.session()).expires == engine.clock() + server


@pytest.mark.parametrize(("end_others", "left"), [(True, 1), (False, 2)])
async def test_it_may_end_the_users_other_sessions_and_nobody_elses(
    engine: Engine, owner: Visitor, other: Visitor, stranger: Visitor, end_others: bool, left: int
) -> None:
    await engine.install(flow(identifies(), signs_in(terminate_other_sessions=end_others)))
    await stranger.answer(uid_field=OWNER.username)
    live = [
        len(await engine.services.database.read(sessions_of, engine.users[person.username].id, engine.clock()))
        for person in (OWNER, OTHER)
    ]
    assert live == [left, 1]
    assert await stranger.signed_in_as() == OWNER.username


async def test_a_flow_that_named_nobody_signs_nobody_in(engine: Engine, owner: Visitor, stranger: Visitor) -> None:
    await engine.install(flow(signs_in()))
    for visitor in (owner, stranger):
        shown = await visitor.start()
        assert (denied(shown), sentence(shown)) == (True, "No user to sign in.")


@pytest.mark.parametrize("when", ["before", "at the question"])
async def test_a_disabled_user_is_not_signed_in(engine: Engine, stranger: Visitor, when: str) -> None:
    await engine.install(flow(identifies(), asks(prompt()), signs_in(remember_me_offset="days=1")))
    await stranger.answer(uid_field=OWNER.username)
    if when == "at the question":
        await stranger.answer(phone="x")
    await engine.change_user(OWNER, is_active=False)
    shown = await stranger.answer(phone="x", remember_me=True)
    assert (denied(shown), sentence(shown)) == (True, "No user to sign in.")
    assert await stranger.signed_in_as() is None


async def test_a_user_who_is_disabled_has_no_session_any_more(engine: Engine, owner: Visitor) -> None:
    assert await owner.signed_in_as() == OWNER.username
    await engine.change_user(OWNER, is_active=False)
    with pytest.raises(AssertionError, match="has ended"):
        await owner.session()


async def test_signing_in_as_another_takes_the_session_over(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(identifies(), signs_in()))
    await owner.answer(uid_field=OTHER.username)
    assert await owner.signed_in_as() == OTHER.username
