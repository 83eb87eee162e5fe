"""The audit trail over the API: what happened, who did it, and that nobody can change it."""

import pytest

from tests.people import OTHER, OWNER
from tests.unit.web.api.caller import ApiCaller
from tests.unit.web.api.samples import make
from tests.unit.web.house import House
from watchword.events import ACTIONS
from watchword.stages.deny import DenyStage
from watchword.web.api.events import KNOWN_TO_CLIENTS

EVENTS = "/events/events/"


async def test_a_sign_in_is_told_with_who_and_where(house: House, admin: ApiCaller) -> None:
    await house.signed_in(OWNER, address="203.0.113.9")
    [event] = await admin.all(f"{EVENTS}?action=login")
    assert (event["user"]["username"], event["client_ip"], event["app"]) == (OWNER.username, "203.0.113.9", "watchword")
    assert event == await admin.get(f"{EVENTS}{event['pk']}/")


async def test_what_authentik_has_no_word_for_is_custom_and_keeps_ours(house: House, admin: ApiCaller) -> None:
    visitor = await house.signed_in(OWNER)
    direct = "/if/flow/sms-enrollment-direct/"
    await visitor.fill_in(direct, phone_number=OWNER.number)
    await visitor.fill_in(direct, code=house.code_for(OWNER))
    shown = await admin.all(EVENTS)
    assert {one["event"] for one in shown} >= {"login", "device_enrolled"}
    for event in shown:
        assert event["event"] in ACTIONS
        assert event["action"] == (event["event"] if event["event"] in KNOWN_TO_CLIENTS else "custom_")


async def test_events_are_found_by_what_they_are_about(admin: ApiCaller) -> None:
    made, other = await make(admin, DenyStage, "one"), await make(admin, DenyStage, "two")
    about = f"context_model_name=denystage&context_model_pk={made['pk']}"
    [found] = await admin.all(f"{EVENTS}?action=model_created&{about}")
    assert found["context"]["model"]["pk"] == made["pk"] != other["pk"]
    assert await admin.all(f"{EVENTS}?{about}&context_model_app=authentik_core") == []
    assert len(await admin.all(f"{EVENTS}?actions=model_created&actions=login")) == 2
    assert await admin.all(f"{EVENTS}?created__lt=2000-01-01T00:00:00Z") == []


async def test_events_are_found_by_who_was_there(house: House, admin: ApiCaller) -> None:
    for person in (OWNER, OTHER):
        await house.signed_in(person)
    for person in (OWNER, OTHER):
        found = await admin.all(f"{EVENTS}?username={person.username}")
        assert {one["user"]["username"] for one in found} == {person.username}
        found = await admin.all(f"{EVENTS}?search={person.username}")
        assert {one["user"]["username"] for one in found} == {person.username}


async def test_the_newest_comes_first(house: House, admin: ApiCaller) -> None:
    for person in (OWNER, OTHER):
        await house.signed_in(person)
        house.clock.pass_by(minutes=1)
    assert [one["user"]["username"] for one in await admin.all(f"{EVENTS}?action=login")] == [
        OTHER.username,
        OWNER.username,
    ]


async def test_every_action_is_listed_with_its_meaning(admin: ApiCaller) -> None:
    listed = await admin.get("/events/events/actions/")
    assert {one["component"]: one["description"] for one in listed} == ACTIONS


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_nobody_changes_what_happened(house: House, admin: ApiCaller, method: str) -> None:
    await house.signed_in(OWNER)
    [event] = await admin.all(f"{EVENTS}?action=login")
    for path in (EVENTS, f"{EVENTS}{event['pk']}/"):
        assert (await admin.call(method, path, {"action": "logout"})).status == 405
    assert await admin.all(f"{EVENTS}?action=login") == [event]


async def test_only_administrators_read_what_happened(owner_api: ApiCaller, nobody: ApiCaller) -> None:
    for caller in (owner_api, nobody):
        assert (await caller.get(EVENTS, status=403))["detail"]
