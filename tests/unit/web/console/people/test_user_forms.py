"""Users are made and changed by a form: what is wrong is said at its field, and nothing that was typed is lost."""

import json
from typing import Any

import pytest

from tests.people import OTHER, OWNER
from tests.unit.web.client import SIGN_IN, Visitor
from tests.unit.web.console.people.people import (
    HOSTILE,
    USERS,
    another_superuser,
    events,
    make_group,
    said,
    user_page,
)
from tests.unit.web.forms import fill, filled, send
from tests.unit.web.house import House
from tests.unit.web.test_devices import LATER, user
from watchword.storage.users import User, find_user, update_user

NEW = f"{USERS}new/"
PASSWORD = "a long enough password"


async def named(house: House, username: str) -> User | None:
    return await house.services.database.read(find_user, username=username)


async def groups(house: House, username: str) -> list[str]:
    query = (
        "SELECT g.name FROM user_group g JOIN membership m ON m.group_pk = g.pk JOIN users u ON u.id = m.user_id "
        "WHERE u.username = :name ORDER BY g.name"
    )
    return [row["name"] for row in await house.rows(query, name=username)]


async def test_a_user_is_made_and_can_sign_in(house: House, admin: Visitor) -> None:
    guests = await make_group(house)
    done = await fill(
        admin, NEW, username=" ann ", name="Ann", email="ann@example.org", password=PASSWORD, groups=[guests.pk],
        attributes='{"floor": 3}', path="users/europe", type="external",
    )  # fmt: skip
    made = await named(house, "ann")
    assert made
    assert (done.status, done.header("location")) == (303, f"{USERS}{made.id}/")
    assert (made.name, made.email, made.path, made.type, made.is_active) == (
        "Ann", "ann@example.org", "users/europe", "external", True,
    )  # fmt: skip
    assert (made.attributes, await groups(house, "ann")) == ({"floor": 3}, ["guests"])
    assert "ann was made." in said(await admin.get(f"{USERS}{made.id}/"))
    visitor = house.visitor()
    await visitor.see(SIGN_IN)
    await visitor.answer(SIGN_IN, uid_field="ann")
    assert (await visitor.answer(SIGN_IN, password=PASSWORD))["component"] == "xak-flow-redirect"
    assert [event["username"] for event in await events(house, "model_created")] == [OTHER.username]
    assert [event["context"]["by"] for event in await events(house, "password_set")] == [OTHER.username]


async def test_without_a_password_none_is_set(house: House, admin: Visitor) -> None:
    await fill(admin, NEW, username="ann", is_active=None)
    made = await named(house, "ann")
    assert made
    assert (made.password_hash, made.is_active) == (None, False)
    assert await events(house, "password_set") == []


async def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(house: House, admin: Visitor) -> None:
    typed = {
        "username": OWNER.username,
        "name": "Somebody",
        "email": "not an address",
        "attributes": "{not json",
        "path": "/wrong//",
        "password": "short",
    }
    refused = await fill(admin, NEW, **typed)
    assert refused.status == 400
    kept = filled(refused)
    for field, value in typed.items():
        assert kept[field] == [value if field != "password" else ""], field
    assert "short" not in refused.text
    for words in ("Value must be a dictionary.", "No leading, trailing or empty parts", "<title>Error: New user"):
        assert words in refused.text, words
    refused = await fill(admin, NEW, **{**typed, "attributes": "{}", "path": "users"})
    assert "at least 8 characters" in refused.text
    refused = await fill(admin, NEW, **{**typed, "attributes": "{}", "path": "users", "password": PASSWORD})
    assert "Enter a valid email address." in refused.text
    refused = await fill(admin, NEW, username=OWNER.username)
    assert "This field must be unique." in refused.text


async def test_a_user_is_changed(house: House, admin: Visitor) -> None:
    guests, staff = await make_group(house, "guests", OWNER), await make_group(house, "staff")
    address = f"{await user_page(house)}edit/"
    page = await admin.get(address)
    assert filled(page)["groups"] == [guests.pk]
    done = await fill(
        admin, address, name="Olivia O.", email="o@example.org", groups=[staff.pk], attributes='{"a": [1]}'
    )
    assert (done.status, done.header("location")) == (303, await user_page(house))
    found = await user(house, OWNER)
    assert (found.name, found.email, found.attributes) == ("Olivia O.", "o@example.org", {"a": [1]})
    assert await groups(house, OWNER.username) == ["staff"]
    [event] = await events(house, "model_updated")
    assert event["context"]["fields"] == ["attributes", "email", "name", "groups"]
    assert (event["username"], "Olivia" in json.dumps(event["context"])) == (OTHER.username, False)


async def test_a_form_that_is_sent_as_it_was_opened_changes_nothing(house: House, admin: Visitor) -> None:
    await make_group(house, "guests", OWNER)
    await house.write("UPDATE users SET type = 'internal_service_account' WHERE username = 'olivia'")
    before = await user(house, OWNER)
    assert (await fill(admin, f"{await user_page(house)}edit/")).status == 303
    assert await user(house, OWNER) == before
    assert await events(house, "model_updated") == []


async def test_a_form_that_is_sent_twice_is_saved_once(house: House, admin: Visitor) -> None:
    address = f"{await user_page(house)}edit/"
    form = filled(await admin.get(address)) | {"name": ["Once"]}
    assert [(await send(admin, address, form)).status for _ in range(2)] == [303, 303]
    assert len(await events(house, "model_updated")) == 1
    new = filled(await admin.get(NEW)) | {"username": ["ann"]}
    first, second = [await send(admin, NEW, new) for _ in range(2)]
    assert (first.status, second.status) == (303, 400)
    assert "This field must be unique." in second.text


async def test_whoever_saves_second_is_told(house: House, admin: Visitor) -> None:
    address = f"{await user_page(house)}edit/"
    form = filled(await admin.get(address)) | {"name": ["Mine"]}
    await house.services.database.run(update_user, (await user(house, OWNER)).id, email="theirs@example.org")
    refused = await send(admin, address, form)
    assert refused.status == 400
    assert "Somebody changed this while you had it open." in refused.text
    assert filled(refused)["name"] == ["Mine"]
    assert (await user(house, OWNER)).name == ""
    signing_in = filled(await admin.get(address)) | {"name": ["Mine"]}
    await house.signed_in(OWNER)
    assert (await send(admin, address, signing_in)).status == 303


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("field", ["username", "name", "email", "attributes", "path", "type", "groups", "version"])
async def test_whatever_is_typed_is_answered(house: House, admin: Visitor, field: str, text: str) -> None:
    before = await user(house, OWNER)
    for target in (NEW, f"{await user_page(house)}edit/"):
        form = filled(await admin.get(target)) | {"username": ["ann"], field: [text]}
        answer = await send(admin, target, form)
        assert answer.status in (303, 400), (target, field)
        assert "<script>alert" not in answer.text
        if answer.status == 400 and field in ("username", "name", "email", "path") and "\x00" not in text:
            assert filled(answer)[field] == [text.replace("\n", "\r\n")]
    for found in await house.rows("SELECT username FROM users"):
        assert "\x00" not in found["username"]
    assert before.uuid == (await house.rows("SELECT uuid FROM users WHERE id = :id", id=before.id))[0]["uuid"]


@pytest.mark.parametrize(
    "attributes", ["[1]", "7", '"x"', "null", "[" * 5000, '{"a": "\\u0000"}', '{"a": ' + "9" * 40 + "}"]
)
async def test_attributes_are_an_object_that_can_be_kept(house: House, admin: Visitor, attributes: str) -> None:
    refused = await fill(admin, f"{await user_page(house)}edit/", attributes=attributes)
    assert refused.status == 400
    assert (await user(house, OWNER)).attributes == {}


async def test_rights_are_handed_out_by_whoever_has_just_proved_who_he_is(house: House, admin: Visitor) -> None:
    admins = await make_group(house, "more admins", is_superuser=True)
    below = await make_group(house, "below", parent_pk=admins.pk)
    house.clock.pass_by(seconds=LATER)
    address = f"{await user_page(house)}edit/"
    for target, changes in ((address, {"name": "Typed"}), (NEW, {"username": "ann"})):
        refused = await fill(admin, target, groups=[below.pk], **changes)
        assert refused.status == 400
        assert "Confirm first that it is you" in refused.text
        assert 'href="/flows/-/reauthenticate/?next=/if/admin/users/' in refused.text
        assert filled(refused)["groups"] == [below.pk]
    assert await groups(house, OWNER.username) == []
    assert await named(house, "ann") is None
    assert (await fill(admin, address, name="Typed")).status == 303
    fresh = await house.signed_in(OTHER)
    assert (await fill(fresh, address, groups=[below.pk])).status == 303
    assert await groups(house, OWNER.username) == ["below"]
    assert (await fill(admin, address, name="Again", groups=[below.pk])).status == 303


async def test_nobody_takes_his_own_rights_away_without_being_told(house: House, admin: Visitor) -> None:
    await another_superuser(house)
    address, before = f"{await user_page(house, OTHER)}edit/", await groups(house, OTHER.username)
    refused = await fill(admin, address, groups=[], name="Oscar")
    assert refused.status == 400
    assert "This would take your own rights to administer away" in refused.text
    assert filled(refused)["name"] == ["Oscar"]
    assert 'name="own"' in refused.text
    assert await groups(house, OTHER.username) == before
    form = filled(refused) | {"own": ["true"]}
    assert (await send(admin, address, form)).status == 303
    assert await groups(house, OTHER.username) == []
    assert (await admin.get(USERS)).status == 403


async def test_the_last_superuser_keeps_his_group(house: House, admin: Visitor) -> None:
    address = f"{await user_page(house, OTHER)}edit/"
    form: dict[str, Any] = filled(await admin.get(address)) | {"groups": [], "own": ["true"]}
    refused = await send(admin, address, form)
    assert refused.status == 400
    assert "This would leave no active superuser" in refused.text


async def test_nobody_else_makes_or_changes_anybody(
    house: House, admin: Visitor, owner: Visitor, stranger: Visitor
) -> None:
    edit = f"{await user_page(house)}edit/"
    forms = {target: filled(await admin.get(target)) | {"username": ["ann"]} for target in (NEW, edit)}
    for target, form in forms.items():
        assert (await owner.get(target)).status == 403
        assert (await owner.submit(target, username="ann")).status == 403
        assert (await stranger.submit(target)).header("location").startswith("/flows/-/default/authentication/")
        assert (await send(admin, target, form | {"_csrf": ["wrong"]})).status == 403
    assert await named(house, "ann") is None
