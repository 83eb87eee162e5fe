"""Who may call what: every operation, as each of the three people, and as an administrator."""

from typing import Any

import pytest

from tests.people import OTHER, OWNER
from tests.unit.web.api.caller import ApiCaller
from tests.unit.web.house import House
from watchword.web.api.operation import Operation
from watchword.web.api.schema import ALL

NOWHERE = {"{id}": "999999", "{slug}": "no-such-flow", "{identifier}": "no-such-token"}
NOBODY = {"detail": "Authentication credentials were not provided."}
NOT_ALLOWED = {"detail": "You do not have permission to perform this action."}


def path_of(operation: Operation) -> str:
    """With names of what is not there: who may not call it must not learn even that."""
    path = operation.path
    for part, name in NOWHERE.items():
        path = path.replace(part, name)
    begin, _, end = path.partition("{")
    return f"{begin}00000000-0000-0000-0000-000000000000{end.partition('}')[2]}" if end else path


def of(*access: str) -> list[Operation]:
    return [operation for operation in ALL if operation.access in access]


async def call(api: ApiCaller, operation: Operation) -> tuple[int, Any]:
    body: Any = {} if operation.body is not None else None
    answer = await api.call(operation.method, path_of(operation), body)
    return answer.status, answer.json if answer.body else None


async def refused(api: ApiCaller, operations: list[Operation], reason: dict[str, str]) -> list[str]:
    """The operations that did not answer 403 with just this reason."""
    wrong = []
    for operation in operations:
        status, body = await call(api, operation)
        if status != 403 or {key: value for key, value in body.items() if key != "request_id"} != reason:
            wrong.append(f"{operation.id}: {status} {body}")
    return wrong


async def not_let_in(api: ApiCaller, operations: list[Operation]) -> list[str]:
    """The operations that refused the caller, or failed."""
    answers = [(operation.id, *await call(api, operation)) for operation in operations]
    return [f"{name}: {status} {body}" for name, status, body in answers if status == 403 or status >= 500]


async def test_strangers_are_refused_with_a_reason(nobody: ApiCaller) -> None:
    assert await refused(nobody, of("signed_in", "superuser"), NOBODY) == []


async def test_ordinary_users_do_not_administer(owner_api: ApiCaller) -> None:
    assert await refused(owner_api, of("superuser"), NOT_ALLOWED) == []


async def test_administrators_are_let_in_everywhere(admin: ApiCaller) -> None:
    assert await not_let_in(admin, list(ALL)) == []


async def test_users_are_let_in_to_what_is_their_own(other_api: ApiCaller) -> None:
    assert await not_let_in(other_api, of("signed_in", "anyone")) == []


async def test_what_anyone_may_call_asks_for_nothing(nobody: ApiCaller) -> None:
    assert await not_let_in(nobody, of("anyone")) == []


def test_most_of_the_api_is_for_administrators() -> None:
    assert len(of("superuser")) > 150
    assert {operation.path.split("/")[1] for operation in of("anyone")} == {"flows", "root", "schema"}


DEVICE = (
    "INSERT INTO {table} (user_id, stage_pk, name, confirmed, created, last_updated, failures_in_a_row, disabled{more})"
)
DEVICE += " SELECT id, 'a-stage', 'mine', true, :now, :now, 0, false{values} FROM users WHERE username = :name"
MORE = {
    "sms": (", phone_number, number_key, key_id, masked, hashed", ", :number, 'key', 'id', '+49 ••• ••13', false"),
    "totp": (", secret, digits", ", 'x', 6"),
    "static": ("", ""),
}


async def enrol(house: House, device_class: str) -> int:
    """A device of the owner's; returns its id."""
    columns, values = MORE[device_class]
    statement = DEVICE.format(table=f"{device_class}_device", more=columns, values=values)
    given = {"now": house.clock().isoformat(" "), "name": OWNER.username}
    if device_class == "sms":
        given["number"] = OWNER.number
    await house.write(statement, **given)
    [row] = await house.rows(f"SELECT max(id) AS id FROM {device_class}_device")  # noqa: S608 - a table of ours
    return int(row["id"])


@pytest.mark.parametrize("device_class", ["sms", "totp", "static"])
async def test_a_device_is_its_owners_and_nobody_elses(
    house: House,
    owner_api: ApiCaller,
    other_api: ApiCaller,
    nobody: ApiCaller,
    admin: ApiCaller,
    device_class: str,
) -> None:
    path = f"/authenticators/{device_class}/{await enrol(house, device_class)}/"
    listed = f"/authenticators/{device_class}/"
    for method, body in (("GET", None), ("PATCH", {"name": "his"}), ("PUT", {"name": "his"}), ("DELETE", None)):
        assert (await other_api.call(method, path, body)).status == 404
        assert (await nobody.call(method, path, body)).status == 403
    assert await other_api.all(listed) == []
    assert [one["name"] for one in await owner_api.all(listed)] == ["mine"]
    assert [one["user"]["username"] for one in await admin.all(listed)] == [OWNER.username]
    assert (await owner_api.patch(path, {"name": "my phone"}))["name"] == "my phone"
    assert (await admin.get(path))["name"] == "my phone"
    await owner_api.delete(path)
    assert await admin.all(listed) == []


async def test_a_token_is_its_owners_and_nobody_elses(
    owner_api: ApiCaller, other_api: ApiCaller, nobody: ApiCaller, admin: ApiCaller
) -> None:
    made = await owner_api.post("/core/tokens/", {"identifier": "mine", "description": "for the tests"})
    path = "/core/tokens/mine/"
    for method, place, body in (
        ("GET", path, None),
        ("PATCH", path, {"description": "his"}),
        ("PUT", path, {"identifier": "his"}),
        ("DELETE", path, None),
        ("GET", f"{path}view_key/", None),
        ("POST", f"{path}set_key/", {"key": "his own key of this token"}),
        ("GET", f"{path}used_by/", None),
    ):
        assert (await other_api.call(method, place, body)).status == 404, (method, place)
        assert (await nobody.call(method, place, body)).status == 403
    assert [one["identifier"] for one in await other_api.all("/core/tokens/")] == [f"{OTHER.username}-token"]
    assert await owner_api.get(path) == made
    assert made["identifier"] in {one["identifier"] for one in await admin.all("/core/tokens/")}
    assert (await owner_api.patch(path, {"description": "changed"}))["description"] == "changed"
    await admin.delete(path)
    await owner_api.get(path, status=404)


async def test_a_token_can_be_made_for_oneself_only(owner_api: ApiCaller, admin: ApiCaller) -> None:
    other = next(one for one in await admin.all("/core/users/") if one["username"] == OTHER.username)
    errors = await owner_api.post("/core/tokens/", {"identifier": "his", "user": other["pk"]}, status=400)
    assert errors == {"user": ["You can make tokens for yourself only."]}
    errors = await owner_api.post("/core/tokens/", {"identifier": "mine", "expiring": False}, status=400)
    assert errors == {"expiring": ["Only superusers can make a token that never expires."]}
    made = await admin.post("/core/tokens/", {"identifier": "his", "user": other["pk"], "expiring": False})
    assert (made["user"], made["expires"]) == (other["pk"], None)


async def test_a_session_is_its_owners_and_nobody_elses(
    house: House, owner_api: ApiCaller, other_api: ApiCaller, nobody: ApiCaller, admin: ApiCaller
) -> None:
    visitor = await house.signed_in(OWNER)
    [session] = await owner_api.all("/core/authenticated_sessions/")
    path = f"/core/authenticated_sessions/{session['uuid']}/"
    assert await other_api.all("/core/authenticated_sessions/") == []
    for method in ("GET", "DELETE"):
        assert (await other_api.call(method, path)).status == 404
        assert (await nobody.call(method, path)).status == 403
    assert (await admin.get(path))["user"] == session["user"]
    assert (await visitor.get("/if/user/")).status == 200
    await owner_api.delete(path)
    assert (await visitor.get("/if/user/")).status == 303
    assert await admin.all("/core/authenticated_sessions/") == []
