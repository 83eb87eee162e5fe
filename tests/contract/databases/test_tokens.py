"""API tokens: found by the hash of their key, while they and their user may."""

from datetime import datetime
from typing import Any

import msgspec
import pytest
from sqlalchemy import Connection

from tests.contract.databases.make import NOW, after, make_user
from watchword.errors import NameTaken, NotFound
from watchword.storage.database import Database
from watchword.storage.listing import Condition, Wanted
from watchword.storage.tokens import (
    Token,
    create_token,
    delete_token,
    find_token,
    get_token,
    list_tokens,
    page_of_tokens,
    token_of,
    touch_token,
    update_token,
)
from watchword.storage.users import delete_user, update_user


def make_token(conn: Connection, /, user_id: int, identifier: str = "ci", key_hash: str = "k1", **values: Any) -> Token:
    return create_token(conn, identifier=identifier, user_id=user_id, key_hash=key_hash, now=NOW, **values)


async def test_a_token_comes_back_as_created(database: Database) -> None:
    mia = await database.run(make_user)
    token = await database.run(make_token, mia.id, intent="app_password", description="For CI", expires=after(60))
    assert token == Token(
        pk=token.pk,
        identifier="ci",
        user_id=mia.id,
        intent="app_password",
        description="For CI",
        key_hash="k1",
        expires=after(60),
        expiring=True,
        created=NOW,
        last_used=None,
    )
    assert await database.read(get_token, "ci") == token
    assert await database.read(find_token, "k1", NOW) == token
    assert await database.read(find_token, "k2", NOW) is None


@pytest.mark.parametrize(
    ("expires", "expiring", "now", "found"),
    [
        (after(60), True, after(59.9), True),
        (after(60), True, after(60), False),
        (after(60), True, after(61), False),
        (after(60), False, after(61), True),
        (None, True, after(10**9), True),
        (None, False, after(10**9), True),
    ],
)
async def test_a_token_expires_only_where_it_is_expiring(
    database: Database, expires: datetime | None, expiring: bool, now: datetime, found: bool
) -> None:
    mia = await database.run(make_user)
    await database.run(make_token, mia.id, expires=expires, expiring=expiring)
    assert (await database.read(find_token, "k1", now) is not None) is found
    assert await database.read(get_token, "ci") is not None


async def test_an_inactive_users_token_is_worth_nothing(database: Database) -> None:
    mia = await database.run(make_user)
    await database.run(make_token, mia.id)
    await database.run(update_user, mia.id, is_active=False)
    assert await database.read(find_token, "k1", NOW) is None
    await database.run(update_user, mia.id, is_active=True)
    assert await database.read(find_token, "k1", NOW) is not None


@pytest.mark.parametrize("replace", [False, True])
async def test_names_and_keys_are_one_tokens_alone(database: Database, replace: bool) -> None:
    mia, eve = await database.run(make_user, "mia"), await database.run(make_user, "eve")
    kept = await database.run(make_token, mia.id)
    with pytest.raises(NameTaken):
        await database.run(make_token, eve.id, "ci", "k2", replace=replace)
    with pytest.raises(NameTaken):
        await database.run(make_token, eve.id, "other", "k1", replace=replace)
    with pytest.raises(NotFound):
        await database.run(make_token, eve.id + 1, "third", "k3", replace=replace)
    assert await database.read(list_tokens) == [kept]


async def test_replacing_makes_the_old_key_worthless(database: Database) -> None:
    mia = await database.run(make_user)
    made = await database.run(make_token, mia.id, replace=True)
    await database.run(touch_token, "ci", after(5))
    with pytest.raises(NameTaken):
        await database.run(make_token, mia.id, "ci", "k2")
    replaced = await database.run(make_token, mia.id, "ci", "k2", expiring=False, replace=True)
    assert await database.read(find_token, "k1", NOW) is None
    assert await database.read(find_token, "k2", NOW) == replaced
    assert (replaced.pk, replaced.last_used, replaced.expiring) == (made.pk, None, False)


async def test_use_is_noted_of_one_token_only(database: Database) -> None:
    mia = await database.run(make_user)
    await database.run(make_token, mia.id, "a", "k1")
    await database.run(make_token, mia.id, "b", "k2")
    await database.run(touch_token, "b", after(5))
    assert [token.last_used for token in await database.read(list_tokens)] == [None, after(5)]


async def test_lists_are_a_users_or_everybodys(database: Database) -> None:
    mia, tom = await database.run(make_user, "mia"), await database.run(make_user, "tom")
    first = await database.run(make_token, mia.id, "b", "k1")
    second = await database.run(make_token, tom.id, "a", "k2")
    assert await database.read(list_tokens) == [second, first]
    assert await database.read(list_tokens, user_id=mia.id) == [first]


async def test_a_token_ends_with_its_user_or_by_itself(database: Database) -> None:
    mia = await database.run(make_user)
    await database.run(make_token, mia.id, "a", "k1")
    await database.run(make_token, mia.id, "b", "k2")
    assert await database.run(delete_token, "a")
    assert not await database.run(delete_token, "a")
    await database.run(delete_user, mia.id)
    assert await database.read(list_tokens) == []


async def test_a_pk_may_be_chosen_and_stays_where_a_token_is_replaced(database: Database) -> None:
    mia = await database.run(make_user)
    assert (await database.run(make_token, mia.id, pk="chosen")).pk == "chosen"
    assert (await database.run(make_token, mia.id, "ci", "k2", pk="another", replace=True)).pk == "chosen"


async def test_a_change_leaves_the_rest_and_the_others_alone(database: Database) -> None:
    mia = await database.run(make_user)
    made, other = await database.run(make_token, mia.id), await database.run(make_token, mia.id, "other", "k2")
    await database.run(touch_token, "ci", after(5))
    given = {"identifier": "new", "intent": "app_password", "description": "x", "expires": after(9), "expiring": False}
    changed = await database.run(update_token, made.pk, **given)
    assert changed == msgspec.structs.replace(made, last_used=after(5), **given)
    assert await database.run(update_token, made.pk) == changed
    assert await database.run(update_token, made.pk, expires=None) == msgspec.structs.replace(changed, expires=None)
    assert await database.read(get_token, "other") == other


async def test_another_key_makes_the_old_one_worthless(database: Database) -> None:
    mia = await database.run(make_user)
    made = await database.run(make_token, mia.id)
    changed = await database.run(update_token, made.pk, key_hash="k2")
    assert await database.read(find_token, "k1", NOW) is None
    assert await database.read(find_token, "k2", NOW) == changed


async def test_a_change_takes_nobodys_name_or_key(database: Database) -> None:
    mia = await database.run(make_user)
    made, other = await database.run(make_token, mia.id), await database.run(make_token, mia.id, "other", "k2")
    for taken in ({"identifier": "other"}, {"key_hash": "k2"}):
        with pytest.raises(NameTaken):
            await database.run(update_token, made.pk, **taken)
    assert await database.run(update_token, made.pk, identifier="ci", key_hash="k1") == made
    assert await database.read(list_tokens) == [made, other]


async def test_what_of_a_token_cannot_be_changed(database: Database) -> None:
    mia = await database.run(make_user)
    made = await database.run(make_token, mia.id)
    for values in ({"pk": "x"}, {"user_id": mia.id}, {"created": NOW}, {"last_used": NOW}, {"superuser": True}):
        with pytest.raises(TypeError):
            await database.run(update_token, made.pk, **values)
    for given in ({"description": "x"}, {}):
        with pytest.raises(NotFound):
            await database.run(update_token, "ci", **given)
    assert await database.read(list_tokens) == [made]


async def test_pages_are_of_these_users_or_of_all(database: Database) -> None:
    mia, tom = await database.run(make_user, "mia"), await database.run(make_user, "tom")
    first = await database.run(make_token, mia.id, "b", "k1", description="For CI")
    second = await database.run(make_token, tom.id, "a", "k2", intent="recovery")
    by_name = Wanted(order="identifier")
    assert await database.read(page_of_tokens, by_name) == (2, [second, first])
    assert await database.read(page_of_tokens, by_name, user_ids=[mia.id, tom.id]) == (2, [second, first])
    assert await database.read(page_of_tokens, by_name, user_ids=[mia.id]) == (1, [first])
    assert await database.read(page_of_tokens, by_name, user_ids=[]) == (0, [])
    never = Wanted(conditions=(Condition("last_used", "null", True),), order="-identifier", limit=1)
    assert await database.read(page_of_tokens, never) == (2, [first])


@pytest.mark.parametrize(("term", "found"), [("OR c", 1), ("recov", 1), ("b", 1), ("k1", 0), ("mia", 0)])
async def test_tokens_are_searched_by_what_they_are_for_and_never_by_the_key(
    database: Database, term: str, found: int
) -> None:
    mia = await database.run(make_user)
    await database.run(make_token, mia.id, "b", "k1", description="For CI")
    await database.run(make_token, mia.id, "a", "k2", intent="recovery")
    assert (await database.read(page_of_tokens, Wanted(terms=(term,))))[0] == found


async def test_a_token_is_found_by_what_never_changes(database: Database) -> None:
    mia = await database.run(make_user)
    token = await database.run(make_token, mia.id)
    renamed = await database.run(update_token, token.pk, identifier="other")
    assert await database.read(token_of, token.pk) == renamed
    assert await database.read(token_of, "ci") is None


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("", ["ci", "deploy", "phone"]),
        ("EPLO", ["deploy"]),
        ("pipeline", ["ci"]),
        ("mia", ["ci", "deploy"]),
        ("tom@", ["phone"]),
        ("k1", []),
        ("%", []),
    ],
)
async def test_tokens_are_searched_by_their_own_words_and_their_owners(
    database: Database, search: str, found: list[str]
) -> None:
    mia, tom = await database.run(make_user, "mia"), await database.run(make_user, "tom", email="tom@example.org")
    await database.run(make_token, mia.id, "ci", "k1", description="For the pipeline")
    await database.run(make_token, mia.id, "deploy", "k2")
    await database.run(make_token, tom.id, "phone", "k3")
    count, page = await database.read(page_of_tokens, Wanted(order="identifier"), search=search)
    assert (count, [token.identifier for token in page]) == (len(found), found)
    nobodys = await database.read(page_of_tokens, Wanted(), user_ids=[], search=search)
    assert nobodys == (0, [])
