"""Users: who is who, and who may not take whose name."""

from typing import Any

import pytest
from sqlalchemy import Connection

from tests.contract.databases.make import NOW, after, make_device, make_session, make_user
from tests.sessions import find_session
from watchword.errors import NotFound, UsernameTaken
from watchword.storage.authenticators import authenticators_of
from watchword.storage.database import Database
from watchword.storage.devices import SMSDevice
from watchword.storage.events import list_events, write_event
from watchword.storage.user_lists import count_users, list_users
from watchword.storage.users import (
    User,
    UserField,
    create_user,
    delete_user,
    find_user,
    get_user,
    identify_user,
    is_still_there,
    update_user,
)


async def test_a_user_comes_back_as_created(database: Database) -> None:
    created = await database.run(
        create_user,
        username="mia",
        now=NOW,
        name="Mia Müller",
        email="mia@example.org",
        password_hash="$argon2id$",
        attributes={"upn": "mia@corp", "nested": {"list": [1, None, True]}},
        is_active=False,
        path="users/staff",
        type="external",
    )
    assert created == User(
        id=created.id,
        uuid=created.uuid,
        username="mia",
        name="Mia Müller",
        email="mia@example.org",
        password_hash="$argon2id$",
        is_active=False,
        attributes={"upn": "mia@corp", "nested": {"list": [1, None, True]}},
        last_updated=NOW,
        path="users/staff",
        type="external",
        date_joined=NOW,
        password_changed=NOW,
    )
    assert await database.read(get_user, created.id) == created


async def test_defaults_are_authentiks(database: Database) -> None:
    user = await database.run(make_user)
    assert (user.name, user.email, user.path, user.type, user.is_active) == ("", "", "users", "internal", True)
    assert (user.password_hash, user.attributes, user.last_login, user.password_changed) == (None, {}, None, None)


@pytest.mark.parametrize("other", ["mia", "MIA", "ｍｉａ"])
async def test_a_name_is_taken_however_it_is_written(database: Database, other: str) -> None:
    mia = await database.run(make_user, "mia")
    with pytest.raises(UsernameTaken) as caught:
        await database.run(make_user, other)
    assert (caught.value.code, caught.value.status) == ("username_taken", 400)
    tom = await database.run(make_user, "tom")
    with pytest.raises(UsernameTaken):
        await database.run(update_user, tom.id, username=other)
    assert await database.read(list_users) == [mia, tom]


async def test_after_a_taken_name_the_transaction_goes_on(database: Database) -> None:
    def unit(conn: Connection) -> User:
        make_user(conn, "mia")
        with pytest.raises(UsernameTaken):
            make_user(conn, "mia")
        return make_user(conn, "tom")

    assert (await database.run(unit)).username == "tom"
    assert await database.read(count_users) == 2


async def test_find_user_goes_by_the_very_name(database: Database) -> None:
    mia = await database.run(make_user, "Mia")
    assert await database.read(find_user, username="Mia") == mia
    assert await database.read(find_user, username="mia") is None
    assert await database.read(find_user, username="") is None


@pytest.mark.parametrize(
    ("identifier", "fields", "case_insensitive", "found"),
    [
        ("Mia", ["username"], True, True),
        ("mia", ["username"], True, True),
        ("mia", ["username"], False, False),
        ("Mia", ["username"], False, True),
        ("Mia@Example.org", ["email"], False, True),
        ("mia@example.ORG", ["email"], True, True),
        ("mia@example.org", ["email"], False, False),
        ("MÜLLER@corp", ["upn"], True, True),
        ("müller@corp", ["upn"], False, True),
        ("MÜLLER@corp", ["upn"], False, False),
        ("müller@corp", ["username", "email"], True, False),
        ("müller@corp", ["username", "email", "upn"], True, True),
        ("Mia", [], True, False),
        ("", ["username", "email", "upn"], True, False),
        ("nobody", ["username", "email", "upn"], True, False),
        ("%", ["username", "email", "upn"], True, False),
    ],
)
async def test_identify_user(
    database: Database, identifier: str, fields: list[Any], case_insensitive: bool, found: bool
) -> None:
    mia = await database.run(make_user, "Mia", email="Mia@Example.org", attributes={"upn": "müller@corp"})
    await database.run(make_user, "tom", email="", attributes={"upn": ""})
    assert await database.read(identify_user, identifier, fields, case_insensitive) == (mia if found else None)


async def test_the_fields_count_in_their_order(database: Database) -> None:
    mia = await database.run(make_user, "mia", email="tom")
    tom = await database.run(make_user, "tom")
    assert await database.read(identify_user, "tom", ["username", "email"]) == tom
    assert await database.read(identify_user, "tom", ["email", "username"]) == mia


async def test_nobody_takes_an_address_over_by_copying_it(database: Database) -> None:
    owner = await database.run(make_user, "mia", email="mia@example.org")
    await database.run(make_user, "eve", email="mia@example.org")
    assert await database.read(identify_user, "mia@example.org", ["email"]) == owner
    exact = await database.run(make_user, "ada", email="MIA@example.org")
    assert await database.read(identify_user, "MIA@example.org", ["email"]) == exact


async def test_inactive_users_are_identified_too(database: Database) -> None:
    """Whoever asks must treat them like a wrong password, in the same time."""
    mia = await database.run(make_user, is_active=False)
    assert await database.read(identify_user, "mia", ["username"]) == mia


async def test_an_update_changes_what_lookups_see(database: Database) -> None:
    user = await database.run(make_user, "mia", email="old@example.org", attributes={"upn": "old@corp"})
    changed = await database.run(
        update_user, user.id, username="Maya", email="New@example.org", attributes={"upn": "new@corp"}, last_login=NOW
    )
    assert (changed.username, changed.email, changed.last_login) == ("Maya", "New@example.org", NOW)
    new: list[tuple[str, UserField]] = [("maya", "username"), ("new@example.org", "email"), ("new@corp", "upn")]
    for identifier, field in new:
        assert await database.read(identify_user, identifier, [field]) == changed
    old: list[tuple[str, UserField]] = [("mia", "username"), ("old@example.org", "email"), ("old@corp", "upn")]
    for identifier, field in old:
        assert await database.read(identify_user, identifier, [field]) is None
    cleared = await database.run(update_user, user.id, attributes={"upn": 5})
    assert await database.read(identify_user, "new@corp", ["upn"]) is None
    assert cleared.attributes == {"upn": 5}


async def test_an_update_leaves_other_users_and_fields_alone(database: Database) -> None:
    mia, tom = await database.run(make_user, "mia"), await database.run(make_user, "tom")
    changed = await database.run(update_user, mia.id, name="Mia")
    assert await database.read(get_user, tom.id) == tom
    assert (changed.username, changed.date_joined, changed.uuid) == (mia.username, mia.date_joined, mia.uuid)
    assert await database.run(update_user, mia.id) == changed


async def test_what_cannot_be_updated(database: Database) -> None:
    mia = await database.run(make_user)
    for values in ({"id": 5}, {"uuid": "x"}, {"date_joined": NOW}, {"superuser": True}, {"username_key": "tom"}):
        with pytest.raises(TypeError):
            await database.run(update_user, mia.id, **values)
    for given in ({"name": "x"}, {}):
        with pytest.raises(NotFound):
            await database.run(update_user, mia.id + 1, **given)


async def test_a_name_keeps_its_owner_when_he_writes_it_anew(database: Database) -> None:
    mia = await database.run(make_user, "mia")
    assert (await database.run(update_user, mia.id, username="MIA")).username == "MIA"


async def test_deleting_a_user_takes_what_is_his_and_leaves_history(database: Database) -> None:
    def unit(conn: Connection) -> None:
        mia, tom = make_user(conn, "mia"), make_user(conn, "tom")
        for user, token in ((mia, "m" * 64), (tom, "t" * 64)):
            make_session(conn, token, user_id=user.id)
            make_device(conn, user.id, f"+49{user.id}")
        write_event(conn, action="login", now=NOW, user=mia)
        assert delete_user(conn, mia.id)
        assert not delete_user(conn, mia.id)
        assert find_session(conn, "m" * 64, after(1)) is None
        assert find_session(conn, "t" * 64, after(1)) is not None
        assert authenticators_of(conn, SMSDevice, mia.id) == []
        assert len(authenticators_of(conn, SMSDevice, tom.id)) == 1
        assert [(event.user_id, event.username) for event in list_events(conn)] == [(mia.id, "mia")]

    await database.run(unit)


async def test_an_id_is_never_given_a_second_time(database: Database) -> None:
    """What history says of a deleted user must not become true of the next one."""
    first = await database.run(make_user, "mia")
    await database.run(delete_user, first.id)
    second = await database.run(make_user, "mia")
    assert second.id > first.id
    assert second.uuid != first.uuid


async def test_whether_somebody_is_still_there(database: Database) -> None:
    mia, other = [await database.run(make_user, name) for name in ("mia", "other")]
    await database.run(delete_user, mia.id)
    assert not await database.run(is_still_there, mia.id)
    assert await database.run(is_still_there, other.id)
