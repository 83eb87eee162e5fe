"""Trying things out before they are used: policies, mappings, prompts and gateways."""

import json
from typing import Any

import pytest

from tests.people import OTHER, OWNER
from tests.unit.web.api.caller import ApiCaller
from tests.unit.web.api.samples import make
from tests.unit.web.house import House
from watchword.model.mapping import NotificationWebhookMapping
from watchword.model.policy import ExpressionPolicy
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage

DOCUMENTED = """
phone_number = regex_replace(request.context["prompt_data"]["phone"], r"\\s+", "")
if phone_number.startswith("+49"):
    return True
ak_message("Only German numbers, please.")
ak_logger.warning("refused", prefix=phone_number[:3])
return False
"""


async def owner_pk(admin: ApiCaller) -> int:
    return int((await admin.all(f"/core/users/?username={OWNER.username}"))[0]["pk"])


async def policy_test(admin: ApiCaller, expression: str, context: Any = None, **more: Any) -> Any:
    name = f"p{abs(hash(expression))}"
    policy = await make(admin, ExpressionPolicy, name, expression=expression)
    body = {"user": await owner_pk(admin), "context": {} if context is None else context, **more}
    return await admin.post(f"/policies/all/{policy['pk']}/test/", body, status=200)


async def test_a_policy_says_what_it_would(admin: ApiCaller) -> None:
    yes = await policy_test(admin, DOCUMENTED, {"prompt_data": {"phone": "+49 151 2345"}})
    assert (yes["passing"], yes["messages"], yes["log_messages"]) == (True, [], [])
    assert 0 < yes["milliseconds"] < 5000


async def test_a_policy_shows_its_messages_and_its_log(admin: ApiCaller) -> None:
    no = await policy_test(admin, DOCUMENTED, {"prompt_data": {"phone": "+33 612"}})
    assert (no["passing"], no["messages"]) == (False, ["Only German numbers, please."])
    [line] = no["log_messages"]
    assert (line["log_level"], line["event"], line["attributes"]) == ("warning", "refused", {"prefix": "+33"})
    assert line["timestamp"] == "2026-03-01T12:00:00Z"


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("x = 1\nreturn x.no_such_thing", "(line 2)"),
        ('return context["missing"]', "KeyError"),
        ("while True:\n    pass", "took longer"),
        ("return 3", "must return True or False"),
        ('return requests.get("http://127.0.0.1/")', "neither network nor e-mail"),
    ],
)
async def test_a_failure_says_all_and_leaves_no_event(admin: ApiCaller, expression: str, said: str) -> None:
    result = await policy_test(admin, expression)
    assert result["passing"] is False
    assert said in result["messages"][0]
    assert await admin.all("/events/events/?action=policy_exception") == []


async def test_a_policy_sees_the_user_and_nothing_but_the_context(admin: ApiCaller) -> None:
    expression = 'return request.user.username == "olivia" and request.debug and context == {"a": 1}'
    result = await policy_test(admin, expression, {"a": 1})
    assert result["passing"] is True, result


@pytest.mark.parametrize("body", [{}, {"user": 999_999}, {"user": "x"}, {"user": 1, "context": [1]}])
async def test_a_policy_is_not_tried_with_what_is_not_there(admin: ApiCaller, body: dict[str, Any]) -> None:
    policy = await make(admin, ExpressionPolicy)
    errors = await admin.post(f"/policies/all/{policy['pk']}/test/", body, status=400)
    assert errors.keys() <= {"user", "context"}


async def mapping_test(admin: ApiCaller, expression: str, body: Any = None, query: str = "") -> Any:
    mapping = await make(admin, NotificationWebhookMapping, "m", expression=expression)
    return await admin.post(f"/propertymappings/all/{mapping['pk']}/test/{query}", body or {}, status=200)


async def test_a_mapping_is_tried_with_a_sample_message(admin: ApiCaller) -> None:
    expression = 'return {"from": stage.from_number, "to": device.phone_number, "body": f"Code {token}"}'
    result = await mapping_test(admin, expression)
    assert result["successful"] is True
    assert json.loads(result["result"]) == {"from": "Watchword", "to": "+4915123456789", "body": "Code 042917"}


async def test_the_sample_can_be_chosen(admin: ApiCaller) -> None:
    context = {
        "device": {"phone_number": OTHER.number},
        "stage": {"from_number": "999"},
        "token": "777777",
        "my-list": [1, 2],
        "2nd": True,
        "_given": "no",
    }
    body = {"user": await owner_pk(admin), "context": context}
    expression = "return [user.username, device.phone_number, stage.from_number, token, my_list, x_2nd, given]"
    result = await mapping_test(admin, expression, body)
    expected = [OWNER.username, OTHER.number, "999", "777777", [1, 2], True, "no"]
    assert json.loads(result["result"]) == expected


async def test_the_result_can_have_line_breaks(admin: ApiCaller) -> None:
    result = await mapping_test(admin, 'return {"a": [1]}', query="?format_result=true")
    assert result["result"] == '{\n    "a": [\n        1\n    ]\n}'


async def test_a_mapping_with_a_group(admin: ApiCaller) -> None:
    group = await admin.post("/core/groups/", {"name": "people", "attributes": {"a": 1}})
    result = await mapping_test(admin, "return [group.name, group.attributes]", {"group": group["pk"]})
    assert json.loads(result["result"]) == ["people", {"a": 1}]
    nowhere = "00000000-0000-0000-0000-000000000000"
    mapping = (await admin.all("/propertymappings/all/?name=m"))[0]
    errors = await admin.post(f"/propertymappings/all/{mapping['pk']}/test/", {"group": nowhere}, status=400)
    assert errors == {"group": [f'Invalid pk "{nowhere}" - object does not exist.']}


async def test_a_mapping_that_fails_says_where(admin: ApiCaller) -> None:
    result = await mapping_test(admin, "x = 1\nreturn stage.auth")
    assert result["successful"] is False
    assert "(line 2)" in result["result"]
    assert await admin.all("/events/events/?action=property_mapping_exception") == []


async def test_a_prompt_is_shown_as_a_visitor_gets_it(admin: ApiCaller) -> None:
    body = {
        "field_key": "language",
        "label": "Language",
        "type": "dropdown",
        "placeholder": 'return [{"value": "de", "label": "Deutsch"}, "en"]',
        "placeholder_expression": True,
        "initial_value": "return user.username",
        "initial_value_expression": True,
    }
    shown = await admin.post("/stages/prompt/prompts/preview/", body, status=200)
    assert shown["component"] == "ak-stage-prompt"
    [field] = shown["fields"]
    assert field["choices"] == [{"value": "de", "label": "Deutsch"}, {"value": "en", "label": "en"}]
    assert (field["initial_value"], field["placeholder"]) == ("de", "")
    text = await admin.post("/stages/prompt/prompts/preview/", {**body, "type": "text"}, status=200)
    assert text["fields"][0]["initial_value"] == "ada"
    assert await admin.all("/stages/prompt/prompts/?field_key=language") == []


async def test_a_preview_that_fails_says_why(admin: ApiCaller) -> None:
    body = {"field_key": "a", "label": "a", "type": "text", "initial_value": "1 / 0", "initial_value_expression": True}
    errors = await admin.post("/stages/prompt/prompts/preview/", {**body, "initial_value": "return 1 / 0"}, status=400)
    assert "ZeroDivisionError" in errors["non_field_errors"][0]
    errors = await admin.post("/stages/prompt/prompts/preview/", {**body, "initial_value": "return ("}, status=400)
    assert "line 1" in errors["initial_value"][0]
    assert await admin.post("/stages/prompt/prompts/preview/", {}, status=400) == {
        key: ["This field is required."] for key in ("field_key", "label", "type")
    }


async def sms(admin: ApiCaller, **more: Any) -> str:
    stage = await make(admin, AuthenticatorSMSStage, "sms", provider="demo", **more)
    return f"/stages/authenticator/sms/{stage['pk']}/send_test/"


async def test_a_test_message_goes_through_the_gateway(house: House, admin: ApiCaller) -> None:
    path = await sms(admin)
    result = await admin.post(path, {"phone_number": "0151 23456713", "region": "DE"}, status=200)
    assert (result["sent"], result["gateway"], result["segments"]) == (True, "demo", 1)
    assert OWNER.number not in json.dumps(result)
    assert result["number"].endswith("13")
    assert len(house.services.sender.inbox(OWNER.number)) == 1
    [delivery] = await house.rows("SELECT * FROM delivery")
    assert (delivery["purpose"], delivery["outcome"], delivery["country"]) == ("test", "sent", "DE")


async def test_a_gateway_that_refuses_is_explained(house: House, admin: ApiCaller) -> None:
    stage = await make(admin, AuthenticatorSMSStage, "sms", account_sid="http://127.0.0.1:9/none")
    path = f"/stages/authenticator/sms/{stage['pk']}/send_test/"
    result = await admin.post(path, {"phone_number": OWNER.number}, status=200)
    assert (result["sent"], result["category"], result["gateway"]) == (False, "network", "generic")
    assert result["detail"]
    [delivery] = await house.rows("SELECT outcome, category FROM delivery")
    assert delivery == {"outcome": "failed", "category": "network"}


async def test_a_mapping_that_fails_is_explained(admin: ApiCaller) -> None:
    mapping = await make(admin, NotificationWebhookMapping, "m", expression="return 1 / 0")
    path = await sms(admin, mapping=mapping["pk"])
    result = await admin.post(path, {"phone_number": OWNER.number}, status=200)
    assert (result["sent"], result["category"]) == (False, "mapping")
    assert "“m”" in result["detail"]


@pytest.mark.parametrize(
    "body", [{}, {"phone_number": ""}, {"phone_number": "12"}, {"phone_number": "9" * 300}, {"phone_number": 5}]
)
async def test_a_number_that_cannot_be_is_refused(house: House, admin: ApiCaller, body: dict[str, Any]) -> None:
    errors = await admin.post(await sms(admin), body, status=400)
    assert errors.keys() == {"phone_number"}
    assert house.services.sender.inbox() == []


async def test_test_messages_are_throttled(house: House, admin: ApiCaller) -> None:
    path = await sms(admin)
    for _ in range(10):
        await admin.post(path, {"phone_number": OWNER.number}, status=200)
    answer = await admin.call("POST", path, {"phone_number": OWNER.number})
    assert answer.status == 429
    assert 0 < int(answer.header("retry-after")) <= 3600
    assert len(house.services.sender.inbox(OWNER.number)) == 10
    house.clock.pass_by(hours=1)
    await admin.post(path, {"phone_number": OWNER.number}, status=200)


async def test_only_superusers_send_test_messages(owner_api: ApiCaller, nobody: ApiCaller, admin: ApiCaller) -> None:
    path = await sms(admin)
    for caller in (owner_api, nobody):
        assert (await caller.call("POST", path, {"phone_number": OWNER.number})).status == 403
