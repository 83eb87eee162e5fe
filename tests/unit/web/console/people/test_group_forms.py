"""Groups are made, changed and deleted: with what that costs said before, and nobody locked out unawares."""

import json

import pytest

from tests.people import OTHER, OWNER
from tests.unit.web.api.caller import ApiCaller
from tests.unit.web.api.conftest import ADMIN, with_tokens
from tests.unit.web.api.samples import make
from tests.unit.web.client import Visitor
from tests.unit.web.console.people.people import (
    GROUPS,
    HOSTILE,
    USERS,
    another_superuser,
    events,
    make_group,
    said,
)
from tests.unit.web.forms import fill, filled, send
from tests.unit.web.house import House
from tests.unit.web.test_devices import LATER, leads_to_proof
from watchword.model.flow import Flow
from watchword.model.policy import PolicyBinding
from watchword.storage.groups import Group, find_group, get_group

NEW = f"{GROUPS}new/"


def url(group: Group, path: str = "edit") -> str:
    return f"{GROUPS}{group.pk}/{path}/"


async def present(house: House, group: Group) -> Group | None:
    return await house.services.database.read(get_group, group.pk)


async def admins(house: House) -> Group:
    [row] = await house.rows("SELECT DISTINCT group_pk FROM membership")
    found = await house.services.database.read(get_group, row["group_pk"])
    assert found
    return found


async def test_a_group_is_made_and_changed(house: House, admin: Visitor) -> None:
    above = await make_group(house, "above")
    done = await fill(admin, NEW, name=" staff ", parents=above.pk, attributes='{"floor": 3}')
    made = await house.services.database.read(find_group, name="staff")
    assert made
    assert (done.status, done.header("location")) == (303, f"{GROUPS}{made.pk}/")
    assert (made.parent_pk, made.attributes, made.is_superuser) == (above.pk, {"floor": 3}, False)
    page = await admin.get(url(made))
    assert filled(page)["parents"] == [above.pk]
    assert f'value="{made.pk}"' not in page.text  # it cannot stand below itself
    assert (await fill(admin, url(made), name="crew", parents="", is_superuser="true")).status == 303
    after = await present(house, made)
    assert after
    assert (after.name, after.parent_pk, after.is_superuser, after.attributes) == ("crew", None, True, {"floor": 3})
    [event] = await events(house, "model_updated")
    assert (event["username"], event["context"]["fields"]) == (OTHER.username, ["is_superuser", "name", "parents"])
    assert "floor" not in json.dumps(event["context"])


async def test_members_stay_when_their_group_is_changed(house: House, admin: Visitor) -> None:
    staff = await make_group(house, "staff", OWNER)
    assert (await fill(admin, url(staff), name="crew")).status == 303
    assert len(await house.rows("SELECT * FROM membership WHERE group_pk = :pk", pk=staff.pk)) == 1


async def test_what_is_wrong_is_said_and_what_was_typed_stays(house: House, admin: Visitor) -> None:
    staff = await make_group(house, "staff")
    below = await make_group(house, "below", parent_pk=staff.pk)
    await make_group(house, "taken")
    for changes, wrong in (
        ({"name": "taken"}, "Group with this name already exists."),
        ({"name": ""}, "may not be blank"),
        ({"name": "x" * 501}, "no more than 500 characters"),
        ({"name": "typed", "parents": below.pk}, "A group cannot stand below itself."),
        ({"name": "typed", "parents": "no uuid"}, "is not a valid UUID"),
        ({"name": "typed", "parents": "6ba7b810-9dad-11d1-80b4-00c04fd430c8"}, "does not exist"),
        ({"name": "typed", "attributes": "[]"}, "Value must be a dictionary."),
    ):
        refused = await fill(admin, url(staff), **changes)
        assert refused.status == 400, changes
        assert wrong in said(refused), changes
        assert filled(refused)["name"] == [changes["name"]]
    assert await present(house, staff) == staff


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("field", ["name", "parents", "attributes", "is_superuser", "version"])
async def test_whatever_is_typed_is_answered(house: House, admin: Visitor, field: str, text: str) -> None:
    staff = await make_group(house, "staff")
    for target in (NEW, url(staff)):
        form = filled(await admin.get(target)) | {"name": ["typed"], field: [text]}
        answer = await send(admin, target, form)
        assert answer.status in (303, 400), target
        assert "<script>alert" not in answer.text


async def test_twice_is_once_and_whoever_saves_second_is_told(house: House, admin: Visitor) -> None:
    staff = await make_group(house, "staff")
    form = filled(await admin.get(url(staff))) | {"name": ["crew"]}
    assert [(await send(admin, url(staff), form)).status for _ in range(2)] == [303, 303]
    assert len(await events(house, "model_updated")) == 1
    refused = await send(admin, url(staff), form | {"name": ["mine"]})
    assert refused.status == 400
    assert "Somebody changed this while you had it open." in said(refused)
    new = filled(await admin.get(NEW)) | {"name": ["once"]}
    assert [(await send(admin, NEW, new)).status for _ in range(2)] == [303, 400]


async def test_rights_are_handed_out_by_whoever_has_just_proved_who_he_is(house: House, admin: Visitor) -> None:
    chiefs, staff = await make_group(house, "chiefs", is_superuser=True), await make_group(house, "staff")
    house.clock.pass_by(seconds=LATER)
    for target, changes in (
        (url(staff), {"is_superuser": "true"}),
        (url(staff), {"parents": chiefs.pk}),
        (NEW, {"name": "new", "is_superuser": "true"}),
    ):
        refused = await fill(admin, target, **changes)
        assert refused.status == 400
        assert "Confirm first that it is you" in said(refused)
    assert await present(house, staff) == staff
    assert await house.services.database.read(find_group, name="new") is None
    assert (await fill(admin, url(staff), name="crew")).status == 303
    assert (await fill(await house.signed_in(OTHER), url(staff), is_superuser="true")).status == 303
    assert (await fill(admin, url(staff), name="board")).status == 303


async def test_nobody_takes_his_own_rights_away_without_being_told(house: House, admin: Visitor) -> None:
    group = await admins(house)
    refused = await fill(admin, url(group), is_superuser=None)
    assert "This would leave no active superuser" in said(refused)
    await make_group(house, "chiefs", is_superuser=True)
    await another_superuser(house)
    await house.write(
        "UPDATE membership SET group_pk = (SELECT pk FROM user_group WHERE name = 'chiefs') "
        "WHERE user_id = (SELECT id FROM users WHERE username = 'ada')"
    )
    refused = await fill(admin, url(group), is_superuser=None)
    assert refused.status == 400
    assert "This would take your own rights to administer away" in said(refused)
    asked = said(await admin.get(url(group, "delete")))
    assert "Whoever is in no other group for superusers loses the rights to administer." in asked
    refused = await admin.submit(url(group, "delete"))
    assert refused.status == 400
    assert "This would take your own rights to administer away" in said(refused)
    assert 'name="own"' in refused.text
    assert (await admin.get(USERS)).status == 200
    assert (await admin.submit(url(group, "delete"), own="true")).status == 303
    assert (await admin.get(USERS)).status == 403


async def test_the_group_of_the_last_superuser_stays(house: House, admin: Visitor) -> None:
    group = await admins(house)
    refused = await admin.submit(url(group, "delete"), own="true")
    assert refused.status == 400
    assert "This would leave no active superuser" in said(refused)
    assert await present(house, group) == group


async def test_deleting_says_what_it_costs(house: House, admin: Visitor) -> None:
    api = ApiCaller(await with_tokens(house), ADMIN)
    staff = await make_group(house, "staff", OWNER, OTHER)
    below = await make_group(house, "night staff", parent_pk=staff.pk)
    flow = await make(api, Flow, "guarded")
    rule = await api.post("/policies/bindings/", {"target": flow["pk"], "group": staff.pk, "order": 0})
    asked = said(await admin.get(url(staff, "delete")))
    for words in (
        "Expressions that ask for the group by its name find nobody in it.",
        "2 members stay users, without it.",
        "Below it, and then below none: night staff.",
        "Rule of “guarded",
        "What had no other rule is then open to everybody.",
    ):
        assert words in asked, words
    assert "superusers" not in asked
    done = await admin.submit(url(staff, "delete"))
    assert (done.status, done.header("location")) == (303, GROUPS)
    assert await present(house, staff) is None
    kept = await present(house, below)
    assert kept is not None
    assert kept.parent_pk is None
    assert house.services.configuration.snapshot.get(rule["pk"], PolicyBinding) is None
    assert (await admin.submit(url(staff, "delete"))).status == 404


async def test_it_takes_a_fresh_proof_its_token_and_an_administrator(
    house: House, admin: Visitor, owner: Visitor, stranger: Visitor
) -> None:
    staff = await make_group(house, "staff")
    for target in (NEW, url(staff), url(staff, "delete")):
        assert (await owner.get(target)).status == 403
        assert (await owner.submit(target, name="theirs")).status == 403
        assert (await stranger.submit(target, name="theirs")).status == 303
        assert (await admin.submit(target, name="theirs", _csrf="wrong")).status == 403
    house.clock.pass_by(seconds=LATER)
    assert leads_to_proof(await admin.get(url(staff, "delete")), url(staff, "delete"))
    assert leads_to_proof(await admin.submit(url(staff, "delete")), url(staff, "delete"))
    assert await present(house, staff) == staff
