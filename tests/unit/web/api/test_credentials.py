"""How a caller is known: by a token, or by a session with its CSRF token."""

import hashlib
import json
from datetime import timedelta

import pytest

from tests.people import OWNER
from tests.unit.web.api.caller import ApiCaller
from tests.unit.web.api.conftest import ADMIN
from tests.unit.web.client import CSRF, JSON, Visitor
from tests.unit.web.house import House

ME = "/core/users/me/"
INVALID = "Token invalid/expired"


async def detail(api: ApiCaller, **headers: str) -> str:
    answer = await api.get(ME, status=403, **headers)
    return str(answer["detail"])


async def test_a_token_says_who_calls(admin: ApiCaller, owner_api: ApiCaller) -> None:
    assert (await admin.get(ME))["user"]["username"] == ADMIN
    assert (await admin.get(ME))["user"]["is_superuser"] is True
    assert (await owner_api.get(ME))["user"]["username"] == OWNER.username
    assert (await owner_api.get(ME))["user"]["is_superuser"] is False


@pytest.mark.parametrize("header", ["bearer key of ada", "BEARER  key of ada", "Bearer key of ada "])
async def test_the_scheme_may_be_written_in_any_case(nobody: ApiCaller, header: str) -> None:
    assert (await nobody.get(ME, authorization=header))["user"]["username"] == ADMIN


@pytest.mark.parametrize("header", ["", "Bearer", "Basic a2V5", "key of ada", "Token key of ada"])
async def test_another_scheme_counts_as_none(nobody: ApiCaller, header: str) -> None:
    assert await detail(nobody, authorization=header) == "Authentication credentials were not provided."


@pytest.mark.parametrize("key", ["wrong", "", " ", "x" * 5000, "ké", "\x01"])
async def test_an_unknown_key_is_refused(nobody: ApiCaller, key: str) -> None:
    assert await detail(nobody, authorization=f"Bearer {key}") == INVALID


async def test_a_wrong_token_is_refused_even_beside_a_good_session(house: House) -> None:
    visitor = await house.signed_in(OWNER)
    answer = await visitor.get(f"/api/v3{ME}", authorization="Bearer wrong")
    assert (answer.status, answer.json["detail"]) == (403, INVALID)


async def test_an_expired_token_is_refused(house: House, owner_api: ApiCaller) -> None:
    made = await owner_api.post("/core/tokens/", {"identifier": "short"})
    caller = ApiCaller(house, "short")
    caller.key = (await owner_api.get("/core/tokens/short/view_key/"))["key"]
    assert (await caller.get(ME))["user"]["username"] == OWNER.username
    assert made["expires"] == (house.clock() + timedelta(days=1)).isoformat().replace("+00:00", "Z")
    house.clock.pass_by(days=1)
    assert await detail(caller) == INVALID


async def test_a_token_of_an_inactive_user_is_refused(admin: ApiCaller, owner_api: ApiCaller) -> None:
    pk = (await owner_api.get(ME))["user"]["pk"]
    await admin.patch(f"/core/users/{pk}/", {"is_active": False})
    assert await detail(owner_api) == INVALID


async def test_an_app_password_is_no_token_of_the_api(house: House, owner_api: ApiCaller) -> None:
    await owner_api.post("/core/tokens/", {"identifier": "app", "intent": "app_password"})
    caller = ApiCaller(house, None)
    caller.key = (await owner_api.get("/core/tokens/app/view_key/"))["key"]
    assert await detail(caller) == INVALID


async def test_only_a_hash_of_a_key_is_stored(house: House, owner_api: ApiCaller) -> None:
    await owner_api.post("/core/tokens/", {"identifier": "mine"})
    key = (await owner_api.get("/core/tokens/mine/view_key/"))["key"]
    [row] = await house.rows("SELECT * FROM token WHERE identifier = 'mine'")
    assert row["key_hash"] == hashlib.sha256(key.encode()).hexdigest()
    assert key not in json.dumps(row, default=str)


async def test_when_a_token_was_last_used_is_kept(house: House, owner_api: ApiCaller) -> None:
    await owner_api.get(ME)
    house.clock.pass_by(seconds=30)
    token = await owner_api.get(f"/core/tokens/{OWNER.username}-token/")
    assert token["last_used"] == "2026-03-01T12:00:00Z"
    house.clock.pass_by(seconds=30)
    await owner_api.get(ME)
    token = await owner_api.get(f"/core/tokens/{OWNER.username}-token/")
    assert token["last_used"] == "2026-03-01T12:01:00Z"


async def rename(visitor: Visitor, **headers: str) -> int:
    body = json.dumps({"identifier": "mine"}).encode()
    sent = {**JSON, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return (await visitor.request("POST", "/api/v3/core/tokens/", body, sent.items())).status


async def test_a_session_is_known_with_its_csrf_token(house: House) -> None:
    visitor = await house.signed_in(OWNER)
    answer = await visitor.get(f"/api/v3{ME}")
    assert answer.json["user"]["username"] == OWNER.username
    assert await rename(visitor) == 403
    assert await rename(visitor, x_authentik_csrf="wrong") == 403
    assert await rename(visitor, x_authentik_csrf=visitor.cookies[CSRF], sec_fetch_site="cross-site") == 403
    assert await rename(visitor, x_authentik_csrf=visitor.cookies[CSRF]) == 201


async def test_a_refused_csrf_token_is_told(house: House) -> None:
    visitor = await house.signed_in(OWNER)
    answer = await visitor.request("POST", "/api/v3/core/tokens/", b"{}", JSON.items())
    assert answer.json["detail"].startswith("CSRF Failed: ")


async def test_a_session_that_nobody_signed_in_to_is_nobodys(house: House) -> None:
    visitor = house.visitor()
    await visitor.see("default-authentication-flow")
    answer = await visitor.get(f"/api/v3{ME}")
    assert (answer.status, answer.json["detail"]) == (403, "Authentication credentials were not provided.")


async def test_a_stolen_session_cannot_do_what_takes_a_fresh_proof(house: House, owner_api: ApiCaller) -> None:
    await owner_api.post("/core/tokens/", {"identifier": "mine"})
    visitor = await house.signed_in(OWNER)
    assert (await visitor.get("/api/v3/core/tokens/mine/view_key/")).status == 200
    house.clock.pass_by(minutes=5)
    answer = await visitor.get("/api/v3/core/tokens/mine/view_key/")
    assert answer.status == 403
    assert "/flows/-/reauthenticate/" in answer.json["detail"] or "that it is you" in answer.json["detail"]
    csrf = {"x-authentik-csrf": visitor.cookies[CSRF]}
    gone = await visitor.request("DELETE", "/api/v3/authenticators/sms/1/", b"", csrf.items())
    assert gone.status == 403
    assert (await owner_api.get("/core/tokens/mine/view_key/"))["key"]


async def test_the_answer_names_its_request(nobody: ApiCaller) -> None:
    answer = await nobody.call("GET", ME)
    assert answer.json["request_id"] == answer.header("x-authentik-id")
    assert answer.header("cache-control") == "no-store"
