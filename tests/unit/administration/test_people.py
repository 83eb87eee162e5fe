"""Users and groups: what is wrong is said, nobody is locked out, and events tell names of fields, never values."""

from typing import Any

import pytest
from sqlalchemy import Connection

from tests.contract.databases.make import make_session
from tests.unit.administration.bench import NOW, Office
from watchword.administration import groups, users
from watchword.administration.superusers import ADMINS, LAST
from watchword.errors import NotFound
from watchword.storage.groups import Group, create_group, find_group, groups_of, members_of
from watchword.storage.sessions import sessions_of
from watchword.storage.users import User, get_user, update_user

NOWHERE = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"


async def group(office: Office, name: str = "people") -> Group:
    return await office.run(create_group, name=name)


async def change(office: Office, name: str, /, **values: Any) -> User:
    return await office.run(users.change, office.people[name], values, by=office.by("ada"), now=NOW)


async def admins(office: Office) -> Group:
    found = await office.run(find_group, name=ADMINS)
    assert found is not None
    return found


async def test_a_user_is_created_in_groups(office: Office) -> None:
    people = await group(office)
    given = {"username": "mia", "name": "Mia", "groups": [people.pk], "roles": []}
    made = await office.run(users.create, given, by=office.by("ada"), now=NOW)
    assert [one.name for one in await office.run(groups_of, made.id)] == ["people"]
    [event] = await office.events("model_created")
    assert (event.username, event.context["model"]["name"]) == ("ada", "mia")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"username": "oscar"}, {"username": [users.UNIQUE]}),
        ({"email": "no address"}, {"email": ["Enter a valid email address."]}),
        ({"groups": [NOWHERE]}, {"groups": [f'Invalid pk "{NOWHERE}" - object does not exist.']}),
        ({"type": "internal_service_account"}, {"type": ["Can't change internal service account to other user type."]}),
    ],
)
async def test_what_is_wrong_with_a_user_is_said_and_nothing_changes(office: Office, values: Any, said: Any) -> None:
    olivia, by = office.people["olivia"], office.by("ada")
    assert await office.refused(users.change, olivia, values, by=by, now=NOW) == said
    assert await office.refused(users.create, {"username": "new", "name": "", **values}, by=by, now=NOW) == said
    assert await office.run(get_user, olivia.id) == olivia


async def test_an_event_names_fields_and_never_values(office: Office) -> None:
    people = await group(office)
    secret = {"pin": "s3cret-4711"}
    await change(office, "olivia", name="Olivia", username="olivia", attributes=secret, groups=[people.pk])
    [event] = await office.events("model_updated")
    assert event.context["fields"] == ["attributes", "name", "groups"]
    assert "s3cret" not in repr(event)


async def test_whoever_is_made_inactive_has_no_session_left(office: Office) -> None:
    for number, name in enumerate(("olivia", "oscar")):
        await office.run(make_session, str(number) * 64, user_id=office.people[name].id)
    await change(office, "olivia", is_active=False)
    assert await office.run(sessions_of, office.people["olivia"].id, NOW) == []
    assert len(await office.run(sessions_of, office.people["oscar"].id, NOW)) == 1


async def test_an_inactive_administrator_is_none(office: Office) -> None:
    """So he cannot be the one who is left."""
    await change(office, "oscar", groups=[(await admins(office)).pk])
    await office.run(update_user, office.people["oscar"].id, is_active=False)
    ada, by = office.people["ada"], office.by("ada")
    assert await office.refused(users.remove, ada, by=by, now=NOW) == {"non_field_errors": [LAST]}
    await office.run(update_user, office.people["oscar"].id, is_active=True)
    await office.run(users.remove, ada, by=office.by("oscar"), now=NOW)
    assert await office.run(get_user, ada.id) is None


async def test_a_group_that_makes_superusers_from_above_is_not_lost(office: Office) -> None:
    """The administrators' own group is for nobody; the power comes from the one it stands below."""
    by, below = office.by("ada"), await admins(office)

    def lift(conn: Connection) -> Group:
        top = groups.create(conn, {"name": "top", "is_superuser": True}, by=by, now=NOW)
        groups.change(conn, below, {"parents": [top.pk], "is_superuser": False}, by=by, now=NOW)
        return top

    top, last = await office.run(lift), {"non_field_errors": [LAST]}
    assert await office.refused(groups.change, below, {"parents": []}, by=by, now=NOW) == last
    assert await office.refused(groups.change, top, {"is_superuser": False}, by=by, now=NOW) == last
    assert await office.refused(groups.remove, top, by=by, now=NOW) == last
    assert await office.refused(groups.leave, below, by.user.id, by=by, now=NOW) == last


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"name": "taken"}, {"name": ["Group with this name already exists."]}),
        ({"parents": [NOWHERE]}, {"parents": [f'Invalid pk "{NOWHERE}" - object does not exist.']}),
        ({"users": [999]}, {"users": ['Invalid pk "999" - object does not exist.']}),
    ],
)
async def test_what_is_wrong_with_a_group_is_said(office: Office, values: Any, said: Any) -> None:
    await group(office, "taken")
    people, by = await group(office), office.by("ada")
    assert await office.refused(groups.change, people, values, by=by, now=NOW) == said
    assert await office.refused(groups.create, {"name": "new", **values}, by=by, now=NOW) == said
    assert await office.run(find_group, name="new") is None


async def test_people_join_and_leave_and_strangers_do_not(office: Office) -> None:
    people, by = await group(office), office.by("ada")
    await office.run(groups.join, people, office.people["oscar"].id, by=by, now=NOW)
    assert [user.username for user in await office.run(members_of, people.pk)] == ["oscar"]
    await office.run(groups.leave, people, office.people["oscar"].id, by=by, now=NOW)
    assert await office.run(members_of, people.pk) == []
    for deed in (groups.join, groups.leave):
        with pytest.raises(NotFound):
            await office.run(deed, people, 999, by=by, now=NOW)
