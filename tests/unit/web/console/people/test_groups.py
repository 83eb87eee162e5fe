"""Groups in a list, and one group's page: its members come and go."""

import pytest

from tests.people import OTHER, OWNER, STRANGER
from tests.unit.web.client import Visitor
from tests.unit.web.console.people.people import (
    GROUPS,
    HOSTILE,
    USERS,
    another_superuser,
    count,
    crowd,
    events,
    firsts,
    link,
    make_group,
    said,
    table,
    user_page,
)
from tests.unit.web.forms import fill, filled, send
from tests.unit.web.house import House
from tests.unit.web.test_devices import LATER, user
from watchword.storage.groups import Group, add_member, create_group


def page_of(group: Group) -> str:
    return f"{GROUPS}{group.pk}/"


async def members(house: House, group: Group) -> list[str]:
    query = "SELECT username FROM users JOIN membership ON user_id = id WHERE group_pk = :pk ORDER BY username"
    return [row["username"] for row in await house.rows(query, pk=group.pk)]


async def add(admin: Visitor, group: Group, name: str) -> int:
    return (await fill(admin, page_of(group), f"{page_of(group)}members/", member=name)).status


async def test_the_list_says_who_is_in_them_and_what_they_grant(house: House, admin: Visitor) -> None:
    staff = await make_group(house, "staff", OWNER, OTHER)
    chiefs = await make_group(house, "chiefs", is_superuser=True)
    await make_group(house, "deputies", parent_pk=chiefs.pk)
    rows = {row[0]: row[1:] for row in table(await admin.get(GROUPS))}
    assert rows["staff"] == ["2", "", ""]
    assert rows["chiefs"] == ["0", "Superusers", ""]
    assert rows["deputies"] == ["0", "Superusers By the group above it", "chiefs"]
    assert firsts(await admin.get(f"{GROUPS}?search=STA")) == ["staff"]
    assert "No group fits" in said(await admin.get(f"{GROUPS}?search=%25"))
    assert page_of(staff) in (await admin.get(GROUPS)).text


async def test_many_groups_come_in_pages(house: House, admin: Visitor) -> None:
    for number in range(60):
        await house.services.database.run(create_group, name=f"crowd {number:02}")
    first = await admin.get(f"{GROUPS}?search=crowd")
    second = await admin.get(link(first, "next"))
    assert firsts(first) + firsts(second) == [f"crowd {number:02}" for number in range(60)]


async def test_a_group_shows_its_members_and_where_it_stands(house: House, admin: Visitor) -> None:
    staff = await make_group(house, "staff", OWNER, OTHER)
    below = await make_group(house, "night staff", parent_pk=staff.pk)
    page = await admin.get(page_of(staff))
    assert firsts(page) == [OWNER.username, OTHER.username]
    for words in ("Rights None of its own", "Above it No group", "Below it night staff", "2 members"):
        assert words in said(page), words
    assert firsts(await admin.get(f"{page_of(staff)}?search=OLI")) == [OWNER.username]
    assert "No member fits" in said(await admin.get(f"{page_of(staff)}?search=%00nobody"))
    assert "Above it staff" in said(await admin.get(page_of(below)))
    assert "Nobody is in it yet." in said(await admin.get(page_of(below)))


async def test_many_members_come_in_pages(house: House, admin: Visitor) -> None:
    staff = await make_group(house, "staff")
    await crowd(house, 60)
    for row in await house.rows("SELECT id FROM users WHERE username LIKE 'crowd%'"):
        await house.services.database.run(add_member, staff.pk, row["id"])
    first = await admin.get(f"{page_of(staff)}?search=crowd")
    second = await admin.get(link(first, "next"))
    assert firsts(first) + firsts(second) == [f"crowd&{number:03}" for number in range(60)]


async def test_somebody_is_added_by_user_name_or_address_and_taken_out(house: House, admin: Visitor) -> None:
    staff = await make_group(house, "staff")
    await house.write("UPDATE users SET email = 'o@example.org', email_key = 'o@example.org' WHERE username = 'oscar'")
    assert [await add(admin, staff, name) for name in (" Olivia ", "O@example.org")] == [303, 303]
    assert await members(house, staff) == [OWNER.username, OTHER.username]
    assert await add(admin, staff, OWNER.username) == 303
    assert await members(house, staff) == [OWNER.username, OTHER.username]
    take_out = f"{page_of(staff)}members/{(await user(house, OWNER)).id}/remove/"
    assert take_out in (await admin.get(page_of(staff))).text
    asked = said(await admin.get(take_out))
    assert "Take olivia out of staff?" in asked
    assert "superuser" not in asked
    assert [(await admin.submit(take_out)).status for _ in range(2)] == [303, 303]
    assert await members(house, staff) == [OTHER.username]
    assert "olivia is no longer in staff." in said(await admin.get(page_of(staff)))
    assert {event["username"] for event in await events(house, "model_updated")} == {OTHER.username}


@pytest.mark.parametrize("name", [*HOSTILE, STRANGER.username, "x" * 5000])
async def test_nobody_of_a_name_is_said_where_it_was_typed(house: House, admin: Visitor, name: str) -> None:
    staff = await make_group(house, "staff")
    form = filled(await admin.get(page_of(staff)), f"{page_of(staff)}members/") | {"member": [name]}
    refused = await send(admin, f"{page_of(staff)}members/", form)
    assert refused.status == 400
    assert "There is nobody of this user name" in said(refused)
    assert filled(refused, f"{page_of(staff)}members/")["member"] == [name.strip()[:254].replace("\x00", "")]
    assert await members(house, staff) == []


async def test_superusers_are_made_by_whoever_has_just_proved_who_he_is(house: House, admin: Visitor) -> None:
    chiefs, staff = await make_group(house, "chiefs", is_superuser=True), await make_group(house, "staff")
    house.clock.pass_by(seconds=LATER)
    assert await add(admin, staff, OWNER.username) == 303
    led = await fill(admin, page_of(chiefs), f"{page_of(chiefs)}members/", member="olivia & co")
    back = f"{page_of(chiefs)}%3Fadd%3Dolivia%2520%2526%2520co"
    assert led.header("location") == f"/flows/-/reauthenticate/?next={back}"
    assert await members(house, chiefs) == []
    page = await admin.get(f"{page_of(chiefs)}?add=olivia%20%26%20co")
    assert filled(page, f"{page_of(chiefs)}members/")["member"] == ["olivia & co"]
    assert await add(await house.signed_in(OTHER), chiefs, OWNER.username) == 303


async def test_nobody_takes_himself_out_without_being_told(house: House, admin: Visitor) -> None:
    await another_superuser(house)
    [admins] = await house.rows("SELECT group_pk FROM membership WHERE user_id = :id", id=(await user(house, OTHER)).id)
    address = f"{GROUPS}{admins['group_pk']}/members/{(await user(house, OTHER)).id}/remove/"
    asked = await admin.get(address)
    assert "you lose your own rights" in said(asked)
    assert "Whoever is in no other group for superusers" in said(asked)
    assert (await admin.submit(address)).status == 400
    assert (await admin.get(USERS)).status == 200
    assert (await admin.submit(address, own="true")).status == 303
    assert (await admin.get(USERS)).status == 403


async def test_the_last_superuser_stays_in_his_group(house: House, admin: Visitor) -> None:
    [admins] = await house.rows("SELECT group_pk FROM membership")
    address = f"{GROUPS}{admins['group_pk']}/members/{(await user(house, OTHER)).id}/remove/"
    refused = await admin.submit(address, own="true")
    assert refused.status == 400
    assert "This would leave no active superuser" in said(refused)


async def test_whoever_is_a_superuser_otherwise_goes_without_a_word(house: House, admin: Visitor) -> None:
    chiefs = await make_group(house, "chiefs", OTHER, is_superuser=True)
    address = f"{page_of(chiefs)}members/{(await user(house, OTHER)).id}/remove/"
    assert (await admin.submit(address)).status == 303
    assert (await admin.get(USERS)).status == 200


async def test_nobody_else_does_anything(house: House, admin: Visitor, owner: Visitor, stranger: Visitor) -> None:
    staff = await make_group(house, "staff", OWNER)
    take_out = f"{page_of(staff)}members/{(await user(house, OWNER)).id}/remove/"
    for target in (f"{page_of(staff)}members/", take_out):
        assert (await owner.submit(target, member=OTHER.username)).status == 403
        assert (await stranger.submit(target, member=OTHER.username)).status == 303
        assert (await admin.submit(target, member=OTHER.username, _csrf="wrong")).status == 403
    for page in (GROUPS, page_of(staff), take_out):
        assert (await owner.get(page)).status == 403
        assert (await stranger.get(page)).status == 303
    assert await members(house, staff) == [OWNER.username]


@pytest.mark.parametrize("name", ["x", "0", "%00", "%F0%9F%98%80", "9" * 300, "6ba7b810-9dad-11d1-80b4-00c04fd430c8"])
async def test_what_is_no_group_is_404_on_every_page(house: House, admin: Visitor, name: str) -> None:
    before = await count(house, "membership")
    owner_id = (await user(house, OWNER)).id
    for path in ("", "edit/", "delete/", f"members/{owner_id}/remove/"):
        assert (await admin.get(f"{GROUPS}{name}/{path}")).status == 404, path
    for path in ("edit/", "delete/", "members/", f"members/{owner_id}/remove/"):
        assert (await admin.submit(f"{GROUPS}{name}/{path}", member=OWNER.username)).status == 404, path
    assert await count(house, "membership") == before


async def test_what_is_no_member_is_404_or_nothing(house: House, admin: Visitor) -> None:
    staff = await make_group(house, "staff")
    for name in ("x", "%00", "9" * 300, "999999"):
        assert (await admin.get(f"{page_of(staff)}members/{name}/remove/")).status == 404
    assert (await admin.get(await user_page(house))).status == 200
