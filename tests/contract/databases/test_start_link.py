"""The link that makes the first administrator: one at a time, good once, and for a day."""

import asyncio
from collections import Counter
from typing import Any

import pytest
from sqlalchemy import Connection

from tests.contract.databases.make import NOW, after, make_user
from watchword.administration.first_administrator import (
    LIFE,
    AlreadyAdministered,
    StartLinkRefused,
    make_first,
    offer_link,
    require_link,
)
from watchword.administration.superusers import ADMINS, make_administrator, welcome_administrator
from watchword.errors import FieldsInvalid
from watchword.storage.database import Database
from watchword.storage.events import list_events
from watchword.storage.groups import groups_of
from watchword.storage.install import get_fact
from watchword.storage.listing import Wanted
from watchword.storage.start_link import drop_start_link, place_start_link, start_link_counts, take_start_link
from watchword.storage.users import can_be_administered, find_user, page_of_users, update_user

HASH, OTHER_HASH = "a" * 64, "b" * 64
END = after(LIFE.total_seconds())


def first(conn: Connection, /, name: str = "ada", token_hash: str = HASH, **values: Any) -> str:
    made = make_first(
        conn, token_hash, username=name, password_hash="hash", now=NOW, **{"address": "192.0.2.1", **values}
    )
    return made.username


def administrator(conn: Connection, /, name: str = "ada", **values: Any) -> int:
    made = make_user(conn, name, **values)
    make_administrator(conn, made)
    return made.id


async def test_a_link_counts_for_its_token_and_until_its_end(database: Database) -> None:
    assert not await database.read(start_link_counts, HASH, NOW)
    await database.run(place_start_link, HASH, END)
    assert await database.read(start_link_counts, HASH, NOW)
    assert await database.read(start_link_counts, HASH, after(LIFE.total_seconds() - 1))
    assert not await database.read(start_link_counts, HASH, END)
    for wrong in (OTHER_HASH, HASH[:-1], HASH + "a", "", "ä"):
        assert not await database.read(start_link_counts, wrong, NOW)
        assert not await database.run(take_start_link, wrong, NOW)


async def test_a_link_is_taken_once(database: Database) -> None:
    await database.run(place_start_link, HASH, END)
    assert not await database.run(take_start_link, HASH, END)
    assert await database.run(take_start_link, HASH, NOW)
    assert not await database.run(take_start_link, HASH, NOW)
    assert not await database.read(start_link_counts, HASH, NOW)


async def test_a_new_link_takes_the_place_of_the_old_one(database: Database) -> None:
    await asyncio.gather(*(database.run(place_start_link, one, END) for one in (HASH, OTHER_HASH)))
    counting = [one for one in (HASH, OTHER_HASH) if await database.read(start_link_counts, one, NOW)]
    assert len(counting) == 1
    await database.run(place_start_link, HASH, END)
    assert not await database.read(start_link_counts, OTHER_HASH, NOW)
    await database.run(drop_start_link)
    assert not await database.read(start_link_counts, HASH, NOW)


async def test_of_requests_at_once_one_takes_the_link(database: Database) -> None:
    await database.run(place_start_link, HASH, END)
    taken = await asyncio.gather(*(database.run(take_start_link, HASH, NOW) for _ in range(8)))
    assert Counter(taken) == {True: 1, False: 7}


async def test_whoever_read_the_link_before_another_took_it_is_too_late(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await database.run(place_start_link, HASH, END)
    read = await database.read(get_fact, "start_link")
    monkeypatch.setattr("watchword.storage.start_link.get_fact", lambda *_: read)
    assert [await database.run(take_start_link, HASH, NOW) for _ in range(3)] == [True, False, False]


async def test_of_requests_at_once_one_makes_an_administrator(database: Database) -> None:
    assert await database.run(offer_link, HASH, NOW)
    works = [database.run(first, f"ada-{number}") for number in range(6)]
    ends = await asyncio.gather(*works, return_exceptions=True)
    made = [end for end in ends if isinstance(end, str)]
    assert len(made) == 1
    assert Counter(type(end) for end in ends if not isinstance(end, str)) == {AlreadyAdministered: 5}
    assert (await database.read(page_of_users, Wanted()))[0] == 1
    user = await database.read(find_user, username=made[0])
    assert user is not None
    assert [group.name for group in await database.read(groups_of, user.id)] == [ADMINS]
    [event] = await database.read(list_events)
    assert (event.action, event.user_id, event.client_ip) == ("administrator_created", user.id, "192.0.2.1")
    assert event.message == f"{made[0]} became an administrator by the link printed at start"


async def test_a_name_that_is_taken_leaves_the_link_as_it_is(database: Database) -> None:
    await database.run(make_user, "ada", password_hash="hers")
    await database.run(offer_link, HASH, NOW)
    with pytest.raises(FieldsInvalid) as error:
        await database.run(first, "Ada")
    assert error.value.errors == {"username": ["Username is already taken."]}
    assert await database.run(first, "grace") == "grace"
    found = await database.read(find_user, username="ada")
    assert found is not None
    assert found.password_hash == "hers"
    assert not await database.read(groups_of, found.id)


async def test_an_administrator_without_a_password_gets_this_one(database: Database) -> None:
    """As the settings make one for a token alone."""
    made = await database.run(administrator, "akadmin")
    await database.run(offer_link, HASH, NOW)
    assert await database.run(first, "akadmin") == "akadmin"
    found = await database.read(find_user, username="akadmin")
    assert found is not None
    assert (found.id, found.password_hash, found.password_changed) == (made, "hash", NOW)


@pytest.mark.parametrize("change", [{"is_active": False}, {"password_hash": "there is one"}])
async def test_another_account_is_never_taken_over(database: Database, change: dict[str, Any]) -> None:
    pk = await database.run(administrator, "akadmin")
    await database.run(update_user, pk, **change)
    await database.run(place_start_link, HASH, END)
    with pytest.raises((FieldsInvalid, AlreadyAdministered)):
        await database.run(first, "akadmin")
    found = await database.read(find_user, username="akadmin")
    assert found is not None
    assert found.password_hash == change.get("password_hash")


async def test_who_can_administer_is_active_has_a_password_and_is_a_superuser(database: Database) -> None:
    assert not await database.read(can_be_administered)
    await database.run(make_user, "mia", password_hash="hash")
    pk = await database.run(administrator)
    assert not await database.read(can_be_administered)
    await database.run(update_user, pk, password_hash="hash", is_active=False)
    assert not await database.read(can_be_administered)
    await database.run(update_user, pk, is_active=True)
    assert await database.read(can_be_administered)


async def test_where_somebody_administers_no_link_counts(database: Database) -> None:
    await database.run(offer_link, HASH, NOW)
    await database.run(administrator, password_hash="hash")
    with pytest.raises(AlreadyAdministered):
        await database.read(require_link, HASH, NOW)
    with pytest.raises(AlreadyAdministered):
        await database.run(first, "eve")
    assert not await database.run(offer_link, OTHER_HASH, NOW)
    for one in (HASH, OTHER_HASH):
        assert not await database.read(start_link_counts, one, NOW)


async def test_a_link_that_does_not_count_makes_nobody(database: Database) -> None:
    await database.run(offer_link, HASH, NOW)
    with pytest.raises(StartLinkRefused):
        await database.read(require_link, OTHER_HASH, NOW)
    with pytest.raises(StartLinkRefused):
        await database.run(first, token_hash=OTHER_HASH)
    with pytest.raises(StartLinkRefused):
        await database.run(first, token_hash="")
    assert (await database.read(page_of_users, Wanted()))[0] == 0
    await database.read(require_link, HASH, NOW)


async def test_an_administrator_made_by_a_command_voids_the_link(database: Database) -> None:
    await database.run(offer_link, HASH, NOW)

    def command(conn: Connection) -> None:
        welcome_administrator(conn, make_user(conn, "ada"), way="a command", now=NOW)

    await database.run(command)
    assert not await database.read(start_link_counts, HASH, NOW)
