"""What is wrong is said field by field, and nothing has changed then."""

from typing import Any

import pytest

from tests.unit.web.api.caller import ApiCaller
from tests.unit.web.api.samples import body_of, make, one_of, path_of
from watchword.model.base import ConfigObject
from watchword.model.flow import Flow, FlowStageBinding
from watchword.model.mapping import NotificationWebhookMapping
from watchword.model.policy import ExpressionPolicy, PolicyBinding
from watchword.model.prompt import Prompt
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage
from watchword.stages.authenticator_validate.stage import AuthenticatorValidateStage
from watchword.stages.deny import DenyStage
from watchword.stages.identification import IdentificationStage
from watchword.stages.prompt import PromptStage
from watchword.stages.user_write import UserWriteStage

NOWHERE = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"
NO_SUCH = f'Invalid pk "{NOWHERE}" - object does not exist.'

WRONG: list[tuple[type[ConfigObject], dict[str, Any], Any]] = [
    (Flow, {"name": ""}, {"name": ["This field may not be blank."]}),
    (Flow, {"name": " \n "}, {"name": ["This field may not be blank."]}),
    (Flow, {"name": None}, {"name": ["This field may not be null."]}),
    (Flow, {"name": True}, {"name": ["Not a valid string."]}),
    (Flow, {"name": ["a"]}, {"name": ["Not a valid string."]}),
    (Flow, {"name": "a\x00b"}, {"name": ["Null characters are not allowed."]}),
    (Flow, {"slug": "a b"}, {"slug": ["Enter a valid “slug” consisting of letters, numbers, underscores or hyphens."]}),
    (Flow, {"slug": "a" * 51}, {"slug": ["Ensure this field has no more than 50 characters."]}),
    (Flow, {"designation": "party"}, {"designation": ['"party" is not a valid choice.']}),
    (Flow, {"designation": 3}, {"designation": ['"3" is not a valid choice.']}),
    (Flow, {"compatibility_mode": "yes"}, {"compatibility_mode": ["Must be a valid boolean."]}),
    (FlowStageBinding, {"order": "1"}, {"order": ["A valid integer is required."]}),
    (FlowStageBinding, {"order": True}, {"order": ["A valid integer is required."]}),
    (
        FlowStageBinding,
        {"order": 2**31},
        {"order": ["Ensure this value is less than or equal to 2147483647."]},
    ),
    (FlowStageBinding, {"order": 2**70}, {"order": ["Ensure this value is less than or equal to 2147483647."]}),
    (FlowStageBinding, {"target": "x"}, {"target": ["“x” is not a valid UUID."]}),
    (FlowStageBinding, {"target": NOWHERE}, {"target": [NO_SUCH]}),
    (FlowStageBinding, {"stage": NOWHERE}, {"stage": [NO_SUCH]}),
    (
        FlowStageBinding,
        {"evaluate_on_plan": False, "re_evaluate_policies": False},
        {"non_field_errors": ["Either evaluation on plan or evaluation on run must be enabled"]},
    ),
    (PolicyBinding, {"policy": None}, {"non_field_errors": ["One of 'group', 'policy', 'user' must be set."]}),
    (PolicyBinding, {"user": 1}, {"non_field_errors": ["Only one of 'group', 'policy', 'user' can be set."]}),
    (PolicyBinding, {"policy": None, "user": 999}, {"user": ['Invalid pk "999" - object does not exist.']}),
    (PolicyBinding, {"policy": None, "group": NOWHERE}, {"group": [NO_SUCH]}),
    (PolicyBinding, {"policy": NOWHERE}, {"policy": [NO_SUCH]}),
    (PolicyBinding, {"timeout": -1}, {"timeout": ["Ensure this value is greater than or equal to 0."]}),
    (
        ExpressionPolicy,
        {"expression": "x = 1\nreturn x ="},
        {"expression": ["Expression Syntax Error: invalid syntax (line 2, column 10)"]},
    ),
    (NotificationWebhookMapping, {"expression": "return {"}, {"expression": "line 1, column 8"}),
    (Prompt, {"type": "file"}, {"type": ["Files cannot be asked for: Watchword stores none."]}),
    (Prompt, {"type": "party"}, {"type": ['"party" is not a valid choice.']}),
    (Prompt, {"placeholder_expression": True, "placeholder": "return ("}, {"placeholder": "line 1, column 8"}),
    (PromptStage, {"fields": "x"}, {"fields": ['Expected a list of items but got type "str".']}),
    (PromptStage, {"fields": []}, {"fields": ["This list may not be empty."]}),
    (PromptStage, {"fields": [NOWHERE]}, {"fields": [NO_SUCH]}),
    (PromptStage, {"fields": ["x"]}, {"fields": ["“x” is not a valid UUID."]}),
    (PromptStage, {"validation_policies": [NOWHERE]}, {"validation_policies": [NO_SUCH]}),
    (
        AuthenticatorSMSStage,
        {"account_sid": "ftp://gateway.example.org"},
        {"account_sid": ["The External API URL must start with http:// or https://."]},
    ),
    (
        AuthenticatorSMSStage,
        {"account_sid": "javascript:alert(1)"},
        {"account_sid": ["The External API URL must start with http:// or https://."]},
    ),
    (AuthenticatorSMSStage, {"gateway_url": "file:///etc/passwd"}, {"gateway_url": "pattern"}),
    (AuthenticatorSMSStage, {"code_length": 5}, {"code_length": "greater than or equal to 6"}),
    (AuthenticatorSMSStage, {"code_life": "hours=2"}, {"code_life": ""}),
    (AuthenticatorSMSStage, {"message": "no code"}, {"message": ["The message must contain {code}."]}),
    (AuthenticatorSMSStage, {"mapping": NOWHERE}, {"mapping": [NO_SUCH]}),
    (
        AuthenticatorValidateStage,
        {"device_classes": ["sms", "carrier pigeon"]},
        {"device_classes": {"1": ['"carrier pigeon" is not a valid choice.']}},
    ),
    (AuthenticatorValidateStage, {"sms_otp_throttling_factor": "1"}, {"sms_otp_throttling_factor": "valid number"}),
    (AuthenticatorValidateStage, {"not_configured_action": "configure"}, {"not_configured_action": "at least one"}),
    (AuthenticatorValidateStage, {"last_auth_threshold": "a while"}, {"last_auth_threshold": "duration"}),
    (
        IdentificationStage,
        {"user_fields": []},
        {"non_field_errors": ["When no user fields are selected, at least one source must be selected"]},
    ),
    (UserWriteStage, {"create_users_group": NOWHERE}, {"create_users_group": [NO_SUCH]}),
]


def agrees(said: Any, expected: Any) -> bool:
    """An expected text need only occur."""
    return expected in str(said) if isinstance(expected, str) else bool(said == expected)


@pytest.mark.parametrize(("cls", "wrong", "errors"), WRONG, ids=lambda value: getattr(value, "__name__", None))
async def test_what_is_wrong_is_said_by_field(
    admin: ApiCaller, cls: type[ConfigObject], wrong: dict[str, Any], errors: dict[str, Any]
) -> None:
    body = await body_of(admin, cls)
    before = await admin.get(f"{path_of(cls)}?page_size=100")
    said = await admin.post(path_of(cls), {**body, **wrong}, status=400)
    assert said.keys() == errors.keys(), said
    assert all(agrees(said[field], errors[field]) for field in errors), said
    assert await admin.get(f"{path_of(cls)}?page_size=100") == before
    made = await admin.post(path_of(cls), body)
    said = await admin.patch(one_of(cls, made), wrong, status=400)
    assert said.keys() == errors.keys(), said
    assert await admin.get(one_of(cls, made)) == made


async def test_everything_that_is_wrong_is_said_at_once(admin: ApiCaller) -> None:
    errors = await admin.post("/flows/instances/", {"name": 1, "slug": "a b", "layout": "round"}, status=400)
    assert errors.keys() == {"name", "slug", "layout", "title", "designation"}


TAKEN = [
    (Flow, {"slug": "sample"}, {"slug": ["Flow with this slug already exists."]}),
    (ExpressionPolicy, {}, {"name": ["Policy with this name already exists."]}),
    (NotificationWebhookMapping, {}, {"name": ["Property Mapping with this name already exists."]}),
    (Prompt, {}, {"name": ["Prompt with this name already exists."]}),
    (DenyStage, {}, {"name": ["stage with this name already exists."]}),
]


@pytest.mark.parametrize(("cls", "more", "errors"), TAKEN, ids=lambda value: getattr(value, "__name__", None))
async def test_a_name_is_taken_once(
    admin: ApiCaller, cls: type[ConfigObject], more: dict[str, Any], errors: dict[str, Any]
) -> None:
    await make(admin, cls)
    assert await admin.post(path_of(cls), {**await body_of(admin, cls), **more}, status=400) == errors
    other = await make(admin, cls, "another")
    taken = more or {"name": "sample"}
    assert await admin.patch(one_of(cls, other), taken, status=400) == errors


async def test_a_stage_of_another_type_has_the_name_too(admin: ApiCaller) -> None:
    await make(admin, DenyStage)
    errors = await admin.post(path_of(UserWriteStage), {"name": "sample"}, status=400)
    assert errors == {"name": ["stage with this name already exists."]}


async def test_a_stage_stands_once_at_one_place(admin: ApiCaller) -> None:
    made = await make(admin, FlowStageBinding)
    body = {key: made[key] for key in ("target", "stage", "order")}
    errors = await admin.post(path_of(FlowStageBinding), body, status=400)
    assert errors == {"non_field_errors": ["The fields target, stage, order must make a unique set."]}


async def test_a_reference_to_a_stage_of_another_type_is_refused(admin: ApiCaller) -> None:
    deny = await make(admin, DenyStage)
    body = {"name": "who", "user_fields": ["username"], "password_stage": deny["pk"]}
    errors = await admin.post(path_of(IdentificationStage), body, status=400)
    assert errors == {"password_stage": [f'Invalid pk "{deny["pk"]}" - object does not exist.']}


async def test_unknown_keys_are_passed_over(admin: ApiCaller) -> None:
    body = {**await body_of(admin, Flow), "pk": NOWHERE, "cache_count": 7, "no_such_key": {"a": [1]}}
    made = await admin.post(path_of(Flow), body)
    assert (made["pk"] != NOWHERE, made["cache_count"]) == (True, 0)
    assert "no_such_key" not in made


async def test_texts_are_stripped_of_outer_blanks(admin: ApiCaller) -> None:
    made = await make(admin, ExpressionPolicy, "\t a name \n", expression="\n  return True\n")
    assert (made["name"], made["expression"]) == ("a name", "return True")


@pytest.mark.parametrize(
    ("body", "status", "detail"),
    [
        (b"{", 400, "JSON parse error - The body is not valid JSON."),
        (b'{"name": "\xff"}', 400, "JSON parse error - The body is not valid JSON."),
        (b'{"name": "\\ud800"}', 400, "JSON parse error - The body is not valid JSON."),
        (b"[1]", 400, "JSON parse error - The body must be a JSON object."),
        (b'"text"', 400, "JSON parse error - The body must be a JSON object."),
        (b"[" * 5000, 400, "JSON parse error - The body is not valid JSON."),
        (b'{"name": "' + b"x" * 1_000_001 + b'"}', 413, "The request is too large."),
        (b"x" * 10_000_000, 413, "The request is too large."),
    ],
)
async def test_a_body_that_cannot_be_read_is_refused(admin: ApiCaller, body: bytes, status: int, detail: str) -> None:
    for method, path in (("POST", "/policies/expression/"), ("POST", "/core/groups/"), ("POST", "/core/tokens/")):
        answer = await admin.call(method, path, body)
        assert (answer.status, answer.json["detail"]) == (status, detail)


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "application/xml"])
async def test_only_json_is_read(admin: ApiCaller, media_type: str) -> None:
    answer = await admin.call("POST", "/policies/expression/", b'{"name": "a"}', content_type=media_type)
    assert answer.status == 415


async def test_a_wrong_method_is_told_which_ones_there_are(admin: ApiCaller) -> None:
    answer = await admin.call("DELETE", "/flows/instances/")
    assert answer.status == 405
    assert set(answer.header("allow").split(", ")) == {"GET", "POST", "OPTIONS"}
    assert (await admin.call("POST", "/authenticators/sms/", {})).status == 405
