"""Passwords: checked at the same cost for everybody, and no faster than anybody types."""

import asyncio
from typing import Any

import pytest

from tests.people import OTHER, OWNER, STRANGER, Person
from tests.unit.engine.engine import Engine
from tests.unit.engine.flows import asks_password, flow, identifies, signs_in
from tests.unit.engine.visitor import Shown, Visitor, denied, ended, problem, sentence
from watchword.errors import Conflict
from watchword.flows import password_check
from watchword.storage.throttles import Limit

COMPONENT = "ak-stage-password"


async def at_the_password(engine: Engine, visitor: Visitor, person: Person = OWNER, **settings: Any) -> None:
    given = {"failed_attempts_before_cancel": 0, **settings}
    if engine.services.configuration.snapshot.flow(visitor.slug) is None:
        await engine.install(flow(identifies(), asks_password(**given), signs_in()))
    await visitor.cancel()
    assert (await visitor.answer(uid_field=person.username))["component"] == COMPONENT


async def guess(visitor: Visitor, times: int) -> None:
    for _ in range(times):
        assert sentence(await visitor.answer(password="wrong")) == "Invalid password"


def throttled(shown: Shown) -> bool:
    return problem(shown)[1] == "throttled"


async def test_the_right_password_goes_on(engine: Engine, stranger: Visitor) -> None:
    await at_the_password(engine, stranger)
    assert ended(await stranger.answer(password=OWNER.password))
    assert await stranger.signed_in_as() == OWNER.username


@pytest.mark.parametrize(
    "typed", [OTHER.password, f" {OWNER.password}", OWNER.password.upper(), "x\x00", "\ud800", "x" * 100_000]
)
async def test_any_other_is_wrong(engine: Engine, stranger: Visitor, typed: str) -> None:
    await at_the_password(engine, stranger)
    assert problem(await stranger.answer(password=typed)) == ("password", "invalid")
    assert await stranger.signed_in_as() is None


@pytest.mark.parametrize("typed", ["", None, 12345678, ["x"], True])
async def test_what_is_no_password_is_asked_again_and_costs_no_try(
    engine: Engine, stranger: Visitor, typed: Any
) -> None:
    await at_the_password(engine, stranger)
    assert problem(await stranger.answer(password=typed)) == ("password", "required")
    assert await engine.events("login_failed") == []


async def test_a_disabled_user_has_no_right_password(engine: Engine, stranger: Visitor) -> None:
    await at_the_password(engine, stranger)
    await engine.change_user(OWNER, is_active=False)
    assert sentence(await stranger.answer(password=OWNER.password)) == "Invalid password"


async def test_after_so_many_wrong_ones_the_flow_ends_and_may_be_begun_again(engine: Engine, stranger: Visitor) -> None:
    await at_the_password(engine, stranger, failed_attempts_before_cancel=3)
    await guess(stranger, 2)
    shown = await stranger.answer(password="wrong")
    assert (denied(shown), sentence(shown)) == (True, "Too many wrong passwords. Please start again.")
    await at_the_password(engine, stranger)
    assert ended(await stranger.answer(password=OWNER.password))


async def test_a_wrong_password_leaves_an_event_without_it(engine: Engine, stranger: Visitor) -> None:
    await at_the_password(engine, stranger)
    await stranger.answer(password="my-secret-guess")
    (event,) = await engine.events("login_failed")
    assert (event.username, event.client_ip) == (OWNER.username, stranger.address)
    assert "my-secret-guess" not in str(event)


async def test_ten_wrong_ones_in_ten_minutes_are_all(engine: Engine, stranger: Visitor) -> None:
    await at_the_password(engine, stranger)
    await guess(stranger, 10)
    refused = await stranger.answer(password=OWNER.password)
    assert throttled(refused)
    assert sentence(refused) == "Too many wrong passwords. Please wait 10 minutes."
    assert [event.username for event in await engine.events("password_throttled")] == [OWNER.username]
    engine.clock.advance(599)
    assert sentence(await stranger.answer(password=OWNER.password)) == (
        "Too many wrong passwords. Please wait a second."
    )
    engine.clock.advance(1)
    assert ended(await stranger.answer(password=OWNER.password))


async def test_checks_that_were_cut_off_lock_nobody_out_for_long(
    engine: Engine, stranger: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where a server is killed: nobody comes to say whether they were right."""

    async def cut_off(*_: object) -> bool:
        raise ConnectionResetError

    await at_the_password(engine, stranger)
    with monkeypatch.context() as killed:
        killed.setattr(password_check, "verify_in_thread", cut_off)
        for _ in range(10):
            with pytest.raises(ConnectionResetError):
                await stranger.answer(password=OWNER.password)
    assert throttled(await stranger.answer(password=OWNER.password)), "meanwhile they count"
    engine.clock.advance(60)
    assert ended(await stranger.answer(password=OWNER.password))


async def test_a_guesser_locks_out_neither_the_user_elsewhere_nor_other_users(
    engine: Engine, stranger: Visitor
) -> None:
    await at_the_password(engine, stranger)
    await guess(stranger, 10)
    assert throttled(await stranger.answer(password=OWNER.password))
    await at_the_password(engine, stranger, OTHER)
    assert ended(await stranger.answer(password=OTHER.password)), "another user at the same address"
    at_home = await engine.visitor()
    at_home.address = "198.51.100.7"
    await at_the_password(engine, at_home)
    assert ended(await at_home.answer(password=OWNER.password)), "the user at another address"


async def test_a_name_without_an_account_is_throttled_like_one_with(engine: Engine, stranger: Visitor) -> None:
    await at_the_password(engine, stranger, STRANGER)
    await guess(stranger, 9)
    await stranger.cancel()
    await stranger.answer(uid_field=f" {STRANGER.username.upper()} ")
    await guess(stranger, 1)
    assert throttled(await stranger.answer(password="wrong"))


@pytest.mark.parametrize("limit", ["PER_USER", "PER_ADDRESS"])
async def test_wider_limits_hold_across_addresses_and_across_users(
    engine: Engine, stranger: Visitor, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setattr(password_check, limit, Limit(2, 3600))
    for number in range(3):
        if limit == "PER_USER":
            stranger.address = f"198.51.100.{number}"
        await at_the_password(
            engine, stranger, OWNER if limit == "PER_USER" else STRANGER._replace(username=f"{number}")
        )
        assert throttled(await stranger.answer(password="wrong")) is (number == 2)


async def test_right_passwords_count_nowhere(
    engine: Engine, stranger: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(password_check, "PER_ADDRESS", Limit(2, 600))
    for _ in range(4):
        await at_the_password(engine, stranger)
        assert ended(await stranger.answer(password=OWNER.password))


async def test_wrong_passwords_at_once_are_no_more_than_ten(engine: Engine, stranger: Visitor) -> None:
    await at_the_password(engine, stranger)
    answers = await asyncio.gather(*(stranger.answer(password="wrong") for _ in range(30)), return_exceptions=True)
    assert all(isinstance(shown, dict | Conflict) for shown in answers)
    assert len(await engine.events("login_failed")) == 10
