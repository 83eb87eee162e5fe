"""Who comes, and with which rights: nobody becomes an administrator by an import that nobody asked for it."""

from typing import Any

import pytest
from sqlalchemy import Connection

from tests.unit.migration.imports import NOW, Imports, line
from tests.unit.migration.world import group, pk, user
from watchword.administration.superusers import ADMINS, make_administrator, welcome_administrator
from watchword.storage.groups import add_member, create_group, find_group, get_group, groups_of, is_superuser
from watchword.storage.users import User, create_user, find_user, get_user


async def person(imports: Imports, username: str) -> User:
    found = await imports.database.read(find_user, username=username)
    assert found is not None
    return found


async def superusers(imports: Imports) -> set[str]:
    def unit(conn: Connection) -> set[str]:
        rows = conn.exec_driver_sql("SELECT id, username FROM users").all()
        return {name for number, name in rows if is_superuser(conn, number)}

    return await imports.database.read(unit)


def add(imports: Imports, path: str, *found: dict[str, Any]) -> None:
    imports.authentik.lists[path].extend(found)


@pytest.fixture
def chief(imports: Imports) -> None:
    """A superuser in authentik, by a group of another name and one above it."""
    add(imports, "/core/groups/", group("chiefs", is_superuser=True), group("deputies", "chiefs"))
    add(imports, "/core/users/", user(600, "chief", is_superuser=True, groups=[pk("group chiefs")]))
    add(imports, "/core/users/", user(601, "deputy", is_superuser=True, groups=[pk("group deputies")]))


async def test_superusers_come_as_ordinary_people(imports: Imports, chief: None) -> None:
    report = await imports.run()
    assert await superusers(imports) == set()
    assert "--with-superusers" in line(report, "group", "chiefs").why[0]
    assert await imports.database.read(groups_of, (await person(imports, "deputy")).id)


async def test_superusers_come_where_they_are_asked_for(imports: Imports, chief: None) -> None:
    report = await imports.run(with_superusers=True)
    assert await superusers(imports) == {"chief", "deputy"}
    assert line(report, "group", "chiefs").whole


async def test_the_group_of_administrators_comes_under_another_name(imports: Imports) -> None:
    """Whoever opens the start link after the import makes the group of that name one for superusers."""
    add(imports, "/core/users/", user(600, "chief", groups=[pk("group authentik Admins")]))
    await imports.run()
    assert await imports.database.read(find_group, name=ADMINS) is None

    def first(conn: Connection) -> None:
        akadmin = create_user(conn, username="akadmin", now=NOW)
        welcome_administrator(conn, akadmin, way="a test", now=NOW)

    await imports.database.run(first)
    assert await superusers(imports) == {"akadmin"}


@pytest.mark.parametrize("overwrite", [False, True])
async def test_nobody_comes_into_a_group_for_superusers_here(imports: Imports, overwrite: bool) -> None:
    def mine(conn: Connection) -> None:
        create_group(conn, name="berlin", is_superuser=True)

    await imports.database.run(mine)
    report = await imports.run(overwrite=overwrite)
    assert await superusers(imports) == set()
    assert line(report, "group", "berlin").fate == ("kept", "left out", "updated")[2 if overwrite else 1]
    assert not line(report, "user", "person2").whole


async def test_no_group_comes_below_one_for_superusers_here(imports: Imports) -> None:
    await imports.run(parts=frozenset({"groups"}))

    def promoted(conn: Connection) -> None:
        conn.exec_driver_sql("UPDATE user_group SET is_superuser = 1 WHERE name = 'staff'")

    await imports.database.run(promoted)
    add(imports, "/core/groups/", group("hamburg", "staff"))
    report = await imports.run()
    new = await imports.database.read(get_group, pk("group hamburg"))
    assert new is not None
    assert new.parent_pk is None
    assert "superusers" in line(report, "group", "hamburg").why[0]


@pytest.mark.parametrize("overwrite", [False, True])
async def test_akadmin_here_is_never_touched(imports: Imports, overwrite: bool) -> None:
    def mine(conn: Connection) -> User:
        made = create_user(conn, username="akadmin", now=NOW, password_hash="his own")
        make_administrator(conn, made)
        return made

    before = await imports.database.run(mine)
    report = await imports.run(overwrite=overwrite, with_superusers=True)
    assert await imports.database.read(get_user, before.id) == before
    assert line(report, "user", "akadmin").fate == "left out"


async def test_akadmin_by_another_name_in_authentik_does_not_change_ours(imports: Imports) -> None:
    def mine(conn: Connection) -> User:
        return create_user(conn, username="akadmin", now=NOW, uuid=pk("user boss"))

    before = await imports.database.run(mine)
    add(imports, "/core/users/", user(600, "boss"))
    await imports.run(overwrite=True, with_superusers=True)
    assert await imports.database.read(get_user, before.id) == before


@pytest.mark.parametrize("name", ["person3", "PERSON3"])
async def test_somebody_else_of_the_same_name_stays_who_he_is(imports: Imports, name: str) -> None:
    """Nor does he get the phone of the other: it would be his second factor."""
    mine = await imports.database.run(create_user, username=name, now=NOW, password_hash="his own")
    report = await imports.run()
    assert await imports.database.read(get_user, mine.id) == mine
    assert line(report, "user", "person3").fate == "left out"
    assert not (await imports.state())["sms_device"][1:]


async def test_with_overwrite_he_is_taken_for_the_same_and_keeps_his_password(imports: Imports) -> None:
    mine = await imports.database.run(create_user, username="person3", now=NOW, password_hash="his own")
    report = await imports.run(overwrite=True)
    after = await person(imports, "person3")
    assert (after.id, after.name, after.password_hash) == (mine.id, "Person3", "his own")
    assert line(report, "phone", "+44 ••• ••56 of person3").fate == "created"
    assert not (await imports.run(overwrite=True)).changed


async def test_a_superuser_here_is_not_changed_even_so(imports: Imports) -> None:
    def mine(conn: Connection) -> User:
        made = create_user(conn, username="person3", now=NOW, password_hash="his own")
        make_administrator(conn, made)
        return made

    before = await imports.database.run(mine)
    report = await imports.run(overwrite=True)
    assert await imports.database.read(get_user, before.id) == before
    assert line(report, "user", "person3").fate == "kept"


async def test_somebody_who_was_made_inactive_there_loses_his_sessions_with_overwrite(imports: Imports) -> None:
    await imports.run()
    imports.authentik.lists["/core/users/"][-1]["is_active"] = False
    name = imports.authentik.lists["/core/users/"][-1]["username"]
    assert line(await imports.run(), "user", name).why == ("He differs here in is_active, and stays so.",)
    await imports.run(overwrite=True)
    assert not (await person(imports, name)).is_active


async def test_service_accounts_come_where_they_are_asked_for_and_outposts_never(imports: Imports) -> None:
    report = await imports.run()
    assert line(report, "user", "robot").fate == line(report, "user", "ak-outpost-1").fate == "left out"
    report = await imports.run(with_service_accounts=True)
    assert line(report, "user", "robot").fate == "created"
    assert line(report, "user", "ak-outpost-1").fate == "left out"
    assert (await person(imports, "robot")).type == "service_account"


@pytest.mark.parametrize(
    "wrong",
    [
        {"username": ""},
        {"username": 5},
        {"attributes": "text"},
        {"path": "/x/"},
        {"type": "alien"},
        {"email": "x" * 300},
        {"pk": "5"},
        {"uuid": None, "uid": None},
        {"name": "with \x00"},
        {"attributes": {"deep": {"with": "\x00"}}},
        {"attributes": {"number": 2**70}},
    ],
)
async def test_a_user_who_cannot_be_here_is_left_out_alone(imports: Imports, wrong: dict[str, Any]) -> None:
    add(imports, "/core/users/", {**user(600, "odd"), **wrong})
    report = await imports.run()
    assert [one.fate for one in report.lines if one.kind == "user"].count("created") == 8


async def test_an_old_version_without_uuids_has_the_same_people_each_time(imports: Imports) -> None:
    for one in imports.authentik.lists["/core/users/"]:
        del one["uuid"]
    await imports.run()
    assert not (await imports.run()).changed


async def test_members_are_known_from_groups_too(imports: Imports) -> None:
    for one in imports.authentik.lists["/core/users/"]:
        del one["groups"]
    imports.authentik.lists["/core/groups/"][2]["users"] = [2, 3, True, "4"]
    await imports.run()
    found = await imports.database.read(groups_of, (await person(imports, "person3")).id)
    assert [one.name for one in found] == ["staff"]


async def test_of_several_groups_above_the_first_counts(imports: Imports) -> None:
    add(imports, "/core/groups/", group("both", "staff", "berlin"))
    report = await imports.run()
    both = await imports.database.read(get_group, pk("group both"))
    assert both is not None
    assert both.parent_pk == pk("group staff")
    assert "first of its parents" in line(report, "group", "both").why[0]


async def test_groups_in_a_ring_come_without_one(imports: Imports) -> None:
    add(imports, "/core/groups/", group("one", "two"), group("two", "one"))
    await imports.run()
    one, two = [await imports.database.read(get_group, pk(f"group {name}")) for name in ("one", "two")]
    assert one is not None
    assert two is not None
    assert (one.parent_pk, two.parent_pk) == (None, pk("group one"))


@pytest.mark.parametrize("wrong", [{"pk": "x"}, {"name": ""}, {"attributes": []}, {"is_superuser": "perhaps"}])
async def test_a_group_that_cannot_be_here_is_left_out_alone(imports: Imports, wrong: dict[str, Any]) -> None:
    add(imports, "/core/groups/", {**group("odd"), **wrong})
    report = await imports.run()
    assert report.counts()["group"] == {"created": 3, "left out": 1}


async def test_who_left_a_group_here_does_not_come_back_unasked(imports: Imports) -> None:
    await imports.run()

    def leave(conn: Connection) -> None:
        conn.exec_driver_sql("DELETE FROM membership")

    await imports.database.run(leave)
    report = await imports.run()
    assert line(report, "user", "person2").why == ("He differs here in groups, and stays so.",)
    await imports.run(overwrite=True)
    assert await imports.database.read(groups_of, (await person(imports, "person2")).id)


async def test_groups_that_he_has_here_besides_stay(imports: Imports) -> None:
    await imports.run()
    number = (await person(imports, "person2")).id

    def join(conn: Connection) -> None:
        add_member(conn, create_group(conn, name="club").pk, number)

    await imports.database.run(join)
    await imports.run(overwrite=True)
    assert "club" in [one.name for one in await imports.database.read(groups_of, number)]
