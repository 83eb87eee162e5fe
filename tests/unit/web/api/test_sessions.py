"""Sessions over the API: seen, found, and ended."""

import pytest

from tests.people import OTHER, OWNER
from tests.unit.web.api.caller import ApiCaller
from tests.unit.web.house import House

SESSIONS = "/core/authenticated_sessions/"


async def pk_of(admin: ApiCaller, name: str) -> int:
    return int((await admin.all(f"/core/users/?username={name}"))[0]["pk"])


async def test_a_session_tells_what_its_browser_said(house: House, admin: ApiCaller) -> None:
    firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    visitor = house.visitor(address="203.0.113.9")
    await visitor.sign_in(OWNER)
    await visitor.request("GET", "/if/user/", headers=[("user-agent", firefox)])
    [session] = await admin.all(SESSIONS)
    assert (session["last_ip"], session["current"], session["geo_ip"]) == ("203.0.113.9", False, None)
    assert session["user"] == await pk_of(admin, OWNER.username)
    assert session["user_agent"]["string"] == session["last_user_agent"]


async def test_sessions_are_found_by_whose_they_are(house: House, admin: ApiCaller, owner_api: ApiCaller) -> None:
    for person in (OWNER, OTHER):
        await house.signed_in(person)
    [found] = await admin.all(f"{SESSIONS}?user__username={OTHER.username}")
    assert found["user"] == await pk_of(admin, OTHER.username)
    assert await admin.all(f"{SESSIONS}?user__username=nobody") == []
    assert await owner_api.all(f"{SESSIONS}?user__username={OTHER.username}") == []
    assert len(await owner_api.all(SESSIONS)) == 1


async def test_every_session_of_some_users_is_ended(house: House, admin: ApiCaller) -> None:
    kept, ended = await house.signed_in(OTHER), [await house.signed_in(OWNER) for _ in range(2)]
    await admin.delete(f"{SESSIONS}bulk_delete/?user_pks={await pk_of(admin, OWNER.username)}")
    assert [(await visitor.get("/if/user/")).status for visitor in ended] == [303, 303]
    assert (await kept.get("/if/user/")).status == 200
    [event] = await admin.all("/events/events/?action=logout")
    assert (event["user"]["username"], event["context"]["by"]) == (OWNER.username, "ada")


@pytest.mark.parametrize("query", ["", "?user_pks=", "?user_pks=x", "?user_pks=-1", "?" + "user_pks=1&" * 101])
async def test_sessions_of_nobody_are_not_ended(house: House, admin: ApiCaller, query: str) -> None:
    visitor = await house.signed_in(OWNER)
    assert list(await admin.delete(f"{SESSIONS}bulk_delete/{query}", status=400)) == ["user_pks"]
    assert (await visitor.get("/if/user/")).status == 200


async def test_only_administrators_end_the_sessions_of_others(
    house: House, owner_api: ApiCaller, nobody: ApiCaller, admin: ApiCaller
) -> None:
    visitor, pk = await house.signed_in(OTHER), await pk_of(admin, OTHER.username)
    for caller in (owner_api, nobody):
        await caller.delete(f"{SESSIONS}bulk_delete/?user_pks={pk}", status=403)
    assert (await visitor.get("/if/user/")).status == 200


@pytest.mark.parametrize("uuid", ["00000000-0000-0000-ffff-ffffffffffff", "ffffffff-ffff-ffff-ffff-ffffffffffff", "x"])
async def test_an_unknown_session_is_not_found(admin: ApiCaller, uuid: str) -> None:
    for method in ("GET", "DELETE"):
        assert (await admin.call(method, f"{SESSIONS}{uuid}/")).status == 404
