"""Secrets go in and never come out."""

import json

import pytest

from tests.unit.web.api.caller import ApiCaller
from tests.unit.web.api.conftest import ADMIN, with_tokens
from tests.unit.web.api.samples import body_of, make, one_of
from tests.unit.web.conftest import OpenHouse
from tests.unit.web.house import House
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage

SMS = "/stages/authenticator/sms/"
TOKEN, PASSWORD = "a bearer token", "a basic password"


async def stored(house: House, pk: str) -> tuple[str, str]:
    stage = house.services.configuration.snapshot.get(pk, AuthenticatorSMSStage)
    assert stage
    return stage.auth, stage.auth_password


async def test_a_secret_is_taken_and_never_answered(house: House, admin: ApiCaller) -> None:
    made = await make(admin, AuthenticatorSMSStage, auth_password=PASSWORD)
    path = one_of(AuthenticatorSMSStage, made)
    assert await stored(house, made["pk"]) == (TOKEN, PASSWORD)
    answers = [
        made,
        await admin.get(path),
        await admin.get(SMS),
        await admin.patch(path, {"friendly_name": "x"}),
        await admin.put(path, await body_of(admin, AuthenticatorSMSStage)),
    ]
    for answer in answers:
        assert TOKEN not in json.dumps(answer)
        assert PASSWORD not in json.dumps(answer)
    assert (answers[1]["auth"], answers[1]["auth_password"]) == ("", "")


@pytest.mark.parametrize("given", [{}, {"auth": None, "auth_password": None}, {"auth": None}])
async def test_a_secret_that_is_left_out_or_null_is_kept(
    house: House, admin: ApiCaller, given: dict[str, None]
) -> None:
    made = await make(admin, AuthenticatorSMSStage, auth_password=PASSWORD)
    path, body = one_of(AuthenticatorSMSStage, made), await body_of(admin, AuthenticatorSMSStage)
    del body["auth"]
    await admin.put(path, {**body, **given})
    await admin.patch(path, {"friendly_name": "x", **given})
    assert await stored(house, made["pk"]) == (TOKEN, PASSWORD)


async def test_a_secret_can_be_replaced_and_emptied(house: House, admin: ApiCaller) -> None:
    made = await make(admin, AuthenticatorSMSStage, auth_password=PASSWORD)
    path = one_of(AuthenticatorSMSStage, made)
    await admin.patch(path, {"auth": "another"})
    assert await stored(house, made["pk"]) == ("another", PASSWORD)
    await admin.patch(path, {"auth_password": ""})
    assert await stored(house, made["pk"]) == ("another", "")


async def test_a_secret_is_sealed_where_it_is_stored(house: House, admin: ApiCaller) -> None:
    made = await make(admin, AuthenticatorSMSStage)
    await admin.patch(one_of(AuthenticatorSMSStage, made), {"auth": "another secret"})
    rows = [
        *await house.rows("SELECT document FROM config_object"),
        *await house.rows("SELECT changes, summary FROM config_revision"),
        *await house.rows("SELECT * FROM event"),
    ]
    assert TOKEN not in json.dumps(rows, default=str)
    assert "another secret" not in json.dumps(rows, default=str)


async def test_an_error_does_not_repeat_a_secret(admin: ApiCaller) -> None:
    for wrong in ({"auth": [TOKEN]}, {"auth": TOKEN, "provider": "pigeon"}, {"auth": TOKEN, "code_length": 99}):
        body = {**await body_of(admin, AuthenticatorSMSStage), **wrong}
        assert TOKEN not in json.dumps(await admin.post(SMS, body, status=400))


async def test_an_export_names_the_environment_in_its_place(admin: ApiCaller) -> None:
    made = await make(admin, AuthenticatorSMSStage, "text message")
    flow = await admin.post(
        "/flows/instances/", {"name": "f", "slug": "f", "title": "f", "designation": "stage_configuration"}
    )
    await admin.post("/flows/bindings/", {"target": flow["pk"], "stage": made["pk"], "order": 0})
    answer = await admin.call("GET", "/flows/instances/f/export/")
    assert TOKEN not in answer.text
    assert "auth: !Env BLUEPRINT_SECRET_TEXT_MESSAGE_AUTH" in answer.text
    assert answer.header("content-disposition") == 'attachment; filename="f.yaml"'
    assert answer.header("content-type").startswith("application/yaml")


async def test_secrets_are_answered_to_superusers_where_settings_say_so(opened: OpenHouse) -> None:
    async with opened(api_reveal_secrets="true") as house:
        admin = ApiCaller(await with_tokens(house), ADMIN)
        made = await make(admin, AuthenticatorSMSStage)
        assert made["auth"] == TOKEN
        assert (await admin.get(one_of(AuthenticatorSMSStage, made)))["auth"] == TOKEN
