"""Users are activated and deactivated, signed out and deleted: asked about first, and with what that costs."""

import pytest

from tests.people import OTHER, OWNER
from tests.unit.web.api.caller import ApiCaller
from tests.unit.web.api.conftest import ADMIN, with_tokens
from tests.unit.web.api.samples import make
from tests.unit.web.client import Visitor
from tests.unit.web.console.people.people import (
    USERS,
    another_superuser,
    count,
    events,
    make_group,
    make_token,
    said,
    user_page,
)
from tests.unit.web.house import House
from tests.unit.web.test_devices import LATER, add_app, add_phone, leads_to_proof, user
from watchword.model.flow import Flow
from watchword.model.policy import PolicyBinding

DEEDS = ("delete", "deactivate", "activate", "end-sessions")


async def state(house: House) -> str:
    rows = await house.rows("SELECT is_active FROM users WHERE username = :name", name=OWNER.username)
    return "gone" if not rows else "active" if rows[0]["is_active"] else "inactive"


async def test_deleting_says_what_goes_with_it_and_what_stays(house: House, admin: Visitor, owner: Visitor) -> None:
    await add_phone(house)
    await add_app(house)
    await make_token(house)
    await make_group(house, "guests", OWNER)
    address = f"{await user_page(house)}delete/"
    asked = said(await admin.get(address))
    for words in (
        "Delete olivia?",
        "This cannot be undone. What happened stays",
        "1 phone, 1 app",
        "1 token",
        "1 session",
        "The membership of guests",
    ):
        assert words in asked, words
    assert await state(house) == "active"
    done = await admin.submit(address)
    assert (done.status, done.header("location")) == (303, USERS)
    assert await state(house) == "gone"
    assert "olivia was deleted." in said(await admin.get(USERS))
    assert [await count(house, table) for table in ("sms_device", "totp_device", "token")] == [0, 0, 0]
    assert (await owner.get("/if/user/")).status == 303
    [event] = await events(house, "user_deleted")
    assert (event["username"], event["context"]["user"]["username"]) == (OTHER.username, OWNER.username)
    assert await events(house, "login") != []


async def test_what_names_the_user_in_the_configuration_goes_too(house: House, admin: Visitor) -> None:
    api = ApiCaller(await with_tokens(house), ADMIN)
    flow, owner = await make(api, Flow, "guarded"), await user(house, OWNER)
    rule = await api.post("/policies/bindings/", {"target": flow["pk"], "user": owner.id, "order": 0})
    assert "Named by Rule of “guarded" in said(await admin.get(await user_page(house)))
    address = f"{await user_page(house)}delete/"
    asked = said(await admin.get(address))
    assert "Rule of “guarded" in asked
    assert "What had no other rule is then open to everybody." in asked
    assert (await admin.submit(address)).status == 303
    assert house.services.configuration.snapshot.get(rule["pk"], PolicyBinding) is None


async def test_deactivating_ends_sessions_and_activating_lets_in_again(
    house: House, admin: Visitor, owner: Visitor
) -> None:
    await add_phone(house)
    asked = said(await admin.get(f"{await user_page(house)}deactivate/"))
    assert "Nobody can sign in as olivia" in asked
    assert "1 session" in asked
    assert (await admin.submit(f"{await user_page(house)}deactivate/")).header("location") == await user_page(house)
    assert await state(house) == "inactive"
    assert (await owner.get("/if/user/")).status == 303
    assert await count(house, "sms_device") == 1
    assert (await admin.submit(f"{await user_page(house)}activate/")).status == 303
    assert await state(house) == "active"
    assert (await owner.get("/if/user/")).status == 303  # the session does not come back
    assert [event["username"] for event in await events(house, "model_updated")] == [OTHER.username] * 2


async def test_all_sessions_of_somebody_end(house: House, admin: Visitor, owner: Visitor) -> None:
    await house.signed_in(OWNER, address="203.0.113.9")
    address = f"{await user_page(house)}end-sessions/"
    assert "2 sessions" in said(await admin.get(address))
    assert (await admin.submit(address)).status == 303
    assert (await owner.get("/if/user/")).status == 303
    assert await state(house) == "active"
    assert (await admin.get(USERS)).status == 200


async def test_ones_own_sessions_end_but_for_the_one_that_one_is_in(house: House, admin: Visitor) -> None:
    elsewhere = await house.signed_in(OTHER)
    address = f"{await user_page(house, OTHER)}end-sessions/"
    assert "The session in which you see this goes on." in said(await admin.get(address))
    assert (await admin.submit(address)).status == 303
    assert (await elsewhere.get("/if/user/")).status == 303
    assert (await admin.get(USERS)).status == 200


@pytest.mark.parametrize("deed", DEEDS)
async def test_a_deed_that_is_sent_twice_is_no_fault(house: House, admin: Visitor, deed: str) -> None:
    address = f"{await user_page(house)}{deed}/"
    assert (await admin.submit(address)).status == 303
    again = await admin.submit(address)
    assert again.status == (404 if deed == "delete" else 303)
    assert len(await events(house, "user_deleted")) == (deed == "delete")


@pytest.mark.parametrize("deed", DEEDS)
async def test_nobody_else_does_it_and_no_form_without_its_token(
    house: House, admin: Visitor, owner: Visitor, stranger: Visitor, deed: str
) -> None:
    address = f"{await user_page(house, OTHER)}{deed}/"
    assert (await owner.submit(address)).status == 403
    assert (await stranger.submit(address)).header("location").startswith("/flows/-/default/authentication/")
    assert (await admin.submit(address, _csrf="wrong")).status == 403
    assert (await admin.get(USERS)).status == 200
    assert await events(house, "model_updated") == []


@pytest.mark.parametrize("deed", DEEDS)
async def test_after_five_minutes_a_deed_asks_for_a_proof(house: House, admin: Visitor, deed: str) -> None:
    house.clock.pass_by(seconds=LATER)
    address = f"{await user_page(house)}{deed}/"
    assert leads_to_proof(await admin.get(address), address)
    assert leads_to_proof(await admin.submit(address), address)
    assert await state(house) == "active"
    assert (await admin.get(await user_page(house))).status == 200


@pytest.mark.parametrize("deed", ["delete", "deactivate"])
async def test_the_last_superuser_stays(house: House, admin: Visitor, deed: str) -> None:
    refused = await admin.submit(f"{await user_page(house, OTHER)}{deed}/", own="true")
    assert refused.status == 400
    assert "This would leave no active superuser" in said(refused)
    assert (await admin.get(USERS)).status == 200


@pytest.mark.parametrize("deed", ["delete", "deactivate"])
async def test_nobody_locks_himself_out_without_being_told(house: House, admin: Visitor, deed: str) -> None:
    await another_superuser(house)
    address = f"{await user_page(house, OTHER)}{deed}/"
    asked = await admin.get(address)
    assert "This is you. You are signed out at once" in said(asked)
    assert 'name="own"' in asked.text
    assert 'name="own"' not in (await admin.get(f"{await user_page(house)}{deed}/")).text
    refused = await admin.submit(address)
    assert refused.status == 400
    assert "take your own rights" in said(refused)
    assert (await admin.get(USERS)).status == 200
    assert (await admin.submit(address, own="true")).status == 303
    assert (await admin.get(USERS)).status == 303
