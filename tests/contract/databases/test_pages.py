"""Pages of people and what is theirs: who is among them, and what is left out."""

import pytest
from sqlalchemy import Connection

from tests.contract.databases.make import NOW, OTHER_STAGE, STAGE, after, make_device, make_session, make_user
from watchword.errors import NameTaken, NotFound
from watchword.storage.authenticators import count_authenticators_at, delete_authenticator, page_of_authenticators
from watchword.storage.database import Database
from watchword.storage.devices import SMSDevice
from watchword.storage.events import EventRow, get_event, page_of_events, write_event
from watchword.storage.groups import (
    add_member,
    children_of,
    create_group,
    direct_groups_of,
    is_below,
    page_of_groups,
    update_group,
)
from watchword.storage.listing import Condition, Wanted
from watchword.storage.sessions import get_session, page_of_sessions
from watchword.storage.tokens import create_token, find_token, page_of_tokens, update_token
from watchword.storage.users import page_of_users, paths_of_users

ALL = Wanted()


def family(conn: Connection) -> dict[str, str]:
    """Three generations of groups, one of them for superusers, each with a member of its own name."""
    pks: dict[str, str] = {}
    for name, parent, power in (("top", None, False), ("admins", "top", True), ("night", "admins", False)):
        made = create_group(conn, name=name, is_superuser=power, parent_pk=pks[parent] if parent else None)
        pks[name] = made.pk
        add_member(conn, made.pk, make_user(conn, f"{name}-member", path=f"people/{name}").id)
    return pks


async def test_superusers_are_the_members_of_their_groups_and_of_those_below(database: Database) -> None:
    await database.run(family)
    for superusers, expected in ((True, ["admins-member", "night-member"]), (False, ["top-member"])):
        count, found = await database.read(page_of_users, ALL, superusers=superusers)
        assert (count, [user.username for user in found]) == (len(expected), expected)


async def test_people_are_found_by_the_groups_they_are_in_themselves(database: Database) -> None:
    pks = await database.run(family)
    _, found = await database.read(page_of_users, ALL, in_groups=[pks["top"], pks["night"]])
    assert [user.username for user in found] == ["top-member", "night-member"]
    assert await database.read(page_of_users, ALL, in_groups=[]) == (0, [])


async def test_groups_are_found_by_whom_they_have(database: Database) -> None:
    await database.run(family)
    [member] = (await database.read(page_of_users, Wanted(terms=("night-member",))))[1]
    _, found = await database.read(page_of_groups, ALL, with_members=[member.id])
    assert [group.name for group in found] == ["night"]
    assert await database.read(page_of_groups, ALL, with_members=[]) == (0, [])
    assert [group.name for group in await database.read(direct_groups_of, member.id)] == ["night"]


async def test_groups_know_those_below(database: Database) -> None:
    pks = await database.run(family)
    assert [group.name for group in await database.read(children_of, pks["top"])] == ["admins"]
    assert await database.read(children_of, pks["night"]) == []
    below = {(low, high) for low in pks for high in pks if await database.read(is_below, pks[low], pks[high])}
    same = {(name, name) for name in pks}
    assert below == same | {("night", "admins"), ("night", "top"), ("admins", "top")}
    assert await database.read(is_below, "unknown", pks["top"]) is False


async def test_groups_in_a_ring_end(database: Database) -> None:
    pks = await database.run(family)
    await database.run(update_group, pks["top"], parent_pk=pks["night"])
    assert await database.read(is_below, pks["top"], pks["admins"]) is True
    assert await database.read(is_below, pks["top"], "unknown") is False


async def test_paths_are_told_once(database: Database) -> None:
    await database.run(family)
    await database.run(make_user, "another", path="people/top")
    assert await database.read(paths_of_users) == ["people/admins", "people/night", "people/top"]


async def test_tokens_are_their_users_or_anybodys(database: Database) -> None:
    mia, tom = await database.run(make_user, "mia"), await database.run(make_user, "tom")
    for user in (mia, tom):
        await database.run(
            create_token, identifier=user.username, user_id=user.id, key_hash=user.username, now=NOW, expires=after(9)
        )
    assert (await database.read(page_of_tokens, ALL))[0] == 2
    assert [one.identifier for one in (await database.read(page_of_tokens, ALL, user_ids=[tom.id]))[1]] == ["tom"]
    assert await database.read(page_of_tokens, ALL, user_ids=[]) == (0, [])
    assert (await database.read(page_of_tokens, Wanted(terms=("MIA",)), user_ids=[tom.id])) == (0, [])


async def test_a_token_is_changed_and_keeps_what_never_changes(database: Database) -> None:
    mia = await database.run(make_user)
    made = [
        await database.run(create_token, identifier=name, user_id=mia.id, key_hash=name, now=NOW, pk=f"pk-{name}")
        for name in ("one", "two")
    ]
    assert [token.pk for token in made] == ["pk-one", "pk-two"]
    changed = await database.run(update_token, "pk-one", identifier="uno", key_hash="new", expires=after(60))
    assert (changed.identifier, changed.expires, changed.created) == ("uno", after(60), NOW)
    assert await database.read(find_token, "one", NOW) is None
    assert await database.read(find_token, "new", NOW) == changed
    with pytest.raises(NameTaken):
        await database.run(update_token, "pk-two", identifier="uno")
    with pytest.raises(NotFound):
        await database.run(update_token, "pk-three", identifier="tres")
    with pytest.raises(TypeError, match="user_id cannot be changed"):
        await database.run(update_token, "pk-one", user_id=7)
    assert await database.run(update_token, "pk-one") == changed


async def test_sessions_are_live_and_somebodys(database: Database) -> None:
    mia, tom = await database.run(make_user, "mia"), await database.run(make_user, "tom")
    live = await database.run(make_session, "1" * 64, user_id=mia.id, user_agent="Firefox", address="192.0.2.1")
    other = await database.run(make_session, "2" * 64, user_id=tom.id)
    over = await database.run(make_session, "3" * 64, user_id=mia.id, expires=after(5))
    nobodys = await database.run(make_session, "4" * 64)
    assert await database.read(page_of_sessions, ALL, after(5)) == (2, [live, other])
    assert await database.read(page_of_sessions, ALL, after(5), user_ids=[mia.id]) == (1, [live])
    assert await database.read(page_of_sessions, Wanted(terms=("firefox",)), after(5)) == (1, [live])
    assert await database.read(get_session, live.id, after(5)) == live
    for gone in (over, nobodys):
        assert await database.read(get_session, gone.id, after(5)) is None


async def test_events_are_found_by_what_they_say(database: Database) -> None:
    mia = await database.run(make_user)
    await database.run(write_event, action="login", now=NOW, user=mia, client_ip="192.0.2.1")
    await database.run(write_event, action="logout", now=after(1), message="Ended", context={"model": {"pk": "a"}})
    count, [first, second] = await database.read(page_of_events, ALL)
    assert (count, first.action, second.action) == (2, "login", "logout")
    for wanted, expected in (
        (Wanted(terms=("mia",)), first),
        (Wanted(terms=("192.0.2",)), first),
        (Wanted(terms=("ended",)), second),
        (Wanted(conditions=(Condition("context", "holds", {"model": {"pk": "a"}}),)), second),
        (Wanted(conditions=(Condition("created", "after", NOW),)), second),
    ):
        assert await database.read(page_of_events, wanted) == (1, [expected])
    assert isinstance(await database.read(get_event, first.uuid), EventRow)
    assert await database.read(get_event, "unknown") is None


async def test_devices_are_counted_where_they_were_enrolled(database: Database) -> None:
    mia, tom = await database.run(make_user, "mia"), await database.run(make_user, "tom")
    first = await database.run(make_device, mia.id, "+4917612345671", stage_pk=STAGE)
    second = await database.run(make_device, tom.id, "+4917612345672", stage_pk=STAGE)
    assert await database.read(count_authenticators_at, SMSDevice, STAGE) == 2
    assert await database.read(count_authenticators_at, SMSDevice, OTHER_STAGE) == 0
    assert await database.read(page_of_authenticators, SMSDevice, ALL) == (2, [first, second])
    assert await database.read(page_of_authenticators, SMSDevice, ALL, user_id=tom.id) == (1, [second])
    await database.run(delete_authenticator, SMSDevice, first.id)
    assert await database.read(count_authenticators_at, SMSDevice, STAGE) == 1
