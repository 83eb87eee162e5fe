"""Sessions: private cookies that nobody can guess, choose, read from the database or use again."""

import hashlib
import json
import re

import pytest

from tests.people import OTHER, OWNER, Person
from tests.unit.web.client import CSRF, SESSION, SIGN_IN, Visitor, executor
from tests.unit.web.conftest import OpenHouse
from tests.unit.web.house import House

PHONES = "/if/user/"


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


async def is_signed_in(visitor: Visitor, person: Person = OWNER) -> bool:
    page = await visitor.get(PHONES)
    return page.status == 200 and person.username in page.text


async def test_a_session_is_256_random_bits(house: House) -> None:
    tokens = {(await house.visitor().get(executor(SIGN_IN))).cookies[SESSION].value for _ in range(20)}
    assert len(tokens) == 20
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{43}", token) for token in tokens)


async def test_only_a_hash_of_it_is_stored(house: House, owner: Visitor, stranger: Visitor) -> None:
    await stranger.see(SIGN_IN)
    tokens = [visitor.cookies[SESSION] for visitor in (owner, stranger)]
    stored = await house.rows("SELECT * FROM session")
    assert {row["token_hash"] for row in stored} == {hashed(token) for token in tokens}
    assert not any(token in str(stored) for token in tokens)


async def test_a_stolen_hash_opens_nothing(house: House, owner: Visitor) -> None:
    (row,) = await house.rows("SELECT token_hash FROM session")
    assert not await is_signed_in(owner.with_cookies(**{SESSION: row["token_hash"]}))


async def test_cookies_are_lax_and_the_session_is_hidden_from_scripts(stranger: Visitor) -> None:
    cookies = (await stranger.get(executor(SIGN_IN))).cookies
    assert set(cookies) == {SESSION, CSRF}
    for cookie in cookies.values():
        assert (cookie["samesite"].lower(), cookie["path"], cookie["domain"]) == ("lax", "/", "")
        assert not cookie["secure"], "the test speaks http"
    assert cookies[SESSION]["httponly"]
    assert not cookies[CSRF]["httponly"], "authentik's clients read the token there"


async def test_a_session_lasts_as_long_as_the_browser_unless_asked_otherwise(house: House) -> None:
    for answer, days in ((False, 8 / 24), (True, 30 + 8 / 24)):
        visitor = house.visitor()
        await visitor.answer("one-page", uid_field=OWNER.username, password=OWNER.password)
        end = await visitor.post("one-page", b'{"remember_me": %s}' % str(answer).lower().encode())
        assert end.json["component"] == "xak-flow-redirect"
        assert int(end.cookies[SESSION]["max-age"]) == days * 86_400
    visitor = house.visitor()
    await visitor.answer(SIGN_IN, uid_field=OTHER.username)
    end = await visitor.post(SIGN_IN, json.dumps({"password": OTHER.password}).encode())
    assert (end.cookies[SESSION]["max-age"], end.cookies[SESSION]["expires"]) == ("", "")


BEHIND_A_PROXY = {"trusted_proxies": "10.0.0.0/8"}
PROXY, STRANGER = "10.0.0.1", "198.51.100.7"


@pytest.mark.parametrize(
    ("settings", "cases"),
    [
        ({}, [("http", STRANGER, "", False), ("https", STRANGER, "", True), ("http", PROXY, "https", False)]),
        ({"public_url": "https://sms.example.org"}, [("http", STRANGER, "", True)]),
        ({"public_url": "http://sms.example.org"}, [("http", STRANGER, "https", False)]),
        (
            BEHIND_A_PROXY,
            [
                ("http", PROXY, "https", True),
                ("http", PROXY, "HTTPS", True),
                ("http", PROXY, "https, http", False),
                ("https", PROXY, "http", False),
                ("http", PROXY, "", False),
                ("http", STRANGER, "https", False),
            ],
        ),
    ],
)
async def test_cookies_are_secure_exactly_where_the_visitor_came_by_https(
    opened: OpenHouse, settings: dict[str, str], cases: list[tuple[str, str, str, bool]]
) -> None:
    async with opened(**settings) as house:
        for scheme, address, forwarded, secure in cases:
            visitor = house.visitor(scheme=scheme, address=address)
            sent = [("x-forwarded-proto", forwarded)] if forwarded else []
            cookies = (await visitor.request("GET", executor(SIGN_IN), headers=sent)).cookies
            assert {name: bool(cookie["secure"]) for name, cookie in cookies.items()} == {SESSION: secure, CSRF: secure}


async def test_a_session_is_set_once_and_not_on_every_answer(stranger: Visitor) -> None:
    assert SESSION in (await stranger.get(executor(SIGN_IN))).cookies
    assert (await stranger.get(executor(SIGN_IN))).cookies == {}


async def test_signing_in_rotates_the_session_and_the_csrf_token(house: House) -> None:
    visitor = house.visitor()
    await visitor.see(SIGN_IN)
    before = dict(visitor.cookies)
    await visitor.sign_in(OWNER)
    assert not before.items() & visitor.cookies.items()
    assert await is_signed_in(visitor)
    assert not await is_signed_in(visitor.with_cookies(**before))
    assert len(await house.rows("SELECT id FROM session WHERE user_id IS NOT NULL")) == 1


async def test_a_session_planted_by_somebody_else_does_not_become_the_victims(house: House) -> None:
    """Session fixation: with a session of the attacker's, and with one that he made up."""
    attacker = house.visitor()
    await attacker.see(SIGN_IN)
    for planted in (attacker.cookies[SESSION], "A" * 43):
        victim = house.visitor(cookies={SESSION: planted})
        await victim.sign_in(OWNER)
        assert await is_signed_in(victim)
        assert not await is_signed_in(attacker.with_cookies(**{SESSION: planted}))
    assert await house.rows("SELECT id FROM session WHERE token_hash = :hash", hash=hashed("A" * 43)) == []


async def test_signing_in_anew_leaves_the_sessions_of_other_people_alone(house: House, other: Visitor) -> None:
    first = await house.signed_in(OWNER)
    second = house.visitor()
    await second.answer("one-page", uid_field=OWNER.username, password=OWNER.password)
    await second.answer("one-page", remember_me=False)
    assert await is_signed_in(second)
    assert not await is_signed_in(first), "the flow ends a user's other sessions"
    assert await is_signed_in(other, OTHER)


async def test_a_session_ends_by_the_clock(house: House, owner: Visitor, stranger: Visitor) -> None:
    await stranger.answer(SIGN_IN, uid_field=OWNER.username)
    house.clock.pass_by(hours=11, minutes=59)
    assert await is_signed_in(owner)
    house.clock.pass_by(minutes=1)
    assert not await is_signed_in(owner)
    before = dict(stranger.cookies)
    house.clock.pass_by(hours=12)
    assert (await stranger.see(SIGN_IN))["component"] == "ak-stage-identification"
    assert not before.items() & stranger.cookies.items()


async def test_an_execution_left_alone_for_an_hour_begins_again(house: House, stranger: Visitor) -> None:
    await stranger.answer(SIGN_IN, uid_field=OWNER.username)
    house.clock.pass_by(minutes=59)
    assert (await stranger.see(SIGN_IN))["component"] == "ak-stage-password"
    house.clock.pass_by(hours=1)
    assert (await stranger.see(SIGN_IN))["component"] == "ak-stage-identification"


async def test_whoever_is_deactivated_is_out_at_once(house: House, owner: Visitor, other: Visitor) -> None:
    await house.write("UPDATE users SET is_active = false WHERE username = :name", name=OWNER.username)
    assert not await is_signed_in(owner)
    assert await is_signed_in(other, OTHER)
    again = house.visitor()
    await again.see(SIGN_IN)
    await again.answer(SIGN_IN, uid_field=OWNER.username)
    assert "response_errors" in await again.answer(SIGN_IN, password=OWNER.password)


async def test_signing_out_ends_this_session_and_no_other(house: House, owner: Visitor, other: Visitor) -> None:
    elsewhere = await house.signed_in(OWNER)
    left = await owner.submit("/if/user/sign-out")
    assert (left.status, left.header("location")) == (303, "/")
    assert not await is_signed_in(owner)
    assert await is_signed_in(elsewhere)
    assert await is_signed_in(other, OTHER)
    assert [row["username"] for row in await house.rows("SELECT username FROM event WHERE action = 'logout'")] == [
        OWNER.username
    ]
