"""Tokens in a list; made, with their key shown once; changed and deleted."""

import re
from datetime import timedelta

import pytest

from tests.people import OTHER, OWNER
from tests.unit.web.client import Answer, Visitor
from tests.unit.web.console.people.people import (
    HOSTILE,
    TOKENS,
    USERS,
    count,
    events,
    firsts,
    link,
    make_token,
    said,
    table,
)
from tests.unit.web.forms import fill, filled, send
from tests.unit.web.house import NOW, House
from tests.unit.web.test_devices import LATER, leads_to_proof, user
from watchword.administration.tokens import hashed
from watchword.storage.tokens import Token, get_token

NEW = f"{TOKENS}new/"
KEY = re.compile(r"\b[0-9a-f]{64}\b")


def url(token: Token, path: str = "") -> str:
    return f"{TOKENS}{token.pk}/{path}"


async def named(house: House, identifier: str) -> Token | None:
    return await house.services.database.read(get_token, identifier)


async def lets_in(house: House, key: str) -> bool:
    answer = await house.visitor().get("/api/v3/core/users/me/", authorization=f"Bearer {key}")
    return answer.status == 200


def key_on(page: Answer) -> str:
    found = KEY.findall(said(page))
    return found[0] if found else ""


async def test_the_list_says_whose_what_for_and_until_when(house: House, admin: Visitor) -> None:
    await make_token(house, "ci", description="Runs the tests", expires=NOW + timedelta(days=30))
    await make_token(house, "old", OTHER, intent="app_password", expires=NOW - timedelta(days=1))
    await make_token(house, "forever", OTHER, expiring=False)
    rows = {row[0].split()[0]: row for row in table(await admin.get(TOKENS))}
    assert rows["ci"] == ["ci Runs the tests", "olivia", "The API", "March 31, 2026", "Never"]
    assert rows["old"] == ["old", "oscar", "Signing in", "February 28, 2026 Expired", "Never"]
    assert rows["forever"][3] == "Never"
    assert not KEY.search((await admin.get(TOKENS)).text)

    async def found(query: str) -> list[str]:
        return firsts(await admin.get(f"{TOKENS}?{query}"))

    assert await found("search=oscar") == ["forever", "old"]
    assert await found("search=TESTS") == ["ci"]
    assert await found("intent=app_password") == ["old"]
    assert await found("ends=over") == ["old"]
    assert await found("ends=never") == ["forever"]
    assert await found("intent=%00&ends=x") == ["ci", "forever", "old"]
    assert await found("search=%F0%9F%98%80") == []


async def test_many_tokens_come_in_pages(house: House, admin: Visitor) -> None:
    for number in range(60):
        await make_token(house, f"crowd-{number:02}")
    first = await admin.get(f"{TOKENS}?search=crowd&intent=api")
    second = await admin.get(link(first, "next"))
    assert firsts(first) + firsts(second) == [f"crowd-{number:02}" for number in range(60)]


async def test_a_token_is_made_and_its_key_shown_once(house: House, admin: Visitor) -> None:
    done = await fill(admin, NEW, identifier="deploy", user=OWNER.username, description="Deploys")
    made = await named(house, "deploy")
    assert made
    assert (done.status, done.header("location")) == (303, url(made, "key/"))
    assert (made.user_id, made.intent, made.expires) == ((await user(house, OWNER)).id, "api", NOW + timedelta(days=1))
    page = await admin.get(url(made, "key/"))
    key = key_on(page)
    assert hashed(key) == made.key_hash
    assert await lets_in(house, key)
    assert "It is not shown again." in said(page)
    assert page.header("cache-control") == "no-store"
    again = await admin.get(url(made, "key/"))
    assert (key_on(again), "was shown once" in said(again)) == ("", True)
    for address in (TOKENS, url(made), "/if/admin/history/"):
        assert key not in (await admin.get(address)).text
    assert [event["username"] for event in await events(house, "secret_view")] == [OTHER.username]
    assert all(key not in str(event) for event in await house.rows("SELECT * FROM event"))


async def test_only_whoever_made_it_is_shown_the_key(house: House, admin: Visitor) -> None:
    elsewhere = await house.signed_in(OTHER)
    await fill(admin, NEW, identifier="deploy", user=OWNER.username)
    made = await named(house, "deploy")
    assert made
    assert key_on(await elsewhere.get(url(made, "key/"))) == ""
    other = await make_token(house, "other")
    assert key_on(await admin.get(url(other, "key/"))) == ""
    assert key_on(await admin.get(url(made, "key/"))) != ""


async def test_a_form_that_is_sent_twice_does_not_lose_the_key(house: House, admin: Visitor) -> None:
    form = filled(await admin.get(NEW)) | {"identifier": ["deploy"]}
    first, second = [await send(admin, NEW, form) for _ in range(2)]
    assert (first.status, second.status) == (303, 400)
    assert "Token with this identifier already exists." in said(second)
    assert key_on(await admin.get(first.header("location"))) != ""


async def test_the_form_is_opened_for_whom_the_address_names(house: House, admin: Visitor) -> None:
    assert filled(await admin.get(NEW))["user"] == [OTHER.username]
    owner = await user(house, OWNER)
    assert filled(await admin.get(f"{NEW}?user={owner.id}"))["user"] == [OWNER.username]
    for name in ("999999", "x", "9" * 300, "%00"):
        assert (await admin.get(f"{NEW}?user={name}")).status == 200


async def test_it_can_be_for_good_and_until_a_day(house: House, admin: Visitor) -> None:
    await fill(admin, NEW, identifier="forever", expiring=None)
    await fill(admin, NEW, identifier="until", expires="2026-05-01T08:30")
    forever, until = await named(house, "forever"), await named(house, "until")
    assert forever
    assert until
    assert (forever.expiring, forever.expires) == (False, None)
    assert until.expires
    assert until.expires.isoformat() == "2026-05-01T08:30:00+00:00"


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"identifier": ""}, "may not be blank"),
        ({"identifier": "two words"}, "Enter a valid “slug”"),
        ({"identifier": "x" * 256}, "no more than 255 characters"),
        ({"user": "nobody"}, "There is nobody of this user name."),
        ({"user": "\x00"}, "There is nobody of this user name."),
        ({"expires": "tomorrow"}, "Datetime has wrong format."),
        ({"intent": "root"}, "is not a valid choice."),
    ],
)
async def test_what_is_wrong_is_said_and_what_was_typed_stays(
    house: House, admin: Visitor, changes: dict[str, str], wrong: str
) -> None:
    before = await count(house, "token")
    refused = await fill(admin, NEW, **{"identifier": "mine", "description": "Typed", **changes})
    assert refused.status == 400
    assert wrong in said(refused)
    assert filled(refused)["description"] == ["Typed"]
    assert await count(house, "token") == before


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("field", ["identifier", "user", "intent", "description", "expires", "expiring", "version"])
async def test_whatever_is_typed_is_answered(house: House, admin: Visitor, field: str, text: str) -> None:
    token = await make_token(house)
    for target in (NEW, url(token)):
        form = filled(await admin.get(target)) | {"identifier": ["typed"], field: [text]}
        answer = await send(admin, target, form)
        assert answer.status in (303, 400), target
        assert "<script>alert" not in answer.text


async def test_a_token_is_changed_and_keeps_its_key(house: House, admin: Visitor) -> None:
    token = await make_token(house, "ci", expires=NOW + timedelta(days=2, seconds=7))
    assert (await fill(admin, url(token))).status == 303
    assert await named(house, "ci") == token
    done = await fill(admin, url(token), identifier="pipeline", description="New", expires="2026-09-01T00:00")
    assert (done.status, done.header("location")) == (303, TOKENS)
    after = await named(house, "pipeline")
    assert after
    assert (after.pk, after.key_hash, after.description) == (token.pk, token.key_hash, "New")
    assert after.expires
    assert after.expires.isoformat() == "2026-09-01T00:00:00+00:00"
    [event] = await events(house, "model_updated")
    assert event["context"]["fields"] == ["description", "expires", "identifier"]


async def test_one_without_an_end_gets_none_by_being_described(house: House, admin: Visitor) -> None:
    token = await make_token(house, "ci", expires=None)
    assert "expiring" not in filled(await admin.get(url(token)))
    assert (await fill(admin, url(token), description="New")).status == 303
    after = await named(house, "ci")
    assert after
    assert (after.expires, after.expiring, after.description) == (None, False, "New")
    assert (await fill(admin, url(token), expiring="true")).status == 303
    ending = await named(house, "ci")
    assert ending
    assert ending.expires == NOW + timedelta(days=1)


async def test_twice_is_once_and_whoever_saves_second_is_told(house: House, admin: Visitor) -> None:
    token = await make_token(house, "ci")
    form = filled(await admin.get(url(token))) | {"description": ["Once"]}
    assert [(await send(admin, url(token), form)).status for _ in range(2)] == [303, 303]
    assert len(await events(house, "model_updated")) == 1
    refused = await send(admin, url(token), form | {"description": ["Mine"]})
    assert refused.status == 400
    assert "Somebody changed this while you had it open." in said(refused)
    assert filled(refused)["description"] == ["Mine"]


async def test_a_token_is_deleted_and_counts_no_more(house: House, admin: Visitor) -> None:
    await fill(admin, NEW, identifier="deploy")
    made = await named(house, "deploy")
    assert made
    key = key_on(await admin.get(url(made, "key/")))
    assert await lets_in(house, key)
    assert "Its key counts no more" in said(await admin.get(url(made, "delete/")))
    done = await admin.submit(url(made, "delete/"))
    assert (done.status, done.header("location")) == (303, TOKENS)
    assert not await lets_in(house, key)
    assert (await admin.submit(url(made, "delete/"))).status == 404
    assert len(await events(house, "model_deleted")) == 1


async def test_making_and_deleting_take_a_fresh_proof(house: House, admin: Visitor) -> None:
    token, form = await make_token(house), filled(await admin.get(NEW)) | {"identifier": ["typed"]}
    house.clock.pass_by(seconds=LATER)
    assert leads_to_proof(await admin.get(NEW), NEW)
    assert (await admin.get(f"{NEW}?user=7")).header("location").endswith(f"?next={NEW}%3Fuser%3D7")
    refused = await send(admin, NEW, form)
    assert refused.status == 400
    assert "Confirm first that it is you" in said(refused)
    assert filled(refused)["identifier"] == ["typed"]
    assert leads_to_proof(await admin.get(url(token, "delete/")), url(token, "delete/"))
    assert leads_to_proof(await admin.submit(url(token, "delete/")), url(token, "delete/"))
    assert await count(house, "token") == 1
    assert (await fill(admin, url(token), description="Harmless")).status == 303


async def test_nobody_else_sees_or_does_anything(
    house: House, admin: Visitor, owner: Visitor, stranger: Visitor
) -> None:
    token = await make_token(house, "ci")
    for target in (NEW, url(token), url(token, "delete/")):
        assert (await owner.submit(target, identifier="theirs")).status == 403
        assert (await stranger.submit(target, identifier="theirs")).status == 303
        assert (await admin.submit(target, identifier="theirs", _csrf="wrong")).status == 403
    for target in (TOKENS, NEW, url(token), url(token, "key/"), url(token, "delete/")):
        refused = await owner.get(target)
        assert (refused.status, "ci" in said(refused).split()) == (403, False)
        assert (await stranger.get(target)).status == 303
    assert await named(house, "ci") == token
    assert (await admin.get(USERS)).status == 200


@pytest.mark.parametrize("name", ["x", "0", "%00", "%F0%9F%98%80", "9" * 300, "6ba7b810-9dad-11d1-80b4-00c04fd430c8"])
async def test_what_is_no_token_is_404_on_every_page(admin: Visitor, name: str) -> None:
    for path in ("", "key/", "delete/"):
        assert (await admin.get(f"{TOKENS}{name}/{path}")).status == 404, path
        if path != "key/":
            assert (await admin.submit(f"{TOKENS}{name}/{path}")).status == 404, path
