"""Users and groups over the API."""

import json

import pytest

from tests.people import OWNER
from tests.unit.web.api.caller import ApiCaller
from tests.unit.web.house import House
from watchword.passwords import verify_password

LAST = "This would leave no active superuser, and nobody who could administer Watchword."


async def user(admin: ApiCaller, name: str = OWNER.username) -> dict[str, object]:
    found: dict[str, object] = (await admin.all(f"/core/users/?username={name}"))[0]
    return found


async def test_a_user_is_created_with_defaults(admin: ApiCaller) -> None:
    made = await admin.post("/core/users/", {"username": "mia", "name": ""})
    assert (made["is_active"], made["type"], made["path"], made["email"]) == (True, "internal", "users", "")
    assert (made["groups"], made["groups_obj"], made["roles"], made["roles_obj"]) == ([], [], [], [])
    assert (made["attributes"], made["is_superuser"], made["last_login"]) == ({}, False, None)
    assert len(made["uid"]) == 64
    assert made["date_joined"] == made["last_updated"] == "2026-03-01T12:00:00Z"


async def test_a_change_says_when(house: House, admin: ApiCaller) -> None:
    pk = (await user(admin))["pk"]
    house.clock.pass_by(hours=1)
    changed = await admin.patch(f"/core/users/{pk}/", {"name": "Olivia", "email": "o@example.org"})
    assert changed["last_updated"] == "2026-03-01T13:00:00Z"
    [event] = await admin.all("/events/events/?action=model_updated")
    assert event["context"]["fields"] == ["email", "name"]
    assert "o@example.org" not in json.dumps(event)


@pytest.mark.parametrize(
    ("wrong", "errors"),
    [
        ({"username": OWNER.username}, {"username": ["This field must be unique."]}),
        ({"username": OWNER.username.upper()}, {"username": ["This field must be unique."]}),
        ({"username": "a" * 151}, {"username": ["Ensure this field has no more than 150 characters."]}),
        ({"email": "nobody"}, {"email": ["Enter a valid email address."]}),
        ({"path": "/users"}, {"path": ["No leading, trailing or empty parts: write it as users/europe."]}),
        ({"type": "internal_service_account"}, {"type": ["Can't change internal service account to other user type."]}),
        ({"groups": ["x"]}, {"groups": ["“x” is not a valid UUID."]}),
        ({"attributes": [1]}, {"attributes": ["Value must be a dictionary."]}),
        ({"attributes": {"a": "\x00"}}, {"attributes": ["Null characters are not allowed."]}),
        ({"attributes": {"a": 2**64}}, {"attributes": ["This number is too large."]}),
    ],
)
async def test_what_is_wrong_with_a_user_is_said(
    admin: ApiCaller, wrong: dict[str, object], errors: dict[str, object]
) -> None:
    assert await admin.post("/core/users/", {"username": "mia", "name": "", **wrong}, status=400) == errors


async def test_an_inactive_user_is_signed_out(house: House, admin: ApiCaller) -> None:
    visitor = await house.signed_in(OWNER)
    await admin.patch(f"/core/users/{(await user(admin))['pk']}/", {"is_active": False})
    assert (await visitor.get("/if/user/")).status == 303
    assert await house.rows("SELECT * FROM session WHERE user_id IS NOT NULL") == []


async def test_a_password_is_set_and_sessions_end(house: House, admin: ApiCaller, owner_api: ApiCaller) -> None:
    visitor = await house.signed_in(OWNER)
    path = f"/core/users/{(await user(admin))['pk']}/set_password/"
    assert await owner_api.post(path, {"password": "a new password"}, status=403)
    short = await admin.post(path, {"password": "short"}, status=400)
    assert short == {"password": ["Ensure this field has at least 8 characters."]}
    await admin.post(path, {"password": "  a new password "}, status=204)
    [row] = await house.rows("SELECT password_hash FROM users WHERE username = :name", name=OWNER.username)
    assert verify_password(row["password_hash"], "  a new password ")
    assert (await visitor.get("/if/user/")).status == 303
    [event] = await admin.all("/events/events/?action=password_set")
    assert event["context"]["by"] == "ada"


async def test_paths_are_listed(admin: ApiCaller) -> None:
    await admin.post("/core/users/", {"username": "mia", "name": "", "path": "users/europe"})
    assert (await admin.get("/core/users/paths/"))["paths"] == ["users", "users/europe"]
    assert (await admin.get("/core/users/paths/?search=EUROPE"))["paths"] == ["users/europe"]


async def test_a_service_account_comes_with_a_token(house: House, admin: ApiCaller) -> None:
    made = await admin.post("/core/users/service_account/", {"name": "robot", "create_group": True}, status=200)
    account = await admin.get(f"/core/users/{made['user_pk']}/")
    assert (account["username"], account["type"], account["groups"]) == ("robot", "service_account", [made["group_pk"]])
    [token] = await admin.all("/core/tokens/?user__username=robot")
    assert (token["intent"], token["expires"]) == ("app_password", "2027-02-24T12:00:00Z")
    assert (await admin.get(f"/core/tokens/{token['identifier']}/view_key/"))["key"] == made["token"]
    taken = await admin.post("/core/users/service_account/", {"name": "robot"}, status=400)
    assert taken == {"name": ["This field must be unique."]}
    forever = await admin.post("/core/users/service_account/", {"name": "other", "expiring": False}, status=200)
    assert "group_pk" not in forever
    [token] = await admin.all("/core/tokens/?user__username=other")
    assert (token["expiring"], token["expires"]) == (False, None)


async def test_a_group_holds_people_and_stands_below_another(admin: ApiCaller) -> None:
    owner = await user(admin)
    top = await admin.post("/core/groups/", {"name": "top", "attributes": {"a": 1}})
    below = await admin.post("/core/groups/", {"name": "below", "parents": [top["pk"]], "users": [owner["pk"]]})
    assert [one["name"] for one in below["parents_obj"]] == ["top"]
    assert [one["username"] for one in below["users_obj"]] == [OWNER.username]
    assert (await admin.get(f"/core/groups/{top['pk']}/"))["children"] == [below["pk"]]
    loop = await admin.patch(f"/core/groups/{top['pk']}/", {"parents": [below["pk"]]}, status=400)
    assert loop == {"parents": ["A group cannot stand below itself."]}
    two = await admin.patch(f"/core/groups/{top['pk']}/", {"parents": [below["pk"], top["pk"]]}, status=400)
    assert two == {"parents": ["Ensure this field has no more than 1 elements."]}
    listed = await admin.all(f"/core/groups/?members_by_pk={owner['pk']}&include_users=false")
    assert [(one["name"], one["users_obj"]) for one in listed] == [("below", None)]
    listed = await admin.all(f"/core/groups/?members_by_username={OWNER.username}")
    assert [one["name"] for one in listed] == ["below"]


async def test_people_join_and_leave(admin: ApiCaller) -> None:
    pk = (await user(admin))["pk"]
    group = await admin.post("/core/groups/", {"name": "people"})
    path = f"/core/groups/{group['pk']}/"
    await admin.post(f"{path}add_user/", {"pk": pk}, status=204)
    await admin.post(f"{path}add_user/", {"pk": pk}, status=204)
    assert (await admin.get(path))["users"] == [pk]
    await admin.post(f"{path}remove_user/", {"pk": pk}, status=204)
    assert (await admin.get(path))["users"] == []
    for deed in ("add_user", "remove_user"):
        assert (await admin.call("POST", f"{path}{deed}/", {"pk": 999_999})).status == 404
        assert await admin.post(f"{path}{deed}/", {}, status=400) == {"pk": ["This field is required."]}


async def test_somebody_can_always_administer(admin: ApiCaller) -> None:
    ada = await user(admin, "ada")
    [group] = await admin.all("/core/groups/?is_superuser=true")
    refused = {"non_field_errors": [LAST]}
    assert await admin.delete(f"/core/users/{ada['pk']}/", status=400) == refused
    assert await admin.patch(f"/core/users/{ada['pk']}/", {"is_active": False}, status=400) == refused
    assert await admin.patch(f"/core/users/{ada['pk']}/", {"groups": []}, status=400) == refused
    assert await admin.delete(f"/core/groups/{group['pk']}/", status=400) == refused
    assert await admin.patch(f"/core/groups/{group['pk']}/", {"is_superuser": False}, status=400) == refused
    assert await admin.patch(f"/core/groups/{group['pk']}/", {"users": []}, status=400) == refused
    assert await admin.post(f"/core/groups/{group['pk']}/remove_user/", {"pk": ada["pk"]}, status=400) == refused
    assert (await admin.get("/core/users/me/"))["user"]["is_superuser"] is True


async def test_a_new_superuser_makes_the_old_one_dispensable(admin: ApiCaller) -> None:
    [group] = await admin.all("/core/groups/?is_superuser=true")
    await admin.patch(f"/core/users/{(await user(admin))['pk']}/", {"groups": [group["pk"]]})
    await admin.delete(f"/core/users/{(await user(admin, 'ada'))['pk']}/")
