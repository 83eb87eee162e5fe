"""The identification stage: it finds whom a visitor means, and tells nobody who has an account."""

from typing import Any

import pytest

from tests.people import OTHER, OWNER, STRANGER
from tests.unit.engine.engine import Engine
from tests.unit.engine.flows import Step, asks_password, flow, identifies, signs_in
from tests.unit.engine.visitor import Visitor, denied, ended, problem, sentence

FAILED = "Failed to authenticate."


def with_password(**settings: Any) -> list[Step]:
    return [identifies(asks_password(), **settings), signs_in()]


async def test_what_it_asks(engine: Engine, stranger: Visitor) -> None:
    more = flow(slug="sign-up", designation="enrollment")
    who = identifies(enrollment_flow=more[0].pk, recovery_flow=more[0].pk)
    await engine.install([*more, *flow(who, designation="authentication")])
    shown = await stranger.start()
    assert (shown["component"], shown["user_fields"]) == ("ak-stage-identification", ["username", "email"])
    assert (shown["password_fields"], shown["primary_action"]) == (False, "Log in")
    assert (shown["enroll_url"], shown["recovery_url"]) == ("/if/flow/sign-up/",) * 2
    assert "pending_user" not in shown


@pytest.mark.parametrize(
    ("settings", "typed", "found"),
    [
        ({}, "olivia", True),
        ({}, " OLIVIA ", True),
        ({}, "olivia@example.org", True),
        ({"user_fields": ["email"]}, "olivia", False),
        ({"user_fields": ["upn"]}, "olivia@corp", True),
        ({"case_insensitive_matching": False}, "OLIVIA", False),
        ({}, "oliviα", False),
    ],
)
async def test_a_user_is_found_by_the_fields_of_the_stage_alone(
    engine: Engine, stranger: Visitor, settings: dict[str, Any], typed: str, found: bool
) -> None:
    await engine.change_user(OWNER, attributes={"upn": "olivia@corp"})
    await engine.install(flow(identifies(**settings), signs_in()))
    await stranger.answer(uid_field=typed)
    assert await stranger.signed_in_as() == (OWNER.username if found else None)


@pytest.mark.parametrize("typed", ["", "  ", None, "x" * 255, "oli\x00via", ["olivia"], {"a": 1}, True])
async def test_what_names_nobody_is_asked_again(engine: Engine, stranger: Visitor, typed: Any) -> None:
    await engine.install(flow(identifies(), signs_in()))
    await stranger.start()
    refused = await stranger.answer(uid_field=typed)
    assert (refused["component"], sentence(refused)) == (
        "ak-stage-identification",
        "No identification data provided.",
    )


async def test_nobody_learns_who_has_an_account(engine: Engine, stranger: Visitor) -> None:
    """The same words and the same picture for a user, for one who is disabled, and for nobody."""
    await engine.change_user(OTHER, is_active=False)
    await engine.install(flow(identifies(), asks_password(), signs_in()))
    seen = []
    for person in (OWNER, OTHER, STRANGER):
        await stranger.cancel()
        asked = await stranger.answer(uid_field=person.username)
        refused = await stranger.answer(password="wrong")
        seen.append(str([asked, refused]).replace(person.username, "NAME"))
    assert seen[0] == seen[1] == seen[2]
    assert "Invalid password" in seen[0]


async def test_nobody_learns_it_where_the_password_is_asked_on_the_same_page(engine: Engine, stranger: Visitor) -> None:
    await engine.change_user(OTHER, is_active=False)
    await engine.install(flow(*with_password()))
    assert (await stranger.start())["password_fields"] is True
    seen = [
        await stranger.answer(uid_field=OWNER.username, password="wrong"),
        await stranger.answer(uid_field=OTHER.username, password=OTHER.password),
        await stranger.answer(uid_field=STRANGER.username, password=STRANGER.password),
    ]
    assert seen[0] == seen[1] == seen[2]
    assert sentence(seen[0]) == FAILED
    assert await stranger.signed_in_as() is None


async def test_the_right_password_on_the_same_page_identifies(engine: Engine, stranger: Visitor) -> None:
    await engine.install(flow(*with_password()))
    await stranger.start()
    assert problem(await stranger.answer(uid_field=OWNER.username)) == ("password", "required")
    assert ended(await stranger.answer(uid_field=OWNER.username, password=OWNER.password))
    assert await stranger.signed_in_as() == OWNER.username


async def test_a_stage_may_say_that_there_is_no_such_user(engine: Engine, stranger: Visitor) -> None:
    await engine.install(flow(identifies(pretend_user_exists=False), asks_password()))
    await stranger.start()
    assert sentence(await stranger.answer(uid_field=STRANGER.username)) == FAILED
    assert (await stranger.answer(uid_field=OWNER.username))["component"] == "ak-stage-password"


@pytest.mark.parametrize(
    ("settings", "shown"),
    [
        ({}, "OLIVIA@example.org"),
        ({"pretend_user_exists": False}, OWNER.username),
        ({"pretend_user_exists": False, "show_matched_user": False}, "OLIVIA@example.org"),
    ],
)
async def test_pages_call_the_user_as_typed_unless_names_are_no_secret(
    engine: Engine, stranger: Visitor, settings: dict[str, Any], shown: str
) -> None:
    await engine.install(flow(identifies(**settings), asks_password()))
    await stranger.start()
    assert (await stranger.answer(uid_field="OLIVIA@example.org"))["pending_user"] == shown


async def test_a_name_without_an_account_signs_nobody_in(engine: Engine, stranger: Visitor) -> None:
    await engine.install(flow(identifies(), signs_in()))
    shown = await stranger.answer(uid_field=STRANGER.username)
    assert (denied(shown), sentence(shown)) == (True, "No user to sign in.")


async def test_whoever_is_signed_in_and_names_nobody_is_not_taken_for_himself(engine: Engine, owner: Visitor) -> None:
    """Else the password page would check his own password for another name."""
    await engine.install(flow(identifies(), asks_password()))
    await owner.answer(uid_field=STRANGER.username)
    assert sentence(await owner.answer(password=OWNER.password)) == "Invalid password"
