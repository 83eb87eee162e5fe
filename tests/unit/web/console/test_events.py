"""The audit trail as people read it: found, opened, linked to what it names, and saved."""

from typing import Any

import msgspec
import pytest

from tests.people import OTHER, OWNER
from tests.unit.web.api.caller import ApiCaller
from tests.unit.web.api.conftest import ADMIN, with_tokens
from tests.unit.web.api.samples import make
from tests.unit.web.client import Answer, Visitor
from tests.unit.web.console.bench import deliver, facts, file_of, link, rows
from tests.unit.web.house import House
from tests.unit.web.pages.html_tree import parse
from tests.unit.web.test_devices import user
from watchword.events import ACTIONS
from watchword.model.policy import ExpressionPolicy
from watchword.stages.deny import DenyStage
from watchword.storage.events import write_event
from watchword.storage.groups import create_group
from watchword.storage.users import delete_user
from watchword.web.pages.console.people.addresses import user_url

LIST = "/if/admin/events/"
FILE = f"{LIST}csv/"


@pytest.fixture
async def api(house: House) -> ApiCaller:
    return ApiCaller(await with_tokens(house), ADMIN)


async def leave(house: House, action: str = "login", **values: Any) -> str:
    """Its uuid."""
    await house.services.database.run(write_event, **{"action": action, "now": house.clock(), **values})
    [found] = await house.rows("SELECT uuid FROM event ORDER BY id DESC LIMIT 1")
    return str(found["uuid"])


async def opened(house: House, admin: Visitor, **context: Any) -> Answer:
    return await admin.get(f"{LIST}{await leave(house, context=context)}/")


async def test_a_row_says_when_what_who_and_where_from(house: House, admin: Visitor) -> None:
    owner = await user(house, OWNER)
    await leave(house, "sms_send_failed", user=owner, message="It was not sent", client_ip="192.0.2.7")
    await leave(house, "custom_own_thing", context={"by": "ada"})
    custom, failed = (await rows(admin, LIST))[:2]
    assert failed == ["2026-03-01 12:00:00", "SMS send failed", OWNER.username, "It was not sent", "192.0.2.7"]
    assert custom[1:4] == ["Own thing", "", "An expression left this event. by ada"]
    assert custom[4] == ""


async def test_what_deleted_users_did_stays_and_is_found(house: House, admin: Visitor) -> None:
    owner = await user(house, OWNER)
    await leave(house, user=owner, message="long ago")
    await house.services.database.run(delete_user, owner.id)
    [row] = await rows(admin, f"{LIST}?username={OWNER.username}")
    assert row[2:4] == [f"{OWNER.username} deleted", "long ago"]
    assert [row[3] for row in await rows(admin, f"{LIST}?user={owner.id}")] == ["long ago"]
    assert f"User {owner.id} is not there, or no longer." in (await admin.get(f"{LIST}?user={owner.id}")).text


FILTERS: list[tuple[str, list[str]]] = [
    ("action=logout", ["two"]),
    ("action=custom_own", ["three"]),
    ("username=olivia", ["two"]),
    ("user={user}", ["two"]),
    ("user={user}&action=login", []),
    ("address=192.0.2.7", ["one"]),
    ("address=192.0.2", []),
    ("search=TWO", ["two"]),
    ("search=deep%20custom", ["three"]),
    ("search=%25", []),
    ("from=2026-02-28&to=2026-02-28", ["one"]),
    ("to=2026-02-27", []),
]


async def test_events_are_found_by_each_of_their_facts_and_saved_as_they_were_asked(
    house: House, admin: Visitor
) -> None:
    owner = await user(house, OWNER)
    house.clock.pass_by(days=-1)
    await leave(house, message="one", client_ip="192.0.2.7")
    house.clock.pass_by(days=1)
    await leave(house, "logout", message="two", user=owner)
    await leave(house, "custom_own", message="three", context={"a": {"b": "deep"}})
    for query, expected in FILTERS:
        asked = f"?{query.format(user=owner.id)}"
        assert [row[3] for row in await rows(admin, LIST + asked)] == expected, query
        saved = await file_of(admin, FILE + asked)
        # That it was saved is an event too, and names what was searched for.
        assert [row["message"] for row in saved if row["action"] != "data_exported"] == expected, query
    [row] = await file_of(admin, f"{FILE}?action=custom_own")
    assert msgspec.json.decode(row["context"]) == {"a": {"b": "deep"}}
    assert (row["when"], row["action"]) == ("2026-03-01T12:00:00Z", "custom_own")


async def test_every_action_can_be_chosen_and_no_other(admin: Visitor) -> None:
    choices = parse((await admin.get(LIST)).text).one("select", name="action").all("option")
    assert {option.attrs["value"] for option in choices} == {"", *ACTIONS}
    for action in ("nothing", "%00", "x" * 5000, "%F0%9F%98%80"):
        answer = await admin.get(f"{LIST}?action={action}")
        assert answer.status == (200 if action == "%00" else 400), action
    for action in ("custom_nothing", "custom_%F0%9F%98%80", f"custom_{'x' * 5000}"):
        assert (await admin.get(f"{LIST}?action={action}")).status == 200, action


async def test_the_context_is_read_as_facts_however_deep(house: House, admin: Visitor) -> None:
    deep = {"flag": True, "list": [1, "two"], "nested": {"why_not": [{"x": None}]}, "empty": {}, "text": "<b>bold</b>"}
    page = await opened(house, admin, **deep)
    told = facts(page)
    assert (told["Flag"], told["List"], told["Empty"], told["Text"]) == ("yes", "1, two", "nothing", "<b>bold</b>")
    assert told["Nested"] == "Why not 1 X nothing"
    assert (told["Why not"], told["X"]) == ("1 X nothing", "nothing")
    assert told["Action"] == "login"
    assert "Somebody signed in." in parse(page.text).text


async def test_what_an_event_names_is_a_link_while_it_is_there(house: House, api: ApiCaller, admin: Visitor) -> None:
    stage, policy = await make(api, DenyStage, "gate"), await make(api, ExpressionPolicy, "guard")
    other, number = await user(house, OTHER), await deliver(house)
    model = {"app": "authentik_stages_deny", "model_name": "denystage", "pk": stage["pk"], "name": "gate"}
    page = await opened(house, admin, model=model, policy="guard", by=OTHER.username, delivery=number, fields=["name"])
    assert link(page, "gate") == f"/if/admin/stages/{stage['pk']}/edit/"
    assert link(page, "guard") == f"/if/admin/policies/{policy['pk']}/edit/"
    assert link(page, OTHER.username) == user_url(other.id)
    assert link(page, str(number)) == f"/if/admin/messages/{number}/"
    bare = await opened(house, admin, pk=stage["pk"], stage="gate", mapping="none", model={"pk": "gone", "name": "x"})
    assert link(bare, stage["pk"]) == link(bare, "gate") == f"/if/admin/stages/{stage['pk']}/edit/"
    assert facts(bare)["Object"] == "x"


async def test_what_an_event_names_and_is_gone_is_no_link(house: House, admin: Visitor) -> None:
    model = {"app": "authentik_core", "model_name": "user", "pk": 999_999, "name": "zoe"}
    page = await opened(house, admin, model=model, by="zoe", stage="none", policy=None, delivery="7")
    assert not [node for node in parse(page.text).one("main").all("a") if node.text in ("zoe", "none", "7")]
    owner = (await user(house, OWNER)).id
    group = await house.services.database.run(create_group, name="staff")
    shown = await opened(house, admin, model={"model_name": "group", "pk": group.pk, "name": "staff"})
    assert link(shown, "staff") == f"/if/admin/groups/{group.pk}/"
    there = await opened(house, admin, model={"model_name": "user", "pk": owner, "name": OWNER.username})
    assert link(there, OWNER.username) == user_url(owner)


async def test_a_context_of_any_shape_is_shown(house: House, admin: Visitor) -> None:
    models: list[Any] = [7, {}, {"pk": []}, {"model_name": "user", "pk": True}]
    odd: list[dict[str, Any]] = [{"model": model} for model in models]
    odd += [
        {"": ""},
        {"delivery": -1},
        {"by": {"by": 1}},
        {"x": "y" * 5000},
        {"🙂": "🙂"},
        {"stage": ["a", {"pk": None}]},
    ]
    for context in odd:
        assert (await opened(house, admin, **context)).status == 200, context


async def test_no_number_no_code_and_no_secret_is_shown(house: House, admin: Visitor) -> None:
    page = await opened(house, admin, to=OWNER.number, code="042917", auth_token="s3cret", deep=[{"phone": "1"}])
    for text in (page.text, (await admin.get(LIST)).text, (await admin.get(FILE)).text):
        assert not [hidden for hidden in (OWNER.number[1:], "042917", "s3cret") if hidden in text]


@pytest.mark.parametrize(
    "uuid", ["x", "%00", "6ba7b810-9dad-11d1-80b4-00c04fd430c8", "9" * 300, "%F0%9F%98%80", "..%2Fcsv"]
)
async def test_an_unknown_event_is_not_found(admin: Visitor, uuid: str) -> None:
    assert (await admin.get(f"{LIST}{uuid}/")).status == 404
